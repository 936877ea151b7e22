"""How the story talks to the hub: as machine clients with tokens of the try-out's issuer, over HTTP and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import httpx

CLIENT_SECRET = "try-out-only"  # noqa: S105 - the try-out's sample clients all have this one, and production has none


class Refused(Exception):
    """The hub answered with a problem that the story did not expect."""


@dataclass
class Client:
    """One machine client of the hub, such as the rota product `clwrota`."""

    http: httpx.AsyncClient
    client_id: str
    _token: str = ""
    _good_until: float = field(default=0.0)

    async def _bearer(self) -> str:
        if time.monotonic() > self._good_until:
            answer = await self.http.post(
                "/issuer/token", data={"grant_type": "client_credentials"}, auth=(self.client_id, CLIENT_SECRET)
            )
            answer.raise_for_status()
            grant = answer.json()
            self._token, self._good_until = grant["access_token"], time.monotonic() + grant["expires_in"] / 2
        return self._token

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer, whatever its status."""
        headers = {"Authorization": f"Bearer {await self._bearer()}", **options.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **options)

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        """The answer's JSON. Raises `Refused` for a problem."""
        answer = await self.call(method, path, **options)
        if answer.is_error:
            raise Refused(f"{method} {path} answered {answer.status_code}: {answer.text[:2000]}")
        return answer.json() if answer.content else None

    async def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return await self.ask("GET", path, params={k: v for k, v in query.items() if v is not None})

    async def put(self, path: str, body: Any, **query: Any) -> Any:
        """Put; the same put twice is one."""
        return await self.ask("PUT", path, json=body, params=query)

    async def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """Command."""
        return await self.ask("POST", path, json=body, params=query)
