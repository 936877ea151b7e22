"""Alembic's environment for profile-sync; the shared part is in `esrlink.db.migrations`."""

from esrlink.db.migrations import run_env
from profile_sync.tables import metadata

run_env(metadata)
