"""Half days of a week, and which of them a line of a timetable is held in. Pure; times are local.

The morning ends at 13:00, the afternoon at 18:00; what comes later, and the night, is the evening of the day it began. A session
belongs to each half day that holds at least an hour of it, and to the one that it begins in where none does. Held every so many
weeks, it is counted by ISO week: week 1 of a cycle of two is each odd week, week 2 each even one. Where the plan does not say
which week of the cycle, nobody can tell: it is named as of alternate weeks and stands in every week.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from esrlink.contracts import Weekday
from esrlink.errors import Invalid
from jobplan_adapter.plans.plan import Session

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_DAY_MINUTES = 24 * 60
_LEAST_MINUTES = 60


class Half(StrEnum):
    """A part of a day; `unstated` where a session has no hours that could be read."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    UNSTATED = "unstated"


class Turn(StrEnum):
    """Whether a session is held in a week."""

    PLANNED = "planned"
    ALTERNATE_WEEKS = "alternate_weeks"
    UNCLEAR = "unclear"


_ENDS = {Half.MORNING: 13 * 60, Half.AFTERNOON: 18 * 60, Half.EVENING: 2 * _DAY_MINUTES}


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    def day(self, weekday: Weekday) -> date:
        """The day of this week."""
        return self.monday + timedelta(days=list(Weekday).index(weekday))


def week_of(text: str) -> Week:
    """The week in `2026-W32`. Raises `Invalid` for what is none."""
    found = _WEEK.fullmatch(text)
    try:
        week = Week(int(found[1]), int(found[2])) if found else None
        if week and 1990 <= week.year <= 2100 and week.monday:
            return week
    except ValueError:
        pass
    raise Invalid("Name an ISO week, such as 2026-W32; some years have 52 of them, some 53.", field="week")


def halves_of(session: Session) -> list[Half]:
    """The half days of its day that a session is held in."""
    if session.starts is None:
        return [Half.UNSTATED]
    begins = _minutes(session.starts)
    ends = begins if session.ends is None else _minutes(session.ends)
    if session.ends is not None and ends <= begins:
        ends += _DAY_MINUTES
    held, opens = [], 0
    for half, closes in _ENDS.items():
        if min(ends, closes) - max(begins, opens) >= _LEAST_MINUTES:
            held.append(half)
        opens = closes
    return held or [next(half for half, closes in _ENDS.items() if begins < closes)]


def turn_in(session: Session, week: Week) -> Turn | None:
    """Whether a session is held in a week; none when it is not."""
    every = session.every_weeks
    if every is None or every < 1:
        return Turn.UNCLEAR
    if every == 1:
        return Turn.PLANNED
    if session.week_of_cycle is None or every != every.to_integral_value():
        return Turn.ALTERNATE_WEEKS
    return Turn.PLANNED if (week.number - session.week_of_cycle) % int(every) == 0 else None


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
