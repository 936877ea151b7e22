"""The settings that every service has: each service adds its own in a subclass with its own environment prefix.

Shared settings are read from `ESRLINK_*`, so that one value serves four processes. Secrets may come from files: a
variable `X` may also be given as a file named `x` in the folder that `ESRLINK_SECRETS_DIR` names.
"""

from __future__ import annotations

import os
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)


class Mode(StrEnum):
    """`tryout` runs its own database, token issuer and movable clock; `production` refuses all three."""

    TRYOUT = "tryout"
    PRODUCTION = "production"


def _shared(name: str) -> AliasChoices:
    return AliasChoices(f"ESRLINK_{name}")


class EnvironmentSettings(BaseSettings):
    """Base of all settings: frozen, from the environment and the folder of secrets."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        # What is wrong with a setting is told without its value: it may be a password.
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given, then the environment, then the folder of secrets that the environment names just now."""
        del dotenv_settings, file_secret_settings
        folder = os.environ.get("ESRLINK_SECRETS_DIR")
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)


class ServiceSettings(EnvironmentSettings):
    """Base of each service's settings. Times are `timedelta`, secrets `SecretStr`, sizes bytes."""

    mode: Mode = Field(
        default=Mode.PRODUCTION,
        validation_alias=_shared("MODE"),
        description="`production`, or `tryout` with its own database, issuer and movable clock",
    )
    data_dir: Path = Field(
        default=Path(".esrlink"),
        validation_alias=_shared("DATA_DIR"),
        description="Where files are kept: archives, and in the try-out everything",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8700",
        validation_alias=_shared("PUBLIC_URL"),
        description="The address of the site as people and clients see it",
    )
    bus_url: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=_shared("BUS_URL"),
        description="The bus: `kafka://host:port,host:port`, or `postgresql://…` (a database of its own)",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""), description="The service's own database, as the running role"
    )
    # Migrations create tables and policies; the running service must own neither, so that row-level security binds it.
    migration_url: SecretStr = Field(
        default=SecretStr(""), description="The same database, as the role that owns tables"
    )

    issuer_url: str = Field(
        default="",
        validation_alias=_shared("ISSUER_URL"),
        description="OpenID Connect issuer of people and machine clients",
    )
    audience: str = Field(
        default="esr-link", validation_alias=_shared("AUDIENCE"), description="What the `aud` of a token must name"
    )
    oidc_client_id: str = Field(
        default="esr-link-pages",
        validation_alias=_shared("OIDC_CLIENT_ID"),
        description="Our client at the issuer, for people who sign in",
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), validation_alias=_shared("OIDC_CLIENT_SECRET"), description="Its secret"
    )
    session_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=_shared("SESSION_SECRET"),
        description="Seals the session cookie; the same for all services",
    )
    # A working day at a desk: long enough not to sign a payroll officer out over lunch.
    session_lifetime: timedelta = Field(
        default=timedelta(hours=8),
        validation_alias=_shared("SESSION_LIFETIME"),
        description="How long a person stays signed in",
    )

    # A batch of 5,000 records of about 1.5 kB each fits; anything larger is a mistake or an attack.
    max_body_bytes: int = Field(
        default=8 * 1024 * 1024,
        validation_alias=_shared("MAX_BODY_BYTES"),
        description="The largest request body that is taken",
    )
    pool_size: int = Field(
        default=10, validation_alias=_shared("POOL_SIZE"), description="Database connections of one process"
    )
    # The longest single statement of a request is far below this; a stuck one must not hold a connection for ever.
    statement_timeout: timedelta = Field(
        default=timedelta(seconds=30),
        validation_alias=_shared("STATEMENT_TIMEOUT"),
        description="The longest that one SQL statement may take",
    )

    # A week is long enough to look up what was published when something went wrong.
    keep_published: timedelta = Field(
        default=timedelta(days=7),
        validation_alias=_shared("KEEP_PUBLISHED"),
        description="How long the outbox keeps an event that was published; then it moves to the archive",
    )
    # Two tax years: what a report or an appeal looks back to, and what a consumer that is rebuilt can be given.
    keep_archive: timedelta = Field(
        default=timedelta(days=730),
        validation_alias=_shared("KEEP_ARCHIVE"),
        description="How long the archive keeps an event, for `esrlink replay`; the newest state of each key stays for ever",
    )
    # A new service reads the log from its oldest message: a month holds a snapshot of every trust.
    keep_bus_log: timedelta = Field(
        default=timedelta(days=30),
        validation_alias=_shared("KEEP_BUS_LOG"),
        description="How long the bus keeps a message; PostgreSQL's only forgets what every service has had",
    )
    # Longer than any message may come again, or an old one would take effect twice.
    keep_received: timedelta = Field(
        default=timedelta(days=60),
        validation_alias=_shared("KEEP_RECEIVED"),
        description="How long the inbox knows an event; longer than the bus keeps its messages",
    )

    @model_validator(mode="after")
    def _inbox_outlasts_the_bus(self) -> Self:
        if self.keep_received <= self.keep_bus_log:
            raise ValueError("ESRLINK_KEEP_RECEIVED must be longer than ESRLINK_KEEP_BUS_LOG: see its description")
        return self

    @model_validator(mode="after")
    def _archive_outlasts_the_outbox(self) -> Self:
        if self.keep_archive <= self.keep_published:
            raise ValueError("ESRLINK_KEEP_ARCHIVE must be longer than ESRLINK_KEEP_PUBLISHED: see its description")
        return self

    @model_validator(mode="after")
    def _production_is_complete(self) -> Self:
        if self.mode is Mode.TRYOUT:
            return self
        needed = self.needed_in_production()
        missing = [name for name, value in needed.items() if not value]
        if missing:
            raise ValueError(f"production needs these settings: {', '.join(missing)} (see docs/reference/settings.md)")
        return self

    def needed_in_production(self) -> dict[str, str]:
        """The settings without which production refuses to start, with their values."""
        return {
            "database_url": self.database_url.get_secret_value(),
            "bus_url": self.bus_url.get_secret_value(),
            "issuer_url": self.issuer_url,
            "session_secret": self.session_secret.get_secret_value(),
        }


class SiteSettings(ServiceSettings):
    """The overview and sign-in pages have no database and no bus."""

    def needed_in_production(self) -> dict[str, str]:
        """An issuer to sign people in with, and the secret that services share to read the session."""
        return {"issuer_url": self.issuer_url, "session_secret": self.session_secret.get_secret_value()}
