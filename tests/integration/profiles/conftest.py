"""profile-sync on a database of its own, with a trust set up, and short ways to say what happens to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from esrlink.contracts import Assignment, ProfileImported, Registration
from profile_sync.bootstrap import service

DEPARTMENTS = [
    {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"},
    {"product": "medirota", "department": "cardiology", "name": "Cardiology"},
]


def imported(number: str = "20001001", *, vpd: str = "277", revision: int = 1, **values: Any) -> ProfileImported:
    """A person as the gateway publishes them; Adaeze Okafor unless said otherwise."""
    gmc = values.pop("gmc", None)
    given: dict[str, Any] = {
        "vpd": vpd,
        "employee_number": number,
        "revision": revision,
        "as_of": datetime(2026, 8, 3, tzinfo=UTC),
        "source_file": "GO_277_GDW_GDR_20260803_00001945.DAT",
        "person_id": f"P{number}",
        "family_name": "Okafor",
        "given_name": "Adaeze",
        "registrations": (Registration(body="General Medical Council", number=gmc),) if gmc else (),
        "assignments": (
            Assignment(
                assignment_number=number,
                effective_from=date(2020, 1, 1),
                status="Active Assignment",
                grade="Consultant",
            ),
        ),
    }
    return ProfileImported(**{**given, **values})


@dataclass
class Hub:
    """profile-sync under test, with the headers of a rota product of trust 277."""

    running: Any
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.running.client.get(path, **{"headers": self.headers, **options})

    async def put(self, path: str, json: Any, **options: Any) -> httpx.Response:
        return await self.running.client.put(path, json=json, **{"headers": self.headers, **options})

    async def post(self, path: str, json: Any, **options: Any) -> httpx.Response:
        return await self.running.client.post(path, json=json, **{"headers": self.headers, **options})

    async def people(self, *events: ProfileImported) -> None:
        await self.running.deliver(*events)

    async def profile(self, path: str = "clwrota/anaesthetics/ao1", **body: Any) -> dict[str, Any]:
        """Put a profile and give the answer; Adaeze Okafor unless said otherwise."""
        given = {"family_name": "Okafor", "given_name": "Adaeze"}
        answer = await self.put(f"/v1/profiles/{path}", {**given, **body})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def link(self, path: str = "clwrota/anaesthetics/ao1") -> dict[str, Any]:
        answer = await self.get(f"/v1/profiles/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()["link"]

    async def state(self, path: str = "clwrota/anaesthetics/ao1") -> tuple[str, str, str | None]:
        link = await self.link(path)
        return link["state"], link["reason"], link["employee_number"]

    async def decide(self, decision: str, path: str = "clwrota/anaesthetics/ao1", **body: Any) -> httpx.Response:
        return await self.post(f"/v1/links/{path}/decisions", {"decision": decision, **body})

    async def told(self) -> list[tuple[str, str, str | None, int]]:
        """Events so far: topic without its prefix, profile, person, revision."""
        return [
            (
                one.event.TOPIC.removeprefix("profile."),
                one.event.profile.path,
                getattr(one.event, "employee_number", None),
                one.event.revision,
            )
            for one in await self.running.emitted()
        ]

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The SQL statements that run meanwhile."""
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        engine = self.running.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)


SCOPES = ("profiles:read", "profiles:write", "trusts:write")


def trust_settings(departments: Sequence[dict[str, str]] = DEPARTMENTS, **values: Any) -> dict[str, Any]:
    return {"ods_code": "ZX1", "name": "Alderbrook and Marsh", "departments": list(departments), **values}


@pytest.fixture
async def hub(run_service: Any) -> Hub:
    """Trusts 277 and 312 set up; the hub speaks for 277."""
    running = await run_service(service)
    hub = Hub(running, running.bearer(*SCOPES))
    for vpd in ("277", "312"):
        headers = running.bearer(*SCOPES, vpds=[vpd])
        answer = await hub.put(f"/v1/trusts/{vpd}", trust_settings(), headers=headers)
        assert answer.status_code == 200, answer.text
    return hub
