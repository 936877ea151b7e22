"""Alembic's environment for esr-gateway; the shared part is in `esrlink.db.migrations`."""

from esr_gateway.tables import metadata
from esrlink.db.migrations import run_env

run_env(metadata)
