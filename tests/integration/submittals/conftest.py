"""A running submittals service with a trust, two people with three profiles, and a pay calendar; and a rota that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import event

from esrlink.contracts import (
    Assignment,
    CalendarChanged,
    CutOff,
    Outcome,
    PayRun,
    ProfileImported,
    ProfileKey,
    ProfileLinked,
    RecordSettled,
)
from submittals.bootstrap import service as definition
from submittals.examples import TRUST
from tests.conftest import Running, RunService

CONSULTANT, REGISTRAR = "20000001", "20000002"
SETTINGS: dict[str, Any] = {
    **TRUST,
    "departments": [
        {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics", "cost_code": "E10110"},
        {"product": "medirota", "department": "cardiology", "name": "Cardiology", "cost_code": "E10220"},
    ],
    "pay_elements": [
        {"code": "EXTRA", "name": "Extra session", "unit": "sessions", "default_rate": "500.00", "grades": ["YC72"]},
        {"code": "HOURS", "name": "Extra hours", "unit": "hours", "default_rate": "45.50"},
    ],
}


def person(number: str, *, revision: int = 1, vpd: str = "277", **post: Any) -> ProfileImported:
    """A person with one post, unless `assignments` says otherwise."""
    values: dict[str, Any] = {
        "assignment_number": number,
        "effective_from": date(2020, 1, 1),
        "status": "Active Assignment",
        "primary": True,
        "grade": "YC72",
        "cost_centre": "E10110",
    }
    assignments = post.pop("assignments", None) or (Assignment(**values | post),)
    return ProfileImported(
        vpd=vpd,
        employee_number=number,
        revision=revision,
        as_of=datetime(2026, 8, 1, tzinfo=UTC),
        source_file="GO_277_GDW_GDR_20260801_00000001.DAT",
        person_id=f"P{number}",
        family_name="Invented",
        assignments=assignments,
    )


def link(number: str, profile_id: str, place: str = "clwrota/anaesthetics", *, revision: int = 1) -> ProfileLinked:
    """A profile tied to a person."""
    product, department = place.split("/")
    return ProfileLinked(
        vpd="277",
        employee_number=number,
        link_id=uuid4(),
        revision=revision,
        profile=ProfileKey(product=product, department=department, profile_id=profile_id),
        made_by="rule",
        rule="esr-number/1",
        occurred_at=datetime(2026, 8, 1, tzinfo=UTC),
    )


def calendar(vpd: str = "277", revision: int = 1) -> CalendarChanged:
    """July closes at noon on 31 July, August at noon on 1 September (local time)."""
    months = [(4, "July", "2026-07-31T12:00:00+01:00"), (5, "August", "2026-09-01T12:00:00+01:00")]
    cut_offs = tuple(
        CutOff(
            run=PayRun(period_type="M", run="N", tax_year=27, period=period),
            pay_name=f"{name} 2026 pay",
            cut_off=datetime.fromisoformat(at),
            pay_date="2026-08-27",
        )
        for period, name, at in months
    )
    return CalendarChanged(vpd=vpd, revision=revision, cut_offs=cut_offs)


def leave(**values: Any) -> dict[str, Any]:
    """Sickness of profile p1, 3 to 5 August 2026."""
    content = {"absence_type": "Sickness", "reason": "S13", "start_date": "2026-08-03", "end_date": "2026-08-05"}
    return {"kind": "absence", "profile_id": values.pop("profile_id", "p1"), "absence": content | values}


def work(**values: Any) -> dict[str, Any]:
    """An extra morning session of profile p1 on 1 August 2026."""
    content = {"date_worked": "2026-08-01", "session": "Theatre 3", "starts": "08:00", "ends": "12:00"}
    return {"kind": "attendance", "profile_id": values.pop("profile_id", "p1"), "attendance": content | values}


@dataclass
class Rota:
    """A rota product that talks to the service."""

    hub: Running
    vpd: str = "277"

    def bearer(self, **claims: Any) -> dict[str, str]:
        return self.hub.bearer("submittals:write", "submittals:approve", "trusts:write", vpds=[self.vpd], **claims)

    async def put(
        self, record_id: str, record: dict[str, Any], place: str = "clwrota/anaesthetics", **options: Any
    ) -> httpx.Response:
        headers = options.pop("headers", {}) | self.bearer()
        return await self.hub.client.put(f"/v1/submittals/{place}/{record_id}", json=record, headers=headers)

    async def taken(
        self, record_id: str, record: dict[str, Any], place: str = "clwrota/anaesthetics"
    ) -> dict[str, Any]:
        answer = await self.put(record_id, record, place)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def command(self, submittal_id: str, command: str, by: str, **body: Any) -> httpx.Response:
        path = f"/v1/submittals/{submittal_id}/{command}"
        return await self.hub.client.post(path, json={"by": by, **body}, headers=self.bearer())

    async def done(self, submittal_id: str, command: str, by: str, **body: Any) -> dict[str, Any]:
        answer = await self.command(submittal_id, command, by, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def approved(self, record_id: str, record: dict[str, Any]) -> dict[str, Any]:
        """A record taken all the way to approval."""
        submittal_id = (await self.taken(record_id, record))["submittal_id"]
        return await self.pushed_to_approval(submittal_id)

    async def pushed_to_approval(self, submittal_id: str) -> dict[str, Any]:
        await self.done(submittal_id, "enrich", "admin")
        await self.done(submittal_id, "validate", "lead")
        return await self.done(submittal_id, "approve", "manager")

    async def read(self, submittal_id: str) -> dict[str, Any]:
        answer = await self.hub.client.get(f"/v1/submittals/{submittal_id}", headers=self.bearer())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def fact(
        self, submittal_id: str, outcome: Outcome, *, version: int = 1, hour: int = 12, **values: Any
    ) -> RecordSettled:
        return RecordSettled(
            vpd=self.vpd,
            employee_number=CONSULTANT,
            submittal_id=UUID(submittal_id),
            version=version,
            outcome=outcome,
            occurred_at=datetime(2026, 9, 1, hour, tzinfo=UTC),
            **values,
        )

    async def settle(self, submittal_id: str, outcome: Outcome, **values: Any) -> None:
        await self.hub.deliver(self.fact(submittal_id, outcome, **values))


@pytest.fixture
async def rota(run_service: RunService) -> Rota:
    """The rota, with its trust set up at 08:00 UTC on 3 August 2026."""
    hub = await run_service(definition)
    rota = Rota(hub)
    answer = await hub.client.put("/v1/trusts/277", json=SETTINGS, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    await hub.deliver(
        calendar(),
        person(CONSULTANT),
        person(REGISTRAR, grade="MN37"),
        link(CONSULTANT, "p1"),
        link(CONSULTANT, "c9", "medirota/cardiology"),
        link(REGISTRAR, "p2"),
    )
    return rota


@contextmanager
def statements(hub: Running) -> Iterator[list[str]]:
    """The SQL statements that the service runs meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine = hub.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
