"""Alembic's environment for esr-gateway; the shared part is in `esrlink.db.migrations`."""

from esrlink.db.migrations import run_env
from esr_gateway.tables import metadata

run_env(metadata)
