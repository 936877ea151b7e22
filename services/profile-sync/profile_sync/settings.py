"""The settings of profile-sync: what every service has, and its own limits."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from esrlink.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `PROFILE_SYNC_*`."""

    model_config = SettingsConfigDict(env_prefix="PROFILE_SYNC_")

    # A whole department fits many times over; more would hold the trust's links in one transaction for too long.
    batch_limit: int = Field(default=5_000, ge=1, description="The most profiles that one batch may hold")
    # What a late claim looks back to, and the same as the archive of events.
    keep_history: timedelta = Field(
        default=timedelta(days=730),
        gt=timedelta(0),
        description="How long a person's history is kept; the newest revision stays for ever",
    )
