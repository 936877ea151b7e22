"""The gateway's settings. What differs by trust (exchange, calendar, elements) is the trust's own, in the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from esrlink.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings from `ESR_GATEWAY_*`, beside the shared ones."""

    model_config = SettingsConfigDict(env_prefix="ESR_GATEWAY_")

    archive_dir: Path | None = Field(default=None, description="Where files are archived; in the data folder if unset.")
    # Cut-offs are minutes, not seconds: five seconds late is on time, and the check is one small query.
    cut_off_check: timedelta = timedelta(seconds=5)
    # How often the poll loop looks whose turn it is; each trust sets its own `poll_seconds`.
    poll_check: timedelta = timedelta(seconds=1)
    # An SFTP server that does not answer in this time is taken for away; transfers get it for every block, not as a whole.
    exchange_timeout: timedelta = timedelta(seconds=20)
    # A snapshot of a million rows is one transaction; its longest statement is the merge.
    import_statement_timeout: timedelta = timedelta(minutes=10)
    # A person who asks for a poll waits this long for another replica to be done with the same trust.
    lock_wait: timedelta = timedelta(seconds=60)

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.archive_dir or self.data_dir / "esr-gateway" / "archive"
