"""A department's week over HTTP: its people in parts, their leave, and only for whom the department is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from esrlink.contracts import Absence, ProfileKey, Source, SubmittalApproved
from tests.integration.jobplans.held import ANN, BEN, CAT, hold, plan, statements

DEPARTMENTS = [
    {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics", "specialties": ["Anaesthetics"]},
    {"product": "medirota", "department": "cardiology", "name": "Cardiology"},
]


@pytest.fixture
async def held(hub: Any) -> Any:
    """Ann and Ben are anaesthetists, Ben without a signed plan; Cat works there and has a plan elsewhere."""
    await hub.set_up(departments=DEPARTMENTS)
    await hub.import_people(ANN, BEN, CAT)
    await hold(hub, plan("1"), plan("2", signed=False), plan("3", specialty="Cardiology", timetable=()))
    work = {"employee_number": CAT, "date": "2026-07-01", "category": "DCC", "hours": "4"}
    put = await hub.client.put("/v1/work/clwrota/anaesthetics/w1", json=work, headers=hub.bearer("work:write"))
    assert put.status_code == 200, put.text
    return hub


async def week(
    hub: Any, department: str = "clwrota/anaesthetics", *, headers: dict[str, str] | None = None, **query: Any
) -> httpx.Response:
    known = {**hub.bearer("jobplans:read"), **(headers or {})}
    asked = {"week": "2026-W32", **query}
    answer: httpx.Response = await hub.client.get(
        f"/v1/departments/{department}/availability", params=asked, headers=known
    )
    return answer


async def approve_leave(hub: Any, number: str, first: date, last: date) -> None:
    await hub.running.deliver(
        SubmittalApproved(
            vpd="277",
            employee_number=number,
            assignment_number=number,
            submittal_id=uuid4(),
            version=1,
            kind="absence",
            source=Source(
                profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id="p-1"), record_id="r-1"
            ),
            content_hash="0" * 64,
            rules_version="1",
            enriched_by="p-1",
            validated_by=("p-2",),
            approved_by="p-3",
            approved_at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
            absence=Absence(absence_type="Annual Leave", start_date=first, end_date=last, open=False),
        )
    )


async def test_the_week_of_a_department_with_leave_shown_as_away(held: Any) -> None:
    await approve_leave(held, ANN, date(2026, 8, 5), date(2026, 8, 5))

    answer = (await week(held)).json()

    assert (answer["first"], answer["last"], answer["bank_holidays"]) == ("2026-08-03", "2026-08-09", [])
    people = {one["employee_number"]: one for one in answer["people"]}
    assert list(people) == [ANN, BEN, CAT]
    halves = [(one["date"], one["half"], one["away"]) for one in people[ANN]["half_days"]]
    assert halves[:4] == [
        ("2026-08-03", "morning", False), ("2026-08-03", "afternoon", False),
        ("2026-08-05", "morning", True), ("2026-08-05", "afternoon", True),
    ]  # fmt: skip
    duty = people[ANN]["half_days"][0]["duties"][0]
    assert (duty["activity"], duty["category"], duty["pas"]["value"], duty["turn"]) == (
        "Theatre list",
        "DCC",
        "1",
        "planned",
    )
    assert people[ANN]["half_days"][-1]["duties"][0]["turn"] == "alternate_weeks"
    assert [one["code"] for one in people[BEN]["uncertainty"]] == ["no_signed_plan"]
    assert [one["code"] for one in people[CAT]["uncertainty"]] == ["no_timetable"]
    assert "Annual Leave" not in str(answer)
    assert (await week(held, week="2026-W53")).json()["bank_holidays"] == ["2026-12-28", "2027-01-01"]


async def test_parts_follow_one_another_and_cost_the_same(held: Any, monkeypatch: Any) -> None:
    seen: list[str] = []
    costs = []
    cursor: dict[str, str] = {}
    while True:
        with statements(monkeypatch) as ran:
            part = (await week(held, limit=1, **cursor)).json()
        costs.append(len(ran))
        seen += [one["employee_number"] for one in part["people"]]
        if part["next_cursor"] is None:
            break
        cursor = {"cursor": part["next_cursor"]}
    assert seen == [ANN, BEN, CAT]
    with statements(monkeypatch) as ran:
        await week(held)
    assert {*costs, len(ran)} == {costs[0]}
    assert costs[0] <= 5, ran


async def test_a_caller_who_holds_the_week_gets_304_until_it_changes(held: Any) -> None:
    tag = (await week(held)).headers["ETag"]

    assert (await week(held, headers={"If-None-Match": tag})).status_code == 304
    await approve_leave(held, ANN, date(2026, 8, 5), date(2026, 8, 5))
    assert (await week(held, headers={"If-None-Match": tag})).status_code == 200


async def test_a_department_is_for_its_own(held: Any) -> None:
    limited = held.bearer("jobplans:read", departments=["medirota/cardiology"])
    assert (await week(held, headers=limited)).status_code == 404
    assert (await week(held, "medirota/cardiology", headers=limited)).json()["people"] == []
    assert (await week(held, headers=held.bearer("jobplans:read", vpds=["312"]))).status_code == 404
    assert (await week(held, "clwrota/nowhere")).status_code == 404
    assert (await week(held, headers=held.bearer("work:write"))).status_code == 403
    for wrong in ("2026-W54", "2026-08-03", "2025-W53"):
        assert (await week(held, week=wrong)).status_code == 422
