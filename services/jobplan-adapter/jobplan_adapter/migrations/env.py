"""Alembic's environment for jobplan-adapter; the shared part is in `esrlink.db.migrations`."""

from esrlink.db.migrations import run_env
from jobplan_adapter.tables import metadata

run_env(metadata)
