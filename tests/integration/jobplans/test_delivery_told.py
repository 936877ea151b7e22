"""`jobplan.delivery`: told of whom something changed, once, with the figures that the API shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from esrlink.contracts import JobplanDelivery
from jobplan_adapter.delivery.telling import Telling, plan_year_of
from tests.integration.jobplans.test_delivery_api import approved, delivery, number, put, sick
from tests.integration.submittals.conftest import statements

JULY = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
TOPIC = "jobplan.delivery"


@pytest.fixture
async def ready(polled: Any) -> Any:
    polled.running.clock.move_to(JULY)
    return polled


def telling(hub: Any) -> Telling:
    return Telling(hub.running.database, hub.running.clock, timedelta(seconds=1))


async def said(hub: Any, of: str | None = None) -> Sequence[JobplanDelivery]:
    events = [one.event for one in await hub.running.emitted(TOPIC)]
    return [one for one in events if of is None or one.employee_number == of]


async def test_everybody_with_a_plan_is_told_of_once_with_the_figures_that_the_api_shows(ready: Any) -> None:
    first = await telling(ready).look()
    again = await telling(ready).look()

    shown = await delivery(ready, "2026-04-01", "2026-07-05")
    (event,) = await said(ready, number(ready))
    assert first == len(await said(ready)) > 10
    assert again == 0
    assert (event.first, event.until) == (date(2026, 4, 1), date(2026, 7, 5))
    assert [(one.category, one.planned, one.delivered) for one in event.categories] == [
        (one["category"], Decimal(one["planned"]), Decimal(one["delivered"])) for one in shown["categories"]
    ]
    assert event.uncertainty == ("work_not_reported",)


async def test_work_leave_and_a_changed_plan_are_told_and_what_changes_nothing_is_not(ready: Any) -> None:
    who = number(ready)
    await telling(ready).look()
    work = {"work_id": "w-1", "date": "2026-05-05", "hours": "4"}

    await put(ready, work)
    assert await telling(ready).look() == 1
    await put(ready, work)
    await put(ready, {**work, "session": "Theatre 5"})
    assert await telling(ready).look() == 0, "neither the same again, nor what no figure is made of"
    await ready.running.deliver(approved(ready, absence=sick(date(2026, 5, 11), date(2026, 5, 17))))
    assert await telling(ready).look() == 1
    async with ready.running.database.write(["277"]) as tx:
        await tx.execute(
            text("UPDATE plan SET gone = true, updated_at = '2026-06-01' WHERE employee_number = :n"), {"n": who}
        )
    assert await telling(ready).look() == 1

    *_, last = await said(ready, who)
    assert last.categories[0].delivered == Decimal("1.00")
    assert "plan_missing" in last.uncertainty


async def test_work_that_is_moved_to_another_person_is_told_of_both(ready: Any) -> None:
    await put(ready, {"work_id": "w-1", "date": "2026-05-05", "hours": "4"})
    await telling(ready).look()

    await put(ready, {"work_id": "w-1", "date": "2026-05-05", "hours": "4", "employee_number": "99999999"})

    assert await telling(ready).look() == 2
    assert (await said(ready, number(ready)))[-1].categories[0].delivered == 0
    assert (await said(ready, "99999999"))[-1].categories[0].delivered == 1


async def test_figures_that_nobody_touched_are_told_anew_after_a_week_because_a_plan_asks_for_more(ready: Any) -> None:
    everybody = await telling(ready).look()
    ready.running.clock.move_to(JULY + timedelta(days=7))
    assert await telling(ready).look() == 0

    ready.running.clock.move_to(JULY + timedelta(days=8))

    assert await telling(ready).look() > everybody / 2
    *_, last = await said(ready, number(ready))
    assert last.until == date(2026, 7, 13)


async def test_many_people_cost_as_many_statements_as_few(ready: Any) -> None:
    await telling(ready).look()
    counts = []
    for people in (1, 60):
        numbers = [f"{n:08d}" for n in range(70_000_000, 70_000_000 + people)]
        await put(
            ready,
            *(
                {"work_id": f"w-{people}-{n}", "date": "2026-05-05", "hours": "4", "employee_number": n}
                for n in numbers
            ),
        )
        with statements(ready.running) as seen:
            assert await telling(ready).look() == people
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 24


async def test_a_note_that_is_made_while_somebody_reckons_is_not_lost(ready: Any) -> None:
    await telling(ready).look()
    async with ready.running.database.write(["277"]) as tx:
        await tx.execute(text("SELECT pg_advisory_xact_lock(:c, hashtext('277'))"), {"c": 0x5245434B})
        await put(ready, {"work_id": "w-1", "date": "2026-05-05", "hours": "4"})
        assert await telling(ready).look() == 0, "somebody else is at it"

    assert await telling(ready).look() == 1


@pytest.mark.parametrize(
    ("day", "begins"),
    [(date(2026, 3, 31), date(2025, 4, 1)), (date(2026, 4, 1), date(2026, 4, 1)), (date(2027, 1, 1), date(2026, 4, 1))],
)
def test_the_plan_year_begins_on_1_april(day: date, begins: date) -> None:
    assert plan_year_of(day) == begins
