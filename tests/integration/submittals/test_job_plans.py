"""Job plans are kept locally and judged by: the newest word wins, and whoever validates sees what is owed and given."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from esrlink.contracts import JobplanDelivery, JobplanUpdated, PlanState
from esrlink.contracts.jobplans import DeliveredCategory, PlannedSession, Weekday
from tests.integration.submittals.conftest import CONSULTANT, Rota, leave, statements, work

MONDAY = "2026-07-27"
MORNING = PlannedSession(weekday=Weekday.MONDAY, starts=time(8), ends=time(12), category="DCC", pas=Decimal(1))


def plan(number: str = CONSULTANT, *, hour: int = 1, **values: Any) -> JobplanUpdated:
    """A signed plan with direct clinical care on Monday mornings, from 1 April 2026."""
    said: dict[str, Any] = {
        "provider": "sard",
        "plan_id": "8812",
        "version": 1,
        "state": PlanState.SIGNED_OFF,
        "effective_from": date(2026, 4, 1),
        "timetable": (MORNING,),
        "vpd": "277",
    }
    return JobplanUpdated(employee_number=number, occurred_at=datetime(2026, 8, 1, hour, tzinfo=UTC), **said | values)


def delivery(number: str = CONSULTANT, *, hour: int = 1, given: int = 36, **values: Any) -> JobplanDelivery:
    """Forty sessions owed from 1 April to 2 August 2026."""
    care = DeliveredCategory(
        category="DCC",
        planned=Decimal("40.02"),
        delivered=Decimal(given),
        sessions_planned=Decimal("40.02"),
        sessions_delivered=Decimal(given),
    )
    said: dict[str, Any] = {"first": date(2026, 4, 1), "until": date(2026, 8, 2), "categories": (care,), "vpd": "277"}
    return JobplanDelivery(employee_number=number, occurred_at=datetime(2026, 8, 3, hour, tzinfo=UTC), **said | values)


async def found(rota: Rota, name: str, date_worked: str = MONDAY) -> bool:
    """Whether work of a Monday morning is taken for planned work."""
    told = await rota.taken(name, work(date_worked=date_worked, session=name))
    await rota.done(told["submittal_id"], "withdraw", "admin", reason="Only looked at.")
    return "in_plan_not_extra" in {one["code"] for one in told["findings"]}


async def test_extra_work_in_the_signed_plan_is_pointed_out_and_goes_on(rota: Rota) -> None:
    assert not await found(rota, "before")
    await rota.hub.deliver(plan())
    assert await found(rota, "after")
    told = await rota.approved("moved", work(date_worked=MONDAY))
    assert told["state"] == "approved"
    assert told["rules_version"] == "2026.3"


async def test_what_binds_is_the_newest_word_of_each_signed_version_in_any_order(rota: Rota) -> None:
    tuesday = MORNING.model_copy(update={"weekday": Weekday.TUESDAY})
    await rota.hub.deliver(plan(hour=2, timetable=(tuesday,)))
    await rota.hub.deliver(plan(hour=1))
    assert not await found(rota, "stale")
    # A draft of another version binds nobody; that the plan is revised takes nothing from what was signed.
    await rota.hub.deliver(plan(hour=3, version=2, state=PlanState.DRAFT))
    await rota.hub.deliver(plan(hour=4, state=PlanState.UNDER_REVISION))
    assert not await found(rota, "draft")
    await rota.hub.deliver(plan(hour=5, version=2))
    assert await found(rota, "signed")
    await rota.hub.deliver(plan(hour=6, version=2, state=PlanState.EXPIRED, effective_to=date(2026, 7, 26)))
    assert not await found(rota, "over")


async def test_a_signature_that_is_told_late_counts_until_the_end_that_was_told_before(rota: Rota) -> None:
    ends = {"state": PlanState.EXPIRED, "effective_to": date(2026, 7, 26)}
    await rota.hub.deliver(plan(hour=2, **ends))
    assert not await found(rota, "unsigned", date_worked="2026-07-20")
    await rota.hub.deliver(plan(hour=1))
    assert await found(rota, "within", date_worked="2026-07-20")
    assert not await found(rota, "over", date_worked="2026-07-27")


async def test_a_plan_of_another_trust_says_nothing_here(rota: Rota) -> None:
    await rota.hub.deliver(plan(vpd="312"), delivery(vpd="312"))
    assert not await found(rota, "elsewhere")


async def test_whoever_validates_sees_what_is_owed_and_given(rota: Rota) -> None:
    one, absent = await rota.taken("w", work()), await rota.taken("a", leave())
    assert (await rota.read(one["submittal_id"]))["job_plan"] is None
    await rota.hub.deliver(delivery(hour=2, uncertainty=("work_not_reported", "something_new")))
    await rota.hub.deliver(delivery(hour=1, given=10))
    told = (await rota.read(one["submittal_id"]))["job_plan"]
    assert told["behind"]
    assert Decimal(told["sessions_owed"]) == Decimal("40.02")
    assert told["words"] == (
        "Direct clinical care by the job plan: owed so far 40 sessions, given 36 (from 1 April 2026 until 2 August 2026)."
        " Uncertain: no work was reported for some weeks; something new."
    )
    assert (await rota.read(absent["submittal_id"]))["job_plan"] is None


async def test_figures_that_cannot_be_read_are_named(rota: Rota) -> None:
    care = DeliveredCategory(category="DCC", planned=None, delivered=Decimal("12.5"))
    await rota.hub.deliver(delivery(categories=(care,)))
    told = (await rota.read((await rota.taken("w", work()))["submittal_id"]))["job_plan"]
    assert not told["behind"]
    assert "what is owed cannot be told, given 12.5 PAs" in told["words"]


@pytest.mark.parametrize("size", [1, 60])
async def test_plans_are_read_in_one_statement_for_a_batch(rota: Rota, size: int) -> None:
    await rota.hub.deliver(plan())
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [
        {**key, "record_id": f"r{n}", **work(date_worked=f"2026-07-{n % 28 + 1:02d}", starts=f"{n % 20:02d}:00")}
        for n in range(size)
    ]
    with statements(rota.hub) as seen:
        await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    assert sum("job_plan" in one for one in seen) == 1


async def test_leave_asks_for_no_job_plan(rota: Rota) -> None:
    await rota.hub.deliver(plan())
    with statements(rota.hub) as seen:
        await rota.taken("a", leave())
    assert not any("job_plan" in one for one in seen)
