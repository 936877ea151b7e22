"""Alembic's environment for submittals; the shared part is in `esrlink.db.migrations`."""

from esrlink.db.migrations import run_env
from submittals.tables import metadata

run_env(metadata)
