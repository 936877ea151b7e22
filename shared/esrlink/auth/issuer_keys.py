"""The issuer's public keys and addresses, fetched once and kept.

Promise: a token check costs no network call while the keys are fresh; a rotated key is picked up at once; a caller who
sends tokens with invented key ids cannot make us hammer the issuer; an issuer that is down answers `Unavailable` only
when we have no keys that may still be trusted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

from esrlink.errors import Unavailable

# A worker of a busy API waits at most this long for an issuer that hangs.
TIMEOUT = httpx.Timeout(5.0, connect=2.0)
# Keys the issuer has withdrawn stop being trusted within the hour.
REFRESH_AFTER = 3600.0
# An issuer that is down for an afternoon must not stop a payroll; a day-old key set is no longer evidence of anything.
TRUST_AT_MOST = 24 * 3600.0
# At most two fetches a minute, whatever key ids callers invent.
MINIMUM_INTERVAL = 30.0


class IssuerKeys:
    """Discovery document and JWKS of one issuer. `monotonic` is injected for tests (seconds)."""

    def __init__(
        self,
        issuer_url: str,
        http: httpx.AsyncClient | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer_url = issuer_url.rstrip("/")
        self._http = http
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._metadata: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._tried_at: float | None = None

    async def metadata(self) -> Mapping[str, Any]:
        """The discovery document (OpenID Connect Discovery 1.0). Raises `Unavailable`."""
        await self.keys()
        return self._metadata

    async def keys(self, kid: str | None = None) -> KeySet:
        """The key set; with a `kid` it does not hold, fetched anew unless that was done within the minimum interval."""
        if (fresh := self._usable(kid)) is not None:
            return fresh
        async with self._lock:
            if (fresh := self._usable(kid)) is not None:
                return fresh
            now = self._monotonic()
            if self._tried_at is None or now - self._tried_at >= MINIMUM_INTERVAL:
                self._tried_at = now
                try:
                    await self._fetch()
                except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
                    # The class alone: an issuer's answer or address may carry what does not belong in a reply.
                    return self._still_trusted(type(error).__name__)
            return self._still_trusted("no answer yet")

    def _usable(self, kid: str | None) -> KeySet | None:
        if self._keys is None or self._monotonic() - self._fetched_at >= REFRESH_AFTER:
            return None
        if kid is not None and all(key.kid != kid for key in self._keys.keys):
            return None
        return self._keys

    def _still_trusted(self, why: str) -> KeySet:
        if self._keys is not None and self._monotonic() - self._fetched_at < TRUST_AT_MOST:
            return self._keys
        raise Unavailable(
            f"The sign-in service does not answer ({why}), so tokens cannot be checked. Try again in a minute.",
            headers={"Retry-After": "30"},
        )

    async def _fetch(self) -> None:
        if self._http is not None:
            await self._fetch_with(self._http)
            return
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            await self._fetch_with(client)

    async def _fetch_with(self, client: httpx.AsyncClient) -> None:
        metadata = await _get_json(client, f"{self.issuer_url}/.well-known/openid-configuration")
        if str(metadata["issuer"]).rstrip("/") != self.issuer_url:
            raise ValueError("the discovery document names another issuer")
        published = (await _get_json(client, str(metadata["jwks_uri"])))["keys"]
        # Issuers also publish keys of kinds that we do not take; one of those must not make us refuse the rest.
        keys = KeySet([import_key(key) for key in published if key.get("kty") in ("RSA", "EC")])
        self._metadata, self._keys, self._fetched_at = metadata, keys, self._monotonic()


async def _get_json(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    response = await client.get(url, timeout=TIMEOUT)
    response.raise_for_status()
    body = response.json()
    if not isinstance(body, dict):
        raise TypeError("expected a JSON object")
    return body
