"""Working time over all departments: rest within 24 hours, and the average week. The rota's planned work is not known here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from submittals.content import AttendanceContent
from submittals.rules.case import FURTHEST_BACK, AttendanceRule, Case, Finding, warning
from submittals.rules.catalogue import figure_of, is_on
from submittals.rules.claim import Claim, Span, extra_hours
from submittals.trusts.settings import TrustSettings

_HOUR, _DAY = 3600, 86_400
_WEEKDAYS = 5


def enough_rest(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """In each 24 hours from the start of a session, of those that this one begins in, there is a long enough rest.

    Sessions are the person's, with times, from the day before to the day after, of whichever department.
    """
    mine, needed = case.span, case.figure("rest_time_short", "hours")
    if mine is None or needed is None:
        return
    day = work.date_worked.toordinal()
    near = [claim for claim in case.claims if claim.span and abs(claim.first_half // 2 - day) <= 1]
    spans = sorted([mine, *(claim.span for claim in near if claim.span)])
    least, at = min((_longest_rest(start, spans), start) for start, _ in spans if start <= mine[0] < start + _DAY)
    if least >= needed * _HOUR:
        return
    places = sorted(
        {case.where(claim) for claim in near if _within(claim, at) and claim.place != (case.product, case.department)}
    )
    others = f" (others by {', '.join(places)})" if places else ""
    yield warning(
        "rest_time_short",
        f"With the person's extra sessions{others} there are {least / _HOUR:.3g} hours of rest in 24; {needed:g} are due.",
        "attendance.starts",
    )


def _within(claim: Claim, start: int) -> bool:
    return claim.span is not None and claim.span[0] < start + _DAY and claim.span[1] > start


def _longest_rest(start: int, spans: Iterable[Span]) -> int:
    """Seconds of the longest stretch without work in the 24 hours from `start`; `spans` in order."""
    longest, free_from = 0, start
    for begins, ends in spans:
        if ends <= start:
            continue
        longest = max(longest, min(begins, start + _DAY) - free_from)
        free_from = max(free_from, ends)
    return max(longest, start + _DAY - free_from)


def week_on_average(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """Contracted hours and extra work together stay within the week that the law allows, where ESR says what is contracted."""
    code = "working_week_long"
    if case.full_time_part is None or not case.is_on(code):
        return
    most, weeks = case.figure(code, "hours"), case.figure(code, "weeks")
    if not most or not weeks:
        return
    since = work.date_worked - week_reaches_back(case.trust)
    after, until = since.toordinal(), work.date_worked.toordinal()
    before = (claim.extra_hours for claim in case.earlier if after < claim.first_half // 2 <= until)
    extra = sum(before, extra_hours(work))
    contracted = case.full_time_part * case.trust.hours_per_day * _WEEKDAYS
    average = contracted + extra / weeks
    if average > most:
        yield warning(
            code,
            f"With this record the person works {average:.1f} hours a week on average over {weeks:g} weeks"
            f" ({contracted:.1f} of them by contract); {most:g} are allowed.",
            "attendance.date_worked",
        )


def week_reaches_back(trust: TrustSettings) -> timedelta:
    """How far before its day the rule on the week looks; nothing while it rests."""
    weeks = figure_of(trust, "working_week_long", "weeks")
    if not weeks or not is_on(trust, "working_week_long"):
        return timedelta(0)
    return min(timedelta(days=float(weeks * 7)), FURTHEST_BACK)


WORKING_TIME_RULES: tuple[AttendanceRule, ...] = (enough_rest, week_on_average)
