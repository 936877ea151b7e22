"""People at the gateway's pages and operations, with their sessions, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from esrlink.auth import Role
from esrlink.auth.testing import person, signed_in_session
from tests.integration.gateway.conftest import GatewayUnderTest


@dataclass(frozen=True, slots=True)
class Somebody:
    """A signed-in person at the gateway."""

    client: httpx.AsyncClient
    csrf: str

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Ask for a page or an operation."""
        return await self.client.get(path, params=query)

    async def page(self, path: str, **query: Any) -> str:
        """The text of a page that must be there."""
        answer = await self.client.get(path, params=query, headers={"accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Call an operation of the API that changes something."""
        return await self.client.post(path, json=body, headers={"X-CSRF-Token": self.csrf}, **options)

    async def form(self, path: str, files: Any = None, **fields: str) -> httpx.Response:
        """Send a page's form."""
        return await self.client.post(path, data={"csrf_token": self.csrf, **fields}, files=files)


@asynccontextmanager
async def signed_in(
    gateway: GatewayUnderTest, *roles: Role, subject: str = "pat", vpds: tuple[str, ...] = ("277",)
) -> AsyncIterator[Somebody]:
    """A person with these roles, in a browser of their own."""
    app = gateway.hub.service.app
    cookies, session = signed_in_session(app.state.auth, person(*roles, vpds=vpds, subject=subject))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test", cookies=cookies) as client:
        yield Somebody(client, session.csrf)
