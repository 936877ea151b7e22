"""What a plan asks for over some days, line by line. Pure; exact fractions.

A weekly figure::

    planned = PAs a week x (days - days away) / 7 x working weeks / 52

*Working weeks* (42, say) allow for a year's annual, study and professional leave and bank holidays, so those are not taken off
again; days of any other absence are. A plan that states no working weeks allows for nothing: then 52 stands in, and every day
away is taken off, bank holidays on working days too.

An annualised figure, for each of its own years that the days touch::

    planned = PAs a year x (days - days away) / days of that year

It is owed whatever leave is taken, so leave that working weeks would allow for and bank holidays are never taken off it.
"""

from __future__ import annotations

from calendar import isleap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from esrlink.contracts import Weekday
from jobplan_adapter.delivery.leave import MONDAY_TO_FRIDAY, Away
from jobplan_adapter.plans.in_force import Stretch
from jobplan_adapter.plans.plan import OTHER, Annualised, Plan
from jobplan_adapter.plans.versions import HeldVersion

WEEKS_PER_YEAR = Fraction(52)
UNSTATED = "not stated"
"""The category of an annualised activity that states none."""

_GROUPS = {"ANR": OTHER, "ED": OTHER}
_NUMBERS = {day: number for number, day in enumerate(Weekday)}


@dataclass(frozen=True, slots=True)
class Portion:
    """What one figure of a plan asks for over some days. `per` is the PAs a week or a year; none when it cannot be read.

    `share` is how much of `per` these days are: weeks at work, or a part of the year. `of_year` is the number of days of its year
    for an annualised figure. `sessions_a_week` is none where it is not known.
    """

    version: HeldVersion
    first: date
    last: date
    category: str
    per: Decimal | None
    raw: str | None
    away: Fraction
    share: Fraction
    weeks: Fraction = WEEKS_PER_YEAR
    of_year: int | None = None
    sessions_a_week: Fraction | None = None

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def pas(self) -> Fraction | None:
        """PAs over these days."""
        return None if self.per is None else Fraction(self.per) * self.share

    @property
    def sessions(self) -> Fraction | None:
        """Sessions of the timetable over these days."""
        return None if self.sessions_a_week is None else self.sessions_a_week * self.share

    @property
    def working(self) -> str:
        """The sum in words."""
        if self.per is None:
            return f"the figure cannot be read: {self.raw}"
        days = f"({self.days} - {written(self.away)})" if self.away else f"{self.days}"
        if self.of_year is not None:
            return f"{self.per:f} PAs a year x {days} / {self.of_year} days"
        return f"{self.per:f} PAs x {days} / 7 weeks x {written(self.weeks)} / 52"


def grouped(category: str) -> str:
    """The category in which figures are set against each other: ANR and ED are one, because SARD plans them so."""
    return _GROUPS.get(category, category)


def working_days(plan: Plan) -> frozenset[int]:
    """The weekdays on which a plan has sessions, 0 is Monday; Monday to Friday when its timetable says nothing of it."""
    return frozenset(_NUMBERS[one.weekday] for one in plan.timetable if one.weekday) or MONDAY_TO_FRIDAY


def weekday_of(day: Weekday) -> int:
    """A day's number, 0 is Monday."""
    return _NUMBERS[day]


def portions(stretch: Stretch, away: Away) -> Iterator[Portion]:
    """What the plan in force in a stretch asks for."""
    if stretch.version is None:
        return
    version, plan = stretch.version, stretch.version.content
    stated, working = plan.working_weeks.value, working_days(plan)
    days_away = away.days(stretch.first, stretch.last, allowed_too=stated is None, working=working)
    sessions = _sessions_a_week(plan)
    weeks = Fraction(stated) if stated is not None else WEEKS_PER_YEAR
    share = (stretch.days - days_away) * weeks / (7 * WEEKS_PER_YEAR)
    for activity in plan.activities:
        category = grouped(activity.category)
        yield Portion(
            version,
            stretch.first,
            stretch.last,
            category,
            activity.pas,
            activity.raw,
            days_away,
            share,
            weeks=weeks,
            sessions_a_week=sessions.get(category),
        )
        if category in sessions:
            sessions[category] = Fraction(0)  # a further figure of the category, ED beside ANR, is of the same sessions
    for one in plan.annualised:
        yield from _annualised(stretch, version, one, away, working)


def _annualised(
    stretch: Stretch, version: HeldVersion, one: Annualised, away: Away, working: frozenset[int]
) -> Iterator[Portion]:
    starts = one.year_starts or version.content.effective_from or stretch.first
    day = stretch.first
    while day <= stretch.last:
        year, following = _year_of(day, starts)
        last = min(stretch.last, following - timedelta(days=1))
        days_away, of_year = away.days(day, last, allowed_too=False, working=working), (following - year).days
        yield Portion(
            version,
            day,
            last,
            grouped(one.category or UNSTATED),
            one.pas_a_year.value,
            one.pas_a_year.raw or "not stated",
            days_away,
            ((last - day).days + 1 - days_away) / of_year,
            of_year=of_year,
        )
        day = following


def _year_of(day: date, starts: date) -> tuple[date, date]:
    """The first day of the year, as `starts` begins one, that the day lies in, and of the next."""
    begins = _anniversary(starts, day.year)
    if day < begins:
        return _anniversary(starts, day.year - 1), begins
    return begins, _anniversary(starts, day.year + 1)


def _anniversary(starts: date, year: int) -> date:
    leap = (starts.month, starts.day) == (2, 29)
    return date(year, 3, 1) if leap and not isleap(year) else starts.replace(year=year)


def _sessions_a_week(plan: Plan) -> dict[str, Fraction]:
    """Sessions of an average week by category, of those categories that the timetable shows."""
    lines = Counter(
        (grouped(one.category), one.every_weeks)
        for one in plan.timetable
        if one.category and one.weekday and one.every_weeks
    )
    found: dict[str, Fraction] = {}
    for (category, every), count in lines.items():
        found[category] = found.get(category, 0) + Fraction(count) / Fraction(every)
    return found


def written(value: Fraction) -> str:
    """A figure of the working as people read it."""
    return f"{float(value):.6g}"
