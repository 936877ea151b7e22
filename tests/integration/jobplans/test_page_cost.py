"""The pages of many people cost as many statements for sixty as for five: none asks for each row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from esrlink.auth import Role
from esrlink.auth.testing import person, session_cookie
from jobplan_adapter.plans.versions import apply_plans
from jobplan_adapter.work.records import WorkRecord, put_work
from tests.integration.jobplans.held import plan, statements

PAGES = (
    "/",
    "/people",
    "/people.csv",
    "/exceptions?kind=unreadable",
    "/exceptions.csv",
    "/departments",
    "/departments/277",
    "/departments/277?of=department:clwrota/anaesthetics&category=DCC",
    "/departments/277?of=specialty:Anaesthetics",
    "/departments/277/delivery.csv",
)


async def _fill(hub: Any, count: int) -> None:
    numbers = {str(n): f"{n:08d}" for n in range(1, count + 1)}
    await hub.import_people(*numbers.values())
    running = hub.running
    async with running.database.write(["277"]) as tx:
        plans = [plan(owner) for owner in numbers]
        await apply_plans(tx, "277", "sard", plans, numbers, now=running.clock.now())
        done = [_work(number, day) for number in numbers.values() for day in range(3)]
        await put_work(tx, "277", done, now=running.clock.now())


def _work(number: str, day: int) -> WorkRecord:
    return WorkRecord(
        product="clwrota",
        department="anaesthetics",
        work_id=f"{number}-{day}",
        employee_number=number,
        date=date(2026, 5, 4) + timedelta(days=day),
        category="DCC",
        pas=1,
    )


@pytest.mark.parametrize("departments", [None, ["clwrota/anaesthetics"]])
async def test_no_page_asks_the_database_for_each_person(
    hub: Any, monkeypatch: pytest.MonkeyPatch, departments: list[str] | None
) -> None:
    await hub.set_up()
    who = person(Role.ADMINISTRATOR, departments=departments)
    cookies = session_cookie(hub.running.service.app.state.auth, who)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}

    async def costs() -> dict[str, int]:
        found = {}
        for path in PAGES:
            with statements(monkeypatch) as seen:
                answer = await hub.client.get(path, headers=headers)
            assert answer.status_code == 200, path
            found[path] = len(seen)
        return found

    await _fill(hub, 5)
    few = await costs()
    await _fill(hub, 60)

    assert await costs() == few
    assert max(few.values()) <= 16, few
