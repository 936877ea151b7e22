"""Sending one delivery: one attempt, bounded in time, to a checked address, no redirect followed, no answer's body read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from esrlink.version import VERSION
from profile_sync.webhooks.addresses import AddressRefused, Guard
from profile_sync.webhooks.signing import SIGNATURE, signature

# Whoever has more to do than to note it down answers first and works afterwards.
TIMEOUT = 10.0
DELIVERED = "delivered"
_PASSING_STATUS = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send, and what to sign with."""

    url: str
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to. `is_endpoint` when it is about the endpoint, and no other delivery would fare better now."""

    code: str
    is_endpoint: bool = False

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver said that it has it."""
        return self.code == DELIVERED


class Sender:
    """Sends over HTTP. `wall` is the real time, which receivers compare with theirs, wherever the hub's clock was moved."""

    def __init__(
        self, guard: Guard, *, client: httpx.AsyncClient | None = None, wall: Callable[[], float] = time.time
    ) -> None:
        self._guard = guard
        self._client = client
        self._wall = wall

    async def send(self, target: Target, delivery_id: str, body: str, *, replayed: bool = False) -> Outcome:
        """Try once. Never raises for what the receiver or the network does."""
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._send(target, delivery_id, body, replayed=replayed)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome("timeout", is_endpoint=True)
        except AddressRefused:
            return Outcome("address_refused", is_endpoint=True)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return Outcome("not_connected", is_endpoint=True)

    async def _send(self, target: Target, delivery_id: str, body: str, *, replayed: bool) -> Outcome:
        url = httpx.URL(target.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await self._guard.address_of(url.host, port)
        timestamp = int(self._wall())
        request = self._http().build_request(
            "POST",
            url.copy_with(host=address),
            content=body.encode(),
            headers={
                "Host": url.netloc.decode(),
                "Content-Type": "application/json",
                "User-Agent": f"esr-link/{VERSION}",
                "ESRLink-Delivery": delivery_id,
                **({"ESRLink-Replay": "true"} if replayed else {}),
                SIGNATURE: signature(target.keys, timestamp, body),
            },
            # The certificate must be of the name, though the connection goes to the address.
            extensions={"sni_hostname": url.host},
        )
        answer = await self._http().send(request, stream=True, follow_redirects=False)
        await answer.aclose()
        if 200 <= answer.status_code < 300:
            return Outcome(DELIVERED)
        code = answer.status_code
        return Outcome(f"status_{code}", is_endpoint=code >= 500 or code in _PASSING_STATUS)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            # No proxy from the environment: it would ask for the name once more, behind the guard's back.
            self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, follow_redirects=False)
        return self._client

    async def close(self) -> None:
        """Close its connections; the next attempt opens new ones."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
