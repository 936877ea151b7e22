"""The settings of jobplan-adapter. Providers themselves (address, account, schedule) are each trust's configuration."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from esrlink.settings import ServiceSettings


class Settings(ServiceSettings):
    """Times are `timedelta`, rates requests per second."""

    model_config = SettingsConfigDict(env_prefix="JOBPLAN_ADAPTER_")

    # A provider's token is named by the path of a file. An administrator of one trust must not be able to send any file
    # of the machine to an address of their choice, so in production the files must lie below this folder.
    secrets_root: Path | None = Field(
        default=None,
        description="The folder below which the files with providers' tokens must lie; needed in production",
    )

    # SARD allows 10 requests a second; half of that leaves room for the trust's own use of it.
    requests_per_second: float = Field(default=5.0, gt=0, description="Requests per second to one provider, at most")
    # The largest page that SARD gives; a trust of 3,000 plans is then 30 requests.
    page_size: int = Field(default=100, ge=1, le=100, description="Job plans that are asked for in one request")
    # A page takes a second or two; a provider that says nothing for this long says nothing at all.
    request_timeout: timedelta = Field(default=timedelta(seconds=20), description="How long one request may take")
    # How long one request may be repeated before the poll is given up until its next turn.
    retry_budget: timedelta = Field(
        default=timedelta(seconds=60), description="How long one request may be repeated, in all"
    )
    retry_attempts: int = Field(default=5, ge=1, description="How often one request is tried, at most")
    # The first pause before a repeat; it doubles, with jitter.
    retry_pause: timedelta = Field(default=timedelta(seconds=1), description="The pause before the first repeat")
    # How often the loop looks for providers that are due; the schedule of each is its own `poll_seconds`.
    tick: timedelta = Field(
        default=timedelta(seconds=5), description="How often the loop looks for providers that are due"
    )
    # A poll is mostly waiting, but each holds a connection for its lock: this many at a time leave the rest to requests.
    polls_at_once: int = Field(default=3, ge=1, description="Providers that are polled at the same time, at most")
    # Long enough for a slow browser to open the frame, too short for an address that was copied from somewhere.
    embed_token_lives: timedelta = Field(
        default=timedelta(seconds=60),
        description="How long the address of an embedded panel is good for, used once at most",
    )
    # Rota products put work all day; who reads of it can wait this long, and many puts become one reckoning.
    reckon_every: timedelta = Field(
        default=timedelta(seconds=10), description="How often figures that may have changed are reckoned and told"
    )
