"""What changed between two versions of a plan, field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.integration.jobplans.held import plan, session

from esrlink.contracts import ProgrammedActivities, Weekday
from jobplan_adapter.plans.comparing import changes_between
from jobplan_adapter.plans.plan import OnCall, Plan, Reading


def told(before: Plan, after: Plan) -> list[tuple[str, str | None, str | None]]:
    return [(one.field, one.before, one.after) for one in changes_between(before, after)]


def test_the_same_plan_changed_nothing() -> None:
    assert told(plan(), plan()) == []


def test_figures_are_told_with_what_they_were_and_the_raw_text_of_what_cannot_be_read() -> None:
    after = plan(
        activities=(
            ProgrammedActivities(category="DCC", pas=None, raw="7 or 8"),
            ProgrammedActivities(category="APA", pas=Decimal("0.5")),
        ),
        working_weeks=Reading(),
        on_call=OnCall(),
    )
    assert told(plan(), after) == [
        ("activities.DCC", "7.5", "cannot be read: 7 or 8"),
        ("activities.SPA", "2.5", None),
        ("activities.APA", None, "0.5"),
        ("working_weeks", "42", None),
        ("on_call.on_call", "yes", "no"),
        ("on_call.category", "A", None),
        ("on_call.supplement", "5", None),
        ("on_call.frequency", "1 in 8", None),
    ]


def test_a_line_in_the_place_of_another_is_a_change_of_it_and_its_order_is_none() -> None:
    monday = session(Weekday.MONDAY, "08:00", "12:00", "Theatre list")
    tuesday = session(Weekday.TUESDAY, "08:00", "12:00", "Clinic")
    moved: dict[str, Any] = {"every_weeks": Decimal(2), "week_of_cycle": 2}
    clinic = session(Weekday.TUESDAY, "08:00", "12:00", "Clinic", **moved)
    friday = session(Weekday.FRIDAY, "13:00", "17:00", "Audit", category="SPA")

    assert told(plan(timetable=(monday, tuesday)), plan(timetable=(tuesday, monday))) == []
    assert told(plan(timetable=(monday, tuesday)), plan(timetable=(clinic, friday))) == [
        ("timetable", "Monday 08:00 to 12:00, Theatre list, DCC, 1 PAs a week", None),
        (
            "timetable",
            "Tuesday 08:00 to 12:00, Clinic, DCC, 1 PAs a week",
            "Tuesday 08:00 to 12:00, Clinic, DCC, 1 PAs a week, every 2 weeks (week 2)",
        ),
        ("timetable", None, "Friday 13:00 to 17:00, Audit, SPA, 1 PAs a week"),
    ]


def test_the_same_line_twice_is_two_lines() -> None:
    line = session(Weekday.MONDAY, None, None, "Ward round")
    assert told(plan(timetable=(line, line)), plan(timetable=(line,))) == [
        ("timetable", "Monday, Ward round, DCC, 1 PAs a week", None)
    ]
