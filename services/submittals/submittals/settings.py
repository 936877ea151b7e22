"""What can be set for the submittals service beside what every service has: reminders by e-mail, off unless a server is named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from esrlink.settings import ServiceSettings
from submittals.deadlines.smtp import SmtpPlace

# A department's month is some hundred records; 5,000 is a whole trust's backlog in one call and fits the body limit.
BATCH_LIMIT = 5_000


class Settings(ServiceSettings):
    """Settings of the submittals service, read from `SUBMITTALS_*` (shared ones from `ESRLINK_*`)."""

    # docker-compose.yml hands on what is not set as an empty text.
    model_config = SettingsConfigDict(env_prefix="SUBMITTALS_", env_ignore_empty=True)

    # A reminder days before a cut-off may be a minute late, and a look is one small query.
    reminder_check: timedelta = Field(
        default=timedelta(minutes=1), description="How often it is looked whether reminders before a cut-off are due"
    )
    smtp_url: str | None = Field(
        default=None,
        pattern=r"^(smtps?|smtp\+plain)://[^\s/@?#]+$",
        description="The server that reminders are sent through, and none are sent without: `smtp://host:587` goes over to TLS"
        " and refuses to send without, `smtps://host:465` begins with TLS, `smtp+plain://host:25` has none and no password:"
        " for a relay on the same machine",
    )
    smtp_user: str | None = Field(default=None, description="Who signs in at the mail server; nobody if unset")
    smtp_password: SecretStr | None = Field(default=None, description="Their password")
    smtp_password_file: Path | None = Field(
        default=None,
        description="Or a file that holds it: it is read at each connection, so a new one needs no restart",
    )
    smtp_ca_file: Path | None = Field(
        default=None, description="The certificates that the mail server's must come from; the system's if unset"
    )
    smtp_timeout: timedelta = Field(
        default=timedelta(seconds=20), description="A mail server that is silent for this long is taken for away"
    )
    mail_from: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$",
        description="The address that reminders come from; needed with a mail server",
    )
    mail_check: timedelta = Field(
        default=timedelta(seconds=5), description="How often it is looked for e-mails to send"
    )
    # With growing pauses of up to an hour that is half a day.
    mail_tries: int = Field(
        default=16, ge=1, description="How often an e-mail is tried that the server puts off, before it is parked"
    )

    @model_validator(mode="after")
    def _mail_is_complete(self) -> Self:
        if self.smtp_url is None:
            return self
        if self.mail_from is None:
            raise ValueError("SUBMITTALS_SMTP_URL needs SUBMITTALS_MAIL_FROM: the address that reminders come from")
        if self.smtp_user is not None and self.smtp_url.startswith("smtp+plain:"):
            raise ValueError("a password is never sent without TLS: use smtp:// or smtps:// in SUBMITTALS_SMTP_URL")
        return self

    @property
    def smtp_place(self) -> SmtpPlace | None:
        """The mail server, if there is one."""
        if self.smtp_url is None or self.mail_from is None:
            return None
        return SmtpPlace(
            url=self.smtp_url,
            sender=self.mail_from,
            user=self.smtp_user,
            password=self.smtp_password.get_secret_value() if self.smtp_password else None,
            password_file=self.smtp_password_file,
            ca_file=self.smtp_ca_file,
            timeout=self.smtp_timeout.total_seconds(),
        )
