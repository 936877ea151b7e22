"""How much of a stretch of days somebody was away, as their plan counts it. Pure; exact fractions.

A plan's weekly figures are spread evenly over the seven days of a week. Its **working days** are those on which its timetable has
sessions, else Monday to Friday. A working day away is away; the other days of its week are away by the share of that week's
working days that are. So a week of leave from Monday to Friday is seven days, a single working day is one fifth of a week, and a
Saturday on which nobody works is nothing. Half days are half, and two absences in one half day are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from esrlink.bank_holidays import bank_holidays

MORNING, AFTERNOON = 1, 2
WHOLE = MORNING | AFTERNOON
MONDAY_TO_FRIDAY = frozenset(range(5))
_HALVES = {"morning": MORNING, "afternoon": AFTERNOON}


@dataclass(frozen=True, slots=True)
class Absent:
    """An absence, first and last day included. `allowed_for`: a plan's working weeks cover its type.

    An `open` one has no end yet; its `last` is how far it is known, which is today: what comes after is not foretold. A part is
    `full`, `morning` or `afternoon`.
    """

    first: date
    last: date
    allowed_for: bool
    open: bool = False
    first_part: str = "full"
    last_part: str = "full"

    def halves_of(self, day: date) -> int:
        """Which halves of a day are absent, as bits."""
        if not self.first <= day <= self.last:
            return 0
        halves = WHOLE
        if day == self.first:
            halves &= _HALVES.get(self.first_part, WHOLE)
        if day == self.last:
            halves &= _HALVES.get(self.last_part, WHOLE)
        return halves or MORNING  # from noon until noon is told of no day; it is taken for half of one


class Away:
    """Somebody's absences, to be asked how many days they come to. Absences of whole weeks around a period must be in it."""

    def __init__(self, absences: Iterable[Absent] = ()) -> None:
        self.absences = tuple(absences)
        self._halves: dict[tuple[bool, date, date], dict[date, int]] = {}

    @property
    def open(self) -> bool:
        """Whether one of them has no end yet."""
        return any(one.open for one in self.absences)

    def away_on(self, day: date) -> bool:
        """Whether any part of the day is absent."""
        return any(one.halves_of(day) for one in self.absences)

    def days(
        self, first: date, last: date, *, allowed_too: bool, working: frozenset[int] = MONDAY_TO_FRIDAY
    ) -> Fraction:
        """Days away from `first` to `last`.

        With `allowed_too` also by leave that working weeks allow for, and by bank holidays on working days (weekdays, 0 is
        Monday).
        """
        begin = first - timedelta(days=first.weekday())
        end = last + timedelta(days=6 - last.weekday())
        halves = self._halves_of(begin, end, allowed_too=allowed_too)
        if allowed_too:
            halves = {**halves, **dict.fromkeys(bank_holidays_between(begin, end), WHOLE)}
        weeks: dict[date, int] = {}
        on_working_days = 0
        for day, bits in halves.items():
            weekday = day.weekday()
            if weekday in working:
                count = bits.bit_count()
                monday = day - timedelta(days=weekday)
                weeks[monday] = weeks.get(monday, 0) + count
                on_working_days += count if first <= day <= last else 0
        on_other_days = sum(count * _others(monday, first, last, working) for monday, count in weeks.items())
        return Fraction(on_working_days, 2) + Fraction(on_other_days, 2 * len(working))

    def _halves_of(self, first: date, last: date, *, allowed_too: bool) -> Mapping[date, int]:
        found = self._halves.get((allowed_too, first, last))
        if found is None:
            found = {}
            for one in self.absences:
                if allowed_too or not one.allowed_for:
                    for day in _days(max(one.first, first), min(one.last, last)):
                        found[day] = found.get(day, 0) | one.halves_of(day)
            self._halves[allowed_too, first, last] = found
        return found


def bank_holidays_between(first: date, last: date) -> list[date]:
    """The bank holidays of England and Wales in a period."""
    years = range(first.year, last.year + 1)
    return [day for year in years for day in bank_holidays(year) if first <= day <= last]


def _others(monday: date, first: date, last: date, working: frozenset[int]) -> int:
    """How many days of a week that are no working days lie in the period."""
    if first <= monday and monday + timedelta(days=6) <= last:
        return 7 - len(working)
    return sum(day.weekday() not in working for day in _days(max(monday, first), min(monday + timedelta(days=6), last)))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
