"""The cases that were worked by hand (`cases/delivery.toml`): each sum comes to its figure, and so does the service."""

from __future__ import annotations

import ast
import operator
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from esrlink.contracts import PlanState
from jobplan_adapter.delivery.leave import Absent, Away
from jobplan_adapter.delivery.reckoning import deliver, shown
from jobplan_adapter.delivery.uncertainty import of_period, week_of
from jobplan_adapter.delivery.worked import Done, Extra, rates_over
from jobplan_adapter.plans.in_force import stretches_by_post

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "delivery.toml").read_text())["case"]
ALLOWED = {"Annual Leave", "Study Leave", "Professional Leave", "Bank Holiday"}
_SIGNS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def worked_out(sum_: str) -> Decimal:
    """What a sum comes to, exactly, rounded once."""

    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            result: Fraction = _SIGNS[type(node.op)](value(node.left), value(node.right))
            return result
        assert isinstance(node, ast.Constant)
        return Fraction(str(node.value))

    return shown(value(ast.parse(sum_, mode="eval").body))


def plan(make_version: Any, number: int, told: dict[str, Any]) -> Any:
    said = dict(told.get("says", {}))
    said["post"] = told.get("post")
    said["timetable"] = [
        {"weekday": day, "category": category, "pas": {"value": pas}, "every_weeks": (every or ["1"])[0]}
        for day, category, pas, *every in told.get("timetable", [])
    ]
    said["annualised"] = [
        {"category": category, "pas_a_year": {"value": pas}, "year_starts": starts}
        for category, pas, starts in told.get("annualised", [])
    ]
    version = told.get("version", 1)
    return make_version(
        told.get("begins", date(2020, 4, 1)),
        plan_id="1" if version > 1 else str(number),
        version=version,
        state=PlanState(told.get("state", "signed_off")),
        plan_state=PlanState(told["plan_state"]) if "plan_state" in told else None,
        current=told.get("current", True),
        weeks=told.get("weeks", "42") or None,
        ends=told.get("ends"),
        says=said,
        **told["pas"],
    )


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
    first, last = case.get("first", date(2026, 4, 1)), case.get("last", date(2026, 6, 30))
    today = case.get("today", date(2026, 9, 1))
    posts = stretches_by_post([plan(make_version, n, one) for n, one in enumerate(case["plans"], 1)], first, last)
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
