"""A person's job plan beside the rota, and a quarter of planned against delivered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from esr_demo.chapters.profiles import cast
from esr_demo.story import Story

title = "Job plans beside the rota"
VPD = "277"
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))


async def tell(story: Story) -> None:
    """Pull the plans, read one person's, put the quarter's work, and compare."""
    telling, rota = story.telling, story.clients["clwrota"]
    polled = await story.operations.post(f"/jobplan-adapter/v1/providers/{VPD}/sard/poll")
    telling.say(
        f"SARD was asked: {polled['plans']} plans; {polled['matched']} of {polled['users']} users matched by ESR number"
    )
    number, plan = await _someone_with_a_plan(story)
    planned = [(a["category"], a["pas"]) for a in plan["activities"]]
    telling.table(f"One person's plan ({plan['state']})", ("category", "PAs a week"), planned)
    await rota.post("/jobplan-adapter/v1/work:batch", {"records": _work(number)})
    first, last = (day.isoformat() for day in QUARTER)
    path = f"/jobplan-adapter/v1/people/{VPD}/{number}/delivery"
    delivery = await rota.get(path, **{"from": first, "to": last})
    rows = [(c["category"], c["planned"], c["delivered"], c["difference"]) for c in delivery["categories"]]
    telling.table("The quarter", ("category", "planned", "delivered", "difference"), rows)
    telling.check(
        "The summary and a quarter of planned against delivered are answered by ESR number, with the working",
        bool(rows) and bool(delivery["lines"]),
        delivery,
    )


async def _someone_with_a_plan(story: Story) -> tuple[str, dict[str, Any]]:
    doctors, _ = await cast(story)
    for doctor in doctors:
        path = f"/jobplan-adapter/v1/people/{VPD}/{doctor.number}/job-plan"
        answer = await story.clients["clwrota"].call("GET", path)
        plan = answer.json().get("plan") if answer.is_success else None
        if plan and all(activity["pas"] is not None for activity in plan["activities"]):
            return doctor.number, plan
    raise LookupError("nobody has a plan that can be read")


def _work(number: str) -> list[dict[str, Any]]:
    """Two clinical sessions and one supporting session a week, less a fortnight in August."""
    monday = QUARTER[0] + timedelta(days=(7 - QUARTER[0].weekday()) % 7)
    weeks = [monday + timedelta(weeks=n) for n in range(13) if n not in {6, 7}]
    pieces = (("DCC", 0, "Theatre 2"), ("DCC", 2, "Theatre 5"), ("SPA", 3, "Teaching"))
    return [
        {
            "work_id": f"{number}-{week + timedelta(days=day)}",
            "product": "clwrota",
            "department": "anaesthetics",
            "employee_number": number,
            "date": (week + timedelta(days=day)).isoformat(),
            "session": session,
            "category": category,
            "hours": "8",
        }
        for week in weeks
        for category, day, session in pieces
        if week + timedelta(days=day) <= QUARTER[1]
    ]
