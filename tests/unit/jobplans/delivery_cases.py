"""The cases that were worked by hand (`cases/delivery.toml`): read, their sums worked out, their plans made."""

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

from esrlink.contracts import PlanState
from jobplan_adapter.delivery.reckoning import shown
from jobplan_adapter.plans.versions import HeldVersion

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "delivery.toml").read_text())["case"]
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


def plan_of(make_version: Any, number: int, told: dict[str, Any]) -> Any:
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


def period_of(case: dict[str, Any]) -> tuple[date, date, date]:
    """First and last day of the period, and the day on which it is looked at."""
    first, last = case.get("first", date(2026, 4, 1)), case.get("last", date(2026, 6, 30))
    return first, last, case.get("today", date(2026, 9, 1))


def versions_of(case: dict[str, Any], make_version: Any) -> list[HeldVersion]:
    """The versions of the person's plans."""
    return [plan_of(make_version, number, one) for number, one in enumerate(case["plans"], 1)]
