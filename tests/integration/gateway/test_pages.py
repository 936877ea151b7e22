"""The gateway's pages without a browser: who may see and do what, what an action leaves behind, what a page costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from esrlink import audit
from esrlink.auth import Role
from esrlink.auth.testing import person as somebody
from esrlink.auth.testing import signed_in_session
from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, assignment, person, position

EVERYBODY = [person(str(number)) for number in range(20000001, 20000011)]
FIRST = Go([position(), *EVERYBODY])
CHANGES = Go(
    [
        person("20000002", effective_start_date="20260230"),
        person("20000003", effective_start_date="soon"),
        assignment("20000004", suffix="-2", fte="half"),
        "ASA~too~short",
        person("20000006", last_name="Adeyemi"),
    ],
    kind="GOC",
    day="20260804",
    before="20260803",
    sequence=2,
)


@dataclass
class Desk:
    """Somebody who is signed in at the gateway's pages."""

    gateway: GatewayUnderTest
    headers: dict[str, str]
    csrf: str

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.gateway.hub.client.get(f"/{path}", params=query, headers=self.headers)

    async def words(self, path: str, **query: Any) -> str:
        """The page's text, as a reader would meet it."""
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())

    async def post(self, path: str, *, csrf: str | None = None, **fields: str) -> httpx.Response:
        data = {"csrf_token": self.csrf if csrf is None else csrf, **fields}
        return await self.gateway.hub.client.post(f"/{path}", data=data, headers=self.headers)


SignIn = Callable[..., Desk]


@pytest.fixture
def sign_in(gateway: GatewayUnderTest) -> SignIn:
    def become(*roles: Role, vpds: Sequence[str] = ("277",), subject: str = "olive") -> Desk:
        auth = gateway.hub.service.app.state.auth
        cookies, session = signed_in_session(auth, somebody(*(roles or (Role.OPERATOR,)), vpds=vpds, subject=subject))
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return Desk(gateway, {"Cookie": header}, session.csrf)

    return become


@pytest.fixture
async def olive(gateway: GatewayUnderTest, sign_in: SignIn) -> Desk:
    """An operator, and files that came."""
    await gateway.receive(FIRST, CHANGES)
    return sign_in()


async def entries(gateway: GatewayUnderTest, **wanted: str) -> list[Any]:
    async with gateway.hub.database.read(["277"]) as tx:
        return [*await audit.entries(tx, ["277"], audit.AuditFilter(**wanted))]


@contextmanager
def counted(gateway: GatewayUnderTest) -> Any:
    """The statements that the service's database is asked."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        seen.append(given[2])

    engine = gateway.hub.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def file_id(gateway: GatewayUnderTest, name: str) -> str:
    [found] = (await gateway.get("/v1/files", name=name))["files"]
    return str(found["file_id"])


async def test_a_files_page_shows_each_bad_row_beside_its_cells_and_its_reason(
    olive: Desk, gateway: GatewayUnderTest
) -> None:
    place = f"files/{await file_id(gateway, CHANGES.name)}"
    words = await olive.words(place)
    assert "Row 2: Person Effective Start Date is not a date: '20260230'." in words
    assert "Employee Number 20000002" in words
    assert "National Insurance Number masked" in words
    assert "QQ123456C" not in words
    assert "Its columns cannot be told apart" in words
    only = await olive.words(place, record="AS", field="FTE", code="not_a_number")
    assert "Row 4: Assignment" in only
    assert "Row 2:" not in only
    assert "1 row of that kind" in only


async def test_a_page_asks_the_database_the_same_few_times_however_many_trusts_and_files_there_are(
    olive: Desk, gateway: GatewayUnderTest
) -> None:
    limits = {
        "": 18,
        "exchanges": 8,
        "exchanges/277": 12,
        "files": 8,
        "issues": 8,
        "audit": 8,
        "search?text=20000002": 14,
    }
    for path, limit in limits.items():
        with counted(gateway) as seen:
            answer = await olive.get(*path.split("?")[:1], **({"text": "20000002"} if "?" in path else {}))
        assert answer.status_code == 200, path
        assert len(seen) <= limit, (path, len(seen), seen)
