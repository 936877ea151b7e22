"""Extra work that lies in the person's own signed job plan: planned care at its usual or another time is not extra."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from esrlink.bank_holidays import is_bank_holiday
from submittals.content import AttendanceContent
from submittals.job_plans.signed import PlannedCare
from submittals.rules.case import AttendanceRule, Case, Finding, midnight_of, warning
from submittals.rules.claim import Span

_DAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def not_in_plan(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """Work at a time for which the signed job plan has direct clinical care is pointed out; on a bank holiday none is held.

    Time off in lieu says itself that it is planned work. Which weeks an alternate week is about, the plan does not say.
    """
    span, least = case.span, case.figure("in_plan_not_extra", "minutes")
    if span is None or least is None or work.in_lieu or not case.planned:
        return
    day = work.date_worked.toordinal()
    # A planned night reaches into the next day, and so does the work itself.
    meets = [
        (_common(span, _span(one, ordinal)), one)
        for ordinal in (day - 1, day, day + 1)
        for one in case.planned
        if _is_held(one, date.fromordinal(ordinal))
    ]
    seconds, planned = max(meets, key=lambda one: one[0], default=(0, None))
    if planned is None or seconds <= least * 60:
        return
    yield warning(
        "in_plan_not_extra",
        f"The signed job plan has direct clinical care on {_in_words(planned)}: it looks like planned work that was moved,"
        " not extra.",
        "attendance.starts",
    )


def _is_held(planned: PlannedCare, day: date) -> bool:
    return day.weekday() == planned.weekday and not is_bank_holiday(day)


def _span(planned: PlannedCare, day: int) -> Span:
    starts, ends = midnight_of(day) + _seconds(planned.starts), midnight_of(day) + _seconds(planned.ends)
    return starts, ends if ends > starts else midnight_of(day + 1) + _seconds(planned.ends)


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60


def _common(one: Span, other: Span) -> int:
    return min(one[1], other[1]) - max(one[0], other[0])


def _in_words(planned: PlannedCare) -> str:
    said = f"{_DAY_NAMES[planned.weekday]} from {planned.starts:%H:%M} to {planned.ends:%H:%M}"
    if planned.every_weeks == 1:
        return said
    return f"{said} every {planned.every_weeks:g} weeks (whether in this week is not certain)"


JOB_PLAN_RULES: tuple[AttendanceRule, ...] = (not_in_plan,)
