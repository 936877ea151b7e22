"""Planned against delivered over HTTP, with leave and paid extra work as they come from submittals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from esrlink.contracts import Absence, Attendance, ProfileKey, Source, SubmittalApproved, SubmittalWithdrawn

APPROVED_AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
async def ready(polled: Any) -> Any:
    """After the quarter, with one doctor's plan signed off."""
    polled.running.clock.move_to(datetime(2026, 7, 6, 9, 0, tzinfo=UTC))
    return polled


def number(hub: Any) -> str:
    return str(hub.number_of(hub.shown("completed")))


def approved(hub: Any, record_id: str = "r-1", **values: Any) -> SubmittalApproved:
    kind = "absence" if "absence" in values else "attendance"
    profile = ProfileKey(product="clwrota", department="anaesthetics", profile_id="p-1")
    known = {
        "vpd": "277",
        "employee_number": number(hub),
        "assignment_number": number(hub),
        "submittal_id": uuid4(),
        "version": 1,
        "kind": kind,
        "source": Source(profile=profile, record_id=record_id),
        "content_hash": "0" * 64,
        "rules_version": "1",
        "enriched_by": "p-1",
        "validated_by": ("p-2",),
        "approved_by": "p-3",
        "approved_at": APPROVED_AT,
    }
    return SubmittalApproved.model_validate(known | values)


def sick(first: date, last: date | None, **values: Any) -> Absence:
    return Absence(absence_type="Sickness", start_date=first, end_date=last, open=last is None, **values)


def extra_session(session: str | None = "Theatre 9") -> Attendance:
    return Attendance(date_worked=date(2026, 5, 9), session=session, pay_element="WLI", units=Decimal(8), unit="hours")


async def delivery(hub: Any, first: str = "2026-04-01", last: str = "2026-06-30") -> dict[str, Any]:
    path = f"/v1/people/277/{number(hub)}/delivery"
    answer = await hub.client.get(path, params={"from": first, "to": last}, headers=hub.bearer("jobplans:read"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put(hub: Any, *records: dict[str, Any]) -> None:
    known = {"product": "clwrota", "department": "anaesthetics", "employee_number": number(hub), "category": "DCC"}
    body = {"records": [{**known, **record} for record in records]}
    answer = await hub.client.post("/v1/work:batch", json=body, headers=hub.bearer("work:write"))
    assert answer.json()["refused"] == 0, answer.text


def dcc(found: dict[str, Any]) -> dict[str, Any]:
    one: dict[str, Any] = next(one for one in found["categories"] if one["category"] == "DCC")
    return one


async def test_a_quarter_is_planned_delivered_and_set_against_each_other(ready: Any) -> None:
    weekly = Decimal(ready.shown("completed").attributes["contracted_dcc"])
    await put(
        ready,
        {"work_id": "w-1", "date": "2026-04-01", "hours": "4"},
        {"work_id": "w-2", "date": "2026-06-30", "hours": "6", "premium": True},
        {"work_id": "w-3", "date": "2026-05-05", "pas": "1", "cancelled": True},
        {"work_id": "w-4", "date": "2026-07-01", "pas": "1"},
    )

    found = await delivery(ready)

    # 13 weeks x 42 / 52 = 10.5 times the weekly PAs; delivered 4 / 4 + 6 / 3 = 3
    planned = (weekly * Decimal("10.5")).quantize(Decimal("0.01"))
    told = {"planned": str(planned), "delivered": "3.00", "difference": str(Decimal(3) - planned), "displaced": "1.00"}
    assert dcc(found).items() >= {"category": "DCC", **told, "sessions_delivered": 2}.items()
    assert [one["working"] for one in found["lines"] if one["kind"] == "displaced"] == ["1 PAs, cancelled"]
    assert [one["working"] for one in found["lines"] if one["kind"] == "delivered"] == [
        "4 hours / 4",
        "6 hours / 3 in premium time",
    ]
    assert [one["code"] for one in found["uncertainty"]] == ["work_not_reported"]


async def test_sickness_is_taken_off_and_withdrawn_sickness_is_not(ready: Any) -> None:
    whole = dcc(await delivery(ready))["planned"]
    event = approved(ready, absence=sick(date(2026, 5, 4), date(2026, 5, 17)))
    await ready.running.deliver(event)

    less = dcc(await delivery(ready))["planned"]

    # two weeks of thirteen
    assert abs(Decimal(less) - Decimal(whole) * 11 / 13) <= Decimal("0.01")
    await ready.running.deliver(_withdrawn(event))
    assert dcc(await delivery(ready))["planned"] == whole


async def test_a_withdrawal_that_comes_first_still_counts(ready: Any) -> None:
    whole = dcc(await delivery(ready))["planned"]
    event = approved(ready, absence=sick(date(2026, 5, 4), date(2026, 5, 17)))

    await ready.running.deliver(_withdrawn(event), event)

    assert dcc(await delivery(ready))["planned"] == whole


async def test_the_newest_version_of_a_submittal_wins_whatever_the_order(ready: Any) -> None:
    one = approved(ready, absence=sick(date(2026, 5, 4), date(2026, 5, 10)), version=2)
    old = approved(ready, absence=sick(date(2026, 4, 1), date(2026, 6, 30)), submittal_id=one.submittal_id)
    await ready.running.deliver(one)
    after_new = dcc(await delivery(ready))["planned"]

    await ready.running.deliver(old)

    assert dcc(await delivery(ready))["planned"] == after_new


async def test_a_reversal_undoes_what_it_names(ready: Any) -> None:
    whole = dcc(await delivery(ready))["planned"]
    event = approved(ready, absence=sick(date(2026, 5, 4), date(2026, 5, 17)))
    reversal = approved(ready, absence=event.absence, corrects=event.submittal_id, reversal=True)

    await ready.running.deliver(event, reversal)

    assert dcc(await delivery(ready))["planned"] == whole


async def test_an_open_absence_is_named_until_its_closing_record_comes(ready: Any) -> None:
    opened = approved(ready, absence=sick(date(2026, 6, 1), None))
    await ready.running.deliver(opened)
    assert "absence_open" in [one["code"] for one in (await delivery(ready))["uncertainty"]]
    long = dcc(await delivery(ready))["planned"]

    closing = sick(date(2026, 6, 1), date(2026, 6, 7), closes=opened.submittal_id)
    await ready.running.deliver(approved(ready, absence=closing))

    found = await delivery(ready)
    assert "absence_open" not in [one["code"] for one in found["uncertainty"]]
    assert Decimal(dcc(found)["planned"]) > Decimal(long)


@pytest.mark.parametrize(
    ("work_id", "session", "record_id"),
    [("same-id", "Theatre 1", "same-id"), ("another-id", "Theatre 9", "r-9")],
    ids=["by the rota's id", "by day and session"],
)
async def test_paid_extra_work_is_never_counted_as_in_plan(
    ready: Any, work_id: str, session: str, record_id: str
) -> None:
    await put(
        ready,
        {"work_id": work_id, "date": "2026-05-09", "session": session, "hours": "8"},
        {"work_id": "in-plan", "date": "2026-05-08", "session": session, "hours": "4"},
    )
    assert dcc(await delivery(ready))["delivered"] == "3.00"

    await ready.running.deliver(approved(ready, record_id, attendance=extra_session()))

    found = await delivery(ready)
    assert (dcc(found)["delivered"], found["extra"]) == ("1.00", "2.00")


async def test_delivered_work_of_a_person_without_a_plan_is_shown_and_the_plan_named_as_missing(ready: Any) -> None:
    found = await delivery(ready, "2020-04-01", "2020-06-30")

    assert found["categories"] == []
    assert next(one["code"] for one in found["uncertainty"]) == "plan_missing"


def _withdrawn(event: SubmittalApproved) -> SubmittalWithdrawn:
    submittal: UUID = event.submittal_id
    return SubmittalWithdrawn(
        vpd="277",
        employee_number=event.employee_number,
        submittal_id=submittal,
        version=event.version,
        reason="entered twice",
        occurred_at=APPROVED_AT,
    )
