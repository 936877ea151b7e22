"""What every Kafka client of ours is given: the brokers, TLS, and who we are."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from typing import Any

import httpx
from aiokafka.abc import AbstractTokenProvider

from esrlink.bus.kafka.settings import KafkaSettings, Mechanism
from esrlink.errors import Unavailable

# A token is renewed while it still holds: a broker's clock may be ahead, and a connection takes a moment.
_RENEW_BEFORE_SECONDS = 30.0
_TOKEN_TIMEOUT_SECONDS = 10.0


def client_options(servers: Sequence[str], settings: KafkaSettings, client_id: str) -> dict[str, Any]:
    """The keyword arguments that aiokafka's producer, consumer and admin client have in common."""
    options: dict[str, Any] = {
        "bootstrap_servers": list(servers),
        "client_id": client_id,
        "security_protocol": settings.security_protocol.value,
        "ssl_context": _tls(settings) if settings.uses_tls else None,
    }
    if settings.uses_sasl:
        options["sasl_mechanism"] = settings.sasl_mechanism.value
        if settings.sasl_mechanism is Mechanism.OAUTHBEARER:
            options["sasl_oauth_token_provider"] = ClientCredentials(settings)
        else:
            options["sasl_plain_username"] = settings.username
            options["sasl_plain_password"] = settings.password.get_secret_value()
    return options


def _tls(settings: KafkaSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    if settings.cert_file:
        context.load_cert_chain(settings.cert_file, settings.key_file)
    return context


class ClientCredentials(AbstractTokenProvider):  # type: ignore[misc]
    """Gets our access token by OAuth2 client credentials, and again shortly before it expires."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._token = ""
        self._renew_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def token(self) -> str:
        """A token that is still good. Raises `Unavailable` when the issuer gives none."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._renew_at:
                self._token, lifetime = await self._fetch()
                self._renew_at = time.monotonic() + max(0.0, lifetime - _RENEW_BEFORE_SECONDS)
            return self._token

    async def _fetch(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"}
        if self._settings.token_scope:
            form["scope"] = self._settings.token_scope
        who = (self._settings.client_id, self._settings.client_secret.get_secret_value())
        try:
            async with httpx.AsyncClient(timeout=_TOKEN_TIMEOUT_SECONDS) as http:
                answer = await http.post(self._settings.token_url, data=form, auth=who)
                answer.raise_for_status()
                told = answer.json()
                return str(told["access_token"]), float(told.get("expires_in", 60))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unavailable(
                f"The issuer at ESRLINK_KAFKA_TOKEN_URL gave no token for the bus ({type(error).__name__})."
            ) from error
