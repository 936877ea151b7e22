"""Extra work that lies in the person's own job plan is pointed out: by weekday and hours, of the plan that holds on the day."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from submittals.job_plans.signed import PlannedCare, SignedPlan, care_on
from submittals.rules import judge
from submittals.trusts.settings import RuleSetting, TrustSettings
from tests.unit.submittals.cases import TRUST, attendance, case

MONDAY = "2026-07-27"
MORNING = PlannedCare(0, time(8), time(12))


def said(*planned: PlannedCare, trust: TrustSettings = TRUST, **work: Any) -> list[str]:
    findings = judge(
        case(attendance(date_worked=MONDAY) if not work else attendance(**work), planned=planned, trust=trust)
    )
    return [finding.detail for finding in findings if finding.code == "in_plan_not_extra"]


@pytest.mark.parametrize(
    ("work", "found"),
    [
        ({"starts": "08:00", "ends": "12:00"}, True),
        ({"starts": "11:00", "ends": "15:00"}, True),
        ({"starts": "12:00", "ends": "16:00"}, False),
        ({"starts": "11:30", "ends": "16:00"}, False),  # half an hour of both is let pass
        ({"starts": "11:29", "ends": "16:00"}, True),
        ({"starts": None, "ends": None}, False),
        ({"date_worked": "2026-07-28"}, False),  # a Tuesday
        ({"date_worked": "2026-08-31"}, False),  # a Monday, the summer bank holiday
        ({"date_worked": "2026-07-26", "starts": "20:00", "ends": "09:00"}, True),  # the night before runs into it
        ({"in_lieu": True, "rate": None, "amount": None}, False),
    ],
)
def test_work_at_the_time_of_planned_care_is_not_extra(work: dict[str, Any], found: bool) -> None:
    assert bool(said(MORNING, **{"date_worked": MONDAY, **work})) is found


def test_a_planned_night_reaches_into_the_next_day() -> None:
    night = PlannedCare(6, time(20), time(8))
    assert said(night, date_worked=MONDAY, starts="06:00", ends="10:00")


def test_the_sentence_names_the_session_and_what_is_uncertain_of_it() -> None:
    (weekly,) = said(MORNING)
    assert weekly == (
        "The signed job plan has direct clinical care on Mondays from 08:00 to 12:00: it looks like planned work that was"
        " moved, not extra."
    )
    (alternate,) = said(PlannedCare(0, time(8), time(12), Decimal(2)))
    assert "every 2 weeks (whether in this week is not certain)" in alternate


def test_a_trust_sets_how_strict_it_is_and_how_long_may_be_of_both() -> None:
    hour = RuleSetting(code="in_plan_not_extra", severity="error", parameters={"minutes": Decimal(60)})
    trust = TRUST.model_copy(update={"rules": (hour,)})
    assert not said(MORNING, trust=trust, date_worked=MONDAY, starts="11:00", ends="15:00")
    (found,) = judge(case(attendance(date_worked=MONDAY), planned=(MORNING,), trust=trust))
    assert found.severity == "error"


def signed(
    plan_id: str, first: str, hour: int, *, version: int = 1, last: str | None = None, by: str = "sard"
) -> SignedPlan:
    days = date.fromisoformat(first), date.fromisoformat(last) if last else None
    return SignedPlan(by, plan_id, version, *days, (PlannedCare(0, time(hour), time(hour + 4)),))


@pytest.mark.parametrize(
    ("plans", "hours"),
    [
        ([signed("a", "2026-04-01", 8)], [8]),
        ([signed("a", "2026-08-01", 8)], []),
        ([signed("a", "2025-04-01", 8, last="2026-03-31")], []),
        # A later plan takes the place of one without an end; a newer version that of an older one.
        ([signed("a", "2025-04-01", 8), signed("b", "2026-04-01", 13)], [13]),
        ([signed("a", "2026-04-01", 8), signed("a", "2026-04-01", 13, version=2)], [13]),
        ([signed("a", "2026-04-01", 8), signed("a", "2026-09-01", 13, version=2)], [8]),
        # Two posts that begin alike, and two providers, hold beside each other.
        ([signed("a", "2026-04-01", 8), signed("b", "2026-04-01", 13)], [8, 13]),
        ([signed("a", "2026-04-01", 8), signed("b", "2025-04-01", 13, by="upload")], [8, 13]),
    ],
)
def test_the_plan_that_holds_on_the_day_is_asked(plans: list[SignedPlan], hours: list[int]) -> None:
    assert sorted(one.starts.hour for one in care_on(plans, date(2026, 7, 27))) == hours
