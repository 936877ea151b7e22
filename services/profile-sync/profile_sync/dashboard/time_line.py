"""Assignments on a time line: where each bar, year and mark stands, as per cent of the width. Pure.

The picture has no fixed width, so one drawing serves a desk and a phone; its texts keep their size. What it shows stands in
the table below it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Literal

# Longer and a year is too narrow to point at; what began before runs in from the edge.
_MOST_YEARS = 12
_YEAR = timedelta(days=365)
_MOST_TICKS = 5
# What fits above a bar on a phone.
_LONGEST_LABEL = 40
_TOP, _LANE, _BAR_DOWN, _BAR = 34, 50, 20, 16
_FOOT = 26

When = Literal["past", "now", "future"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A dated row: `x` and `width` in per cent, `top` in pixels."""

    x: float
    width: float
    top: int
    when: When
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place along the line; `anchor` keeps it inside the picture."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Lane:
    """An assignment number with the bars of its dated rows."""

    label: str
    top: int
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The whole picture; sizes in pixels where they are not per cent."""

    height: int
    bar_height: int
    lanes: Sequence[Lane]
    years: Sequence[Mark]
    day: Mark


def draw(assignments: Sequence[Any], day: date) -> TimeLine | None:
    """The time line of these rows, ordered by assignment number and first day, with a mark at `day`; none without rows."""
    if not assignments:
        return None
    start, end = _span(assignments, day)
    lanes = []
    for n, (number, rows) in enumerate(groupby(assignments, key=lambda one: one.assignment_number)):
        top = _TOP + n * _LANE
        held = list(rows)
        shown = [one for one in held if one.effective_from < end and _ends(one, end) > start]
        bars = [_bar(one, start, end, top + _BAR_DOWN, day) for one in shown]
        lanes.append(Lane(_label(number, held, day), top, bars))
    height = _TOP + len(lanes) * _LANE + _FOOT
    return TimeLine(height, _BAR, lanes, _years(start, end), _day_mark(day, start, end))


def _span(assignments: Sequence[Any], day: date) -> tuple[date, date]:
    known = [day, *(one.effective_from for one in assignments)]
    known += [one.effective_to for one in assignments if one.effective_to is not None]
    start = max(min(known), day - _MOST_YEARS * _YEAR)
    # A row that ends in the year 4712 is one without an end, as ESR writes it.
    end = min(max(known), day + _MOST_YEARS * _YEAR) + _YEAR / 2
    return start, end


def _ends(one: Any, end: date) -> date:
    return end if one.effective_to is None else min(one.effective_to + timedelta(days=1), end)


def _bar(one: Any, start: date, end: date, top: int, day: date) -> Bar:
    x = _place(max(one.effective_from, start), start, end)
    width = max(_place(_ends(one, end), start, end) - x, 0.3)  # a single day must still be seen
    return Bar(x, round(width, 2), top, _when(one, day), _words(one))


def _when(one: Any, day: date) -> When:
    if one.effective_from > day:
        return "future"
    return "past" if one.effective_to is not None and one.effective_to < day else "now"


def _label(number: str, rows: Sequence[Any], day: date) -> str:
    """The number, and what the post is on the day; what it was last, or will be, where it is none then."""
    shown = next((one for one in rows if _when(one, day) == "now"), None)
    shown = shown or next((one for one in reversed(rows) if _when(one, day) == "past"), rows[0])
    text = ": ".join(filter(None, (number, _words(shown))))
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1].rstrip()}…"


def _words(one: Any) -> str:
    return ", ".join(filter(None, (one.position_title or one.job_role, one.organisation)))


def _years(start: date, end: date) -> list[Mark]:
    firsts = [date(year, 1, 1) for year in range(start.year + 1, end.year + 1)]
    step = -(-len(firsts) // _MOST_TICKS) or 1
    return [_mark(first, str(first.year), start, end, room=8) for first in firsts[::step]]


def _day_mark(day: date, start: date, end: date) -> Mark:
    return _mark(day, f"{day.day} {day:%b %Y}", start, end, room=30)


def _mark(at: date, text: str, start: date, end: date, *, room: int) -> Mark:
    """A text over its place, or beside it where `room` per cent, half its length on a phone, are not left to the edge."""
    x = _place(at, start, end)
    return Mark(x, text, "start" if x < room else "end" if x > 100 - room else "middle")


def _place(at: date, start: date, end: date) -> float:
    return round((at - start) / (end - start) * 100, 2)
