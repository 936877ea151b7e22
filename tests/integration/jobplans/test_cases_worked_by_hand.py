"""The cases that were worked by hand, through the service: plans in its database, leave and extras by event, work and figures
over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from esrlink.contracts import Absence, Attendance
from jobplan_adapter.plans.versions import HeldVersion
from jobplan_adapter.tables import plan, plan_version
from tests.integration.jobplans.conftest import Hub
from tests.integration.jobplans.test_delivery_api import approved
from tests.unit.jobplans.delivery_cases import CASES, period_of, versions_of
from tests.unit.jobplans.version_maker import maker

WHO = "70000001"


@pytest.fixture
async def ready(hub: Hub) -> Hub:
    await hub.set_up(providers=[])
    return hub


async def stored(hub: Hub, versions: Sequence[HeldVersion]) -> None:
    """The plans as polls would have left them."""
    newest = {one.plan_id: one for one in versions if one.current}
    async with hub.running.database.write(["277"]) as tx:
        for one in newest.values():
            head = {
                "vpd": "277",
                "provider": one.provider,
                "plan_id": one.plan_id,
                "owner_id": "1001",
                "employee_number": WHO,
                "post": one.content.post,
                "version": one.version,
                "content_hash": one.content.content_hash(),
                "state": one.plan_state,
                "effective_from": one.content.effective_from,
                "gone": False,
                "updated_at": one.recorded_at,
            }
            await tx.execute(insert(plan).values(head))
        for one in versions:
            said = {**one.content.model_dump(mode="json"), "effective_to": one.ends.isoformat() if one.ends else None}
            key = {"vpd": "277", "provider": one.provider, "plan_id": one.plan_id, "version": one.version}
            known = {"state": one.state, "content": said, "content_hash": "", "recorded_at": one.recorded_at}
            await tx.execute(insert(plan_version).values({**key, **known}))


async def happened(hub: Hub, case: dict[str, Any]) -> None:
    """Leave and paid extra work as submittals tells them, and work as a rota puts it."""
    events = [
        approved(
            hub,
            f"leave-{number}",
            employee_number=WHO,
            absence=Absence(
                absence_type=told["type"],
                start_date=told["first"],
                start_part=told.get("first_part", "full"),
                end_date=told.get("last"),
                end_part=told.get("last_part", "full"),
                open="last" not in told,
            ),
        )
        for number, told in enumerate(case.get("absences", []))
    ]
    work = [
        {"product": "clwrota", "department": "anaesthetics", "work_id": f"w-{number}", "employee_number": WHO}
        | {"category": "DCC", **{name: told[name] for name in told if name not in ("day", "paid_extra")}}
        | {"date": told["day"].isoformat()}
        for number, told in enumerate(case.get("work", []))
    ]
    paid = {told["day"]: f"w-{number}" for number, told in enumerate(case.get("work", [])) if told.get("paid_extra")}
    for number, told in enumerate(case.get("extras", [])):
        units = {"units": Decimal(told["units"]), "unit": told["unit"]}
        extra = Attendance(date_worked=told["day"], pay_element="WLI", **units)
        record = paid.get(told["day"], f"extra-{number}")
        events.append(approved(hub, record, employee_number=WHO, attendance=extra))
    await hub.running.deliver(*events)
    if work:
        answer = await hub.client.post("/v1/work:batch", json={"records": work}, headers=hub.bearer("work:write"))
        assert answer.json()["refused"] == 0, answer.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_the_service_comes_to_the_figures_of_a_case(ready: Hub, case: dict[str, Any]) -> None:
    first, last, today = period_of(case)
    ready.running.clock.move_to(datetime.combine(today, time(9), UTC))
    await stored(ready, versions_of(case, maker()))
    await happened(ready, case)

    path, query = f"/v1/people/277/{WHO}/delivery", {"from": first.isoformat(), "to": last.isoformat()}
    answer = await ready.client.get(path, params=query, headers=ready.bearer("jobplans:read"))

    assert answer.status_code == 200, answer.text
    found = answer.json()
    told = {one["category"]: one for one in found["categories"]}
    for field in ("planned", "delivered", "displaced"):
        for category, (figure, _) in case.get(field, {}).items():
            assert Decimal(told[category][field]) == Decimal(figure), (category, field, found["lines"])
    for category, (figure, _) in case.get("sessions", {}).items():
        assert Decimal(told[category]["sessions_planned"]) == Decimal(figure)
    if "extra" in case:
        assert Decimal(found["extra"]) == Decimal(case["extra"][0])
    assert [name for name, one in told.items() if one["planned"] is None] == case.get("unknown", [])
    if "uncertainty" in case:
        assert [one["code"] for one in found["uncertainty"]] == case["uncertainty"]
