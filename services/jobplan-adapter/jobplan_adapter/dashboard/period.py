"""The period that a page of figures is about: from the address, or the plan year so far. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from esrlink.errors import Invalid

Typed = Annotated[str, Query(max_length=10)]
"""A day as an address has it."""

# As long as the API answers for: two years.
LONGEST_DAYS = 731
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)
_YEAR_BEGINS = (4, 1)
_FOUR_WEEKS = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def address(self) -> str:
        """The period in an address."""
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})


def period_of(first: str, last: str, today: date) -> Period:
    """The period that somebody typed; the plan year up to yesterday where they typed none. Raises `Invalid`."""
    usual = this_year(today)
    begins, ends = _day(first, "from") or usual.first, _day(last, "to") or usual.last
    if first and not last and begins > ends:
        ends = begins
    if not 0 <= (ends - begins).days < LONGEST_DAYS:
        raise Invalid("The last day must not be before the first, and the period two years at most.", field="to")
    return Period(begins, ends)


def this_year(today: date) -> Period:
    """The plan year so far, which begins on 1 April: up to yesterday, or its first day on that day."""
    first = _year_of(today)
    return Period(first, max(first, today - timedelta(days=1)))


def usual_periods(today: date) -> Sequence[tuple[str, Period]]:
    """Periods that people ask for, in words."""
    year = _year_of(today)
    before = _year_of(year - timedelta(days=1))
    return (
        ("This plan year", this_year(today)),
        ("Last plan year", Period(before, year - timedelta(days=1))),
        ("The last four weeks", Period(today - _FOUR_WEEKS, today - timedelta(days=1))),
    )


def _year_of(day: date) -> date:
    begins = date(day.year, *_YEAR_BEGINS)
    return begins if begins <= day else date(day.year - 1, *_YEAR_BEGINS)


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _EARLIEST <= day <= _LATEST:
        raise Invalid("A day is written 2026-08-03.", field=field)
    return day
