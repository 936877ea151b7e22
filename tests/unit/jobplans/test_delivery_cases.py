"""The cases that were worked by hand: each sum comes to its figure, and so does the reckoning. The service itself is asked for
the same in `tests/integration/jobplans/test_cases_worked_by_hand.py`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.jobplans.delivery_cases import CASES, period_of, versions_of, worked_out

from jobplan_adapter.delivery.leave import Absent, Away
from jobplan_adapter.delivery.reckoning import deliver
from jobplan_adapter.delivery.uncertainty import of_period, week_of
from jobplan_adapter.delivery.worked import Done, Extra, rates_over
from jobplan_adapter.plans.in_force import stretches_by_post

ALLOWED = {"Annual Leave", "Study Leave", "Professional Leave", "Bank Holiday"}


def absent(told: dict[str, Any], today: date) -> Absent:
    return Absent(
        told["first"],
        told.get("last", today),
        allowed_for=told["type"] in ALLOWED,
        open="last" not in told,
        first_part=told.get("first_part", "full"),
        last_part=told.get("last_part", "full"),
    )


def done(told: dict[str, Any]) -> Done:
    measures = {name: Decimal(told[name]) for name in ("pas", "hours", "sessions") if name in told}
    marks = {name: told[name] for name in ("premium", "cancelled", "displaced_by", "paid_extra") if name in told}
    return Done(told["day"], told.get("category", "DCC"), "clwrota/anaesthetics/S-1", **measures, **marks)


def test_there_are_thirty_cases_and_more() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_that_was_worked_by_hand(case: dict[str, Any], make_version: Any) -> None:
    first, last, today = period_of(case)
    posts = stretches_by_post(versions_of(case, make_version), first, last)
    away = Away(absent(one, today) for one in case.get("absences", []))
    work = [done(one) for one in case.get("work", [])]
    extras = [Extra(one["day"], "submittal 1", Decimal(one["units"]), one["unit"]) for one in case.get("extras", [])]

    found = deliver(posts, away, work, extras, rates_over(posts.values(), first, last))

    by_category = {one.category: one for one in found.categories}
    for kind, field in (("planned", "planned"), ("delivered", "delivered"), ("displaced", "displaced")):
        for category, (figure, sum_) in case.get(kind, {}).items():
            assert worked_out(sum_) == Decimal(figure), sum_
            assert getattr(by_category[category], field) == Decimal(figure), found.lines
    for category, (figure, sum_) in case.get("sessions", {}).items():
        assert worked_out(sum_) == by_category[category].sessions_planned == Decimal(figure)
    if "extra" in case:
        assert worked_out(case["extra"][1]) == found.extra == Decimal(case["extra"][0])
    assert [one.category for one in found.categories if one.planned is None] == case.get("unknown", [])
    assert set(case.get("lines", [])) <= {one.working for one in found.lines}
    if "uncertainty" in case:
        weeks = {week_of(one.day, first) for one in work}
        assert [one.code for one in of_period(posts, away, weeks, first, last, today=today)] == case["uncertainty"]
