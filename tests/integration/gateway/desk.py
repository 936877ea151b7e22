"""Somebody who is signed in at the gateway's pages, without a browser, and what they leave in the audit trail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx

from esrlink import audit
from esrlink.auth import Role
from esrlink.auth.testing import person as somebody
from esrlink.auth.testing import signed_in_session
from tests.conftest import Running


@dataclass
class Desk:
    """Somebody who is signed in at the gateway's pages."""

    hub: Running
    headers: dict[str, str]
    csrf: str

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.hub.client.get(f"/{path}", params=query, headers=self.headers)

    async def words(self, path: str, **query: Any) -> str:
        """The page's text, as a reader would meet it."""
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())

    async def post(self, path: str, *, csrf: str | None = None, **fields: str) -> httpx.Response:
        data = {"csrf_token": self.csrf if csrf is None else csrf, **fields}
        return await self.hub.client.post(f"/{path}", data=data, headers=self.headers)


def sit_down(hub: Running, *roles: Role, vpds: Sequence[str] = ("277",), subject: str = "olive") -> Desk:
    """Sign somebody in; an operator of trust 277, unless it says otherwise."""
    cookies, session = signed_in_session(
        hub.service.app.state.auth, somebody(*(roles or (Role.OPERATOR,)), vpds=vpds, subject=subject)
    )
    return Desk(hub, {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}, session.csrf)


async def entries(hub: Running, **wanted: str) -> list[Any]:
    """Entries of trust 277, newest first."""
    async with hub.database.read(["277"]) as tx:
        return [*await audit.entries(tx, ["277"], audit.AuditFilter(**wanted))]
