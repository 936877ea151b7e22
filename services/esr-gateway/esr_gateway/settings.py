"""The gateway's settings. What differs by trust (exchange, calendar, elements) is the trust's own, in the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from esr_gateway.archive import S3Place
from esrlink.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings from `ESR_GATEWAY_*`, beside the shared ones."""

    model_config = SettingsConfigDict(env_prefix="ESR_GATEWAY_")

    archive_dir: Path | None = Field(
        default=None,
        description="Where files are archived, or, with a store, where they are while they are written and read; in the data "
        "folder if unset.",
    )
    archive_s3_bucket: str | None = Field(
        default=None, description="Archive in this bucket of an S3-compatible store in place of a folder."
    )
    archive_s3_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s@]+$",
        description="The store's address; Amazon's own if unset. http only inside a network of your own.",
    )
    archive_s3_region: str | None = Field(default=None, description="The bucket's region, where the store has regions.")
    archive_s3_prefix: str = Field(default="", description="Before the names of all objects.")
    archive_s3_access_key: SecretStr | None = Field(
        default=None, description="The key's id; the machine's own identity if unset."
    )
    archive_s3_secret_key: SecretStr | None = Field(default=None, description="The key.")
    # Cut-offs are minutes, not seconds: five seconds late is on time, and the check is one small query.
    cut_off_check: timedelta = Field(default=timedelta(seconds=5), description="How often due runs are looked for.")
    # Each trust sets its own pace (`poll_seconds`); this is only how often the loop looks whose turn it is.
    poll_check: timedelta = Field(default=timedelta(seconds=1), description="How often it is looked whose poll is due.")
    # Transfers get it for every block, not as a whole: a large file may take its time, a dead connection may not.
    exchange_timeout: timedelta = Field(
        default=timedelta(seconds=20), description="An SFTP server that is silent for this long is taken for away."
    )
    # Whoever may set a trust up names its secrets; without this, any file that the service can read could be named.
    exchange_secrets: Path | None = Field(
        default=None,
        description="Passwords and keys of exchanges are files in a folder of each trust's VPD in here, and no others are read.",
    )
    # A snapshot of a million rows is one transaction; its longest statement is one of set against set.
    import_statement_timeout: timedelta = Field(
        default=timedelta(minutes=10), description="The longest that one statement of an import may take."
    )
    lock_wait: timedelta = Field(
        default=timedelta(seconds=60),
        description="How long a request waits for another replica that is at work on the same trust.",
    )

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.archive_dir or self.data_dir / "esr-gateway" / "archive"

    @property
    def archive_store(self) -> S3Place | None:
        """The archive's S3-compatible store, if there is one."""
        if self.archive_s3_bucket is None:
            return None
        access, secret = self.archive_s3_access_key, self.archive_s3_secret_key
        return S3Place(
            bucket=self.archive_s3_bucket,
            endpoint=self.archive_s3_url,
            region=self.archive_s3_region,
            prefix=self.archive_s3_prefix,
            access_key=access.get_secret_value() if access else None,
            secret_key=secret.get_secret_value() if secret else None,
        )
