"""How the Kafka brokers are reached: `ESRLINK_KAFKA_*`, and the addresses from the bus's own URL.

Secrets come from files like all others (`ESRLINK_SECRETS_DIR`).
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from esrlink.settings import EnvironmentSettings


class Protocol(StrEnum):
    """How a connection is protected, as Kafka names it."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class Mechanism(StrEnum):
    """How we say who we are, as Kafka names it."""

    SCRAM_SHA_512 = "SCRAM-SHA-512"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    OAUTHBEARER = "OAUTHBEARER"


class KafkaSettings(EnvironmentSettings):
    """Read from `ESRLINK_KAFKA_*`."""

    model_config = SettingsConfigDict(env_prefix="ESRLINK_KAFKA_")

    security_protocol: Protocol = Field(
        default=Protocol.PLAINTEXT, description="`PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`"
    )
    ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) that sign the brokers'; the system's own when left out"
    )
    cert_file: Path | None = Field(default=None, description="Our own certificate (PEM), where the brokers ask for one")
    key_file: Path | None = Field(default=None, description="Its private key (PEM)")
    sasl_mechanism: Mechanism = Field(
        default=Mechanism.SCRAM_SHA_512, description="`SCRAM-SHA-512`, `SCRAM-SHA-256` or `OAUTHBEARER`"
    )
    username: str = Field(default="", description="SCRAM: the user")
    password: SecretStr = Field(default=SecretStr(""), description="SCRAM: the password")
    token_url: str = Field(default="", description="OAUTHBEARER: where a token is had for the client below")
    client_id: str = Field(default="", description="OAUTHBEARER: our client")
    client_secret: SecretStr = Field(default=SecretStr(""), description="OAUTHBEARER: its secret")
    token_scope: str = Field(default="", description="OAUTHBEARER: the scope to ask for, where one is needed")

    prefix: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._-]{0,60}$",
        description="Put before every topic and group, where the brokers serve others too, such as `esrlink.`",
    )
    # Twelve can be shared evenly by 2, 3, 4, 6 or 12 replicas, and adding more later moves people to other partitions.
    partitions: int = Field(default=12, ge=1, le=1000, description="Partitions of a topic that does not exist yet")
    replication: int = Field(default=3, ge=1, le=9, description="Copies of a topic that does not exist yet")
    retention: timedelta = Field(
        default=timedelta(days=30),
        validation_alias=AliasChoices("ESRLINK_KEEP_BUS_LOG"),
        description="How long a topic keeps a message; state topics keep the newest of each key for ever",
    )

    # A broker that restarts is back within this; one that is not, is waited for by the loops, which try again.
    start_timeout: timedelta = Field(
        default=timedelta(seconds=20), description="How long one attempt to connect may take"
    )
    # The library's stop can wait for ever for a broker that is gone; whoever stops a container does not.
    stop_timeout: timedelta = Field(
        default=timedelta(seconds=5), description="How long a connection may take to close in good order"
    )
    publish_timeout: timedelta = Field(
        default=timedelta(seconds=20), description="How long a batch may wait for all its acknowledgements"
    )
    session_timeout: timedelta = Field(
        default=timedelta(seconds=15), description="A consumer that is silent for so long loses its partitions"
    )
    # Must be under the time after which the group goes on without us, or the wait would be for nothing.
    drain_timeout: timedelta = Field(
        default=timedelta(seconds=20), description="How long a rebalance waits for the batch in hand"
    )
    # Longer than any batch takes, retries of a passing fault apart: those may outlast it, and the inbox makes that harmless.
    max_poll_interval: timedelta = Field(
        default=timedelta(minutes=5), description="A consumer that takes nothing for so long loses its partitions"
    )
    stall_timeout: timedelta = Field(
        default=timedelta(minutes=1),
        description="A consumer that gets nothing for so long although there is something ends its process",
    )

    @property
    def uses_sasl(self) -> bool:
        """Whether we say who we are."""
        return self.security_protocol in {Protocol.SASL_PLAINTEXT, Protocol.SASL_SSL}

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.security_protocol in {Protocol.SSL, Protocol.SASL_SSL}

    @model_validator(mode="after")
    def _credentials_are_complete(self) -> Self:
        if not self.uses_sasl:
            return self
        if self.sasl_mechanism is Mechanism.OAUTHBEARER:
            needed = {"token_url": self.token_url, "client_id": self.client_id}
            needed["client_secret"] = self.client_secret.get_secret_value()
        else:
            needed = {"username": self.username, "password": self.password.get_secret_value()}
        missing = [f"ESRLINK_KAFKA_{name.upper()}" for name, value in needed.items() if not value]
        if missing:
            raise ValueError(f"{self.sasl_mechanism.value} needs {' and '.join(missing)}")
        return self


def servers_of(url: str) -> list[str]:
    """The `host:port` of each broker in `kafka://host:port,host:port`. Raises `ValueError` for any other form."""
    servers = url.removeprefix("kafka://").rstrip("/").split(",")
    for server in servers:
        host, _, port = server.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("a Kafka bus is written kafka://host:port, with commas between several brokers")
    return servers
