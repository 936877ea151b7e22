"""The settings of profile-sync: what every service has, and its own limits."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from esrlink.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `PROFILE_SYNC_*`."""

    model_config = SettingsConfigDict(env_prefix="PROFILE_SYNC_")

    # A whole department fits many times over; more would hold the trust's links in one transaction for too long.
    batch_limit: int = Field(default=5_000, ge=1, description="The most profiles that one batch may hold")
    # Whoever was away for longer lists its profiles anew, which takes less than following a month of changes.
    keep_changes: timedelta = Field(
        default=timedelta(days=30),
        gt=timedelta(0),
        description="How long the change feed and the list of webhook deliveries go back; an older cursor is answered 410",
    )
    # Each holds a connection of its client, and nothing else.
    changes_waiting: int = Field(
        default=500,
        ge=1,
        description="The most requests for changes that may wait in one process; others are answered 503",
    )
    changes_waiting_each: int = Field(default=20, ge=1, description="The most of these that one client may have")
    # About eight hours: an endpoint that is down for a night is found out by then.
    webhook_tries: int = Field(
        default=16,
        ge=1,
        description="How often a webhook's delivery is tried, with growing pauses, before it is parked",
    )
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description='Private networks that webhooks may be in, as JSON: `["10.20.0.0/16"]`; public addresses always may',
    )
    # What a late claim looks back to, and the same as the archive of events.
    keep_history: timedelta = Field(
        default=timedelta(days=730),
        gt=timedelta(0),
        description="How long a person's history is kept; the newest revision stays for ever",
    )
