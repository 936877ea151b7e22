"""A typical week as a picture: a column for each day, a box for each session, where its hours stand. Pure.

Widths are per cent of the picture, so one drawing serves a desk and a phone; heights are pixels, and texts keep their size.
What it shows stands in the table below it as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
COLOURS = {
    "DCC": "#14324a",
    "SPA": "#22695f",
    "ANR": "#6b3f8f",
    "ED": "#8a5300",
    "ANR+ED": "#6b3f8f",
    "APA": "#8f1f4b",
}
"""Dark enough for white text on them. Each box says its category too, so that nothing hangs on the colour."""
OTHER_COLOUR = "#4c6272"

_DAY = 24 * 60
_WORK_DAYS = 5
_HEAD, _FOOT = 28, 8
# Pixels of an hour: a session of half an hour still takes a line of text. A night makes the picture twice as high as a day.
_HOUR = 36
_UNTIMED = 30
# How many letters of a line fit into a whole week's width on a desk; a phone shows the categories only.
_LETTERS, _LINE, _TITLE = 125, 17, 24


@dataclass(frozen=True, slots=True)
class Slot:
    """A session of the week: `weekday` 0 is Monday; minutes since midnight, `ends` at or before `starts` on the next day."""

    weekday: int
    starts: int | None
    ends: int | None
    category: str | None
    words: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A session in the picture: `x` and `width` in per cent, the others in pixels. `lines` are as many words as fit."""

    x: float
    width: float
    top: float
    height: float
    colour: str
    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place: a day's in per cent along the top, an hour's in pixels down the side."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class WeekPicture:
    """The whole picture; `untimed_top` is where sessions without hours begin, none when there is none."""

    height: float
    days: Sequence[Mark]
    column: float
    hours: Sequence[Mark]
    boxes: Sequence[Box]
    untimed_top: float | None


def draw_week(slots: Iterable[Slot]) -> WeekPicture | None:
    """The picture of these sessions; none when there are none."""
    parts = [part for slot in slots for part in _within_days(slot)]
    if not parts:
        return None
    days = max(_WORK_DAYS, *(one.weekday + 1 for one in parts))
    column = round(100 / days, 4)
    timed = [one for one in parts if one.starts is not None]
    first = min((one.starts // 60 for one in timed if one.starts is not None), default=0)
    last = max((-(-one.ends // 60) for one in timed if one.ends is not None), default=0)
    foot = _HEAD + (last - first) * _HOUR
    boxes = [box for day in range(days) for box in _day(timed, day, column, first)]
    loose = [one for one in parts if one.starts is None]
    boxes += _untimed(loose, column, foot + _FOOT)
    most = max((sum(one.weekday == day for one in loose) for day in range(days)), default=0)
    return WeekPicture(
        height=foot + _FOOT + most * _UNTIMED,
        days=[Mark(round(day * column + column / 2, 4), name) for day, name in enumerate(DAYS[:days])],
        column=column,
        hours=[Mark(_HEAD + (hour - first) * _HOUR, f"{hour:02}:00") for hour in range(first, last + 1)]
        if timed
        else [],
        boxes=boxes,
        untimed_top=foot + _FOOT if loose else None,
    )


def _within_days(slot: Slot) -> list[Slot]:
    """The session cut at midnight. Without both of its hours it has none."""
    if slot.starts is None or slot.ends is None:
        return [replace(slot, starts=None, ends=None)]
    if slot.ends > slot.starts:
        return [slot]
    evening = replace(slot, ends=_DAY)
    return [evening, replace(slot, weekday=(slot.weekday + 1) % 7, starts=0)] if slot.ends else [evening]


def _day(timed: Sequence[Slot], day: int, column: float, first: int) -> list[Box]:
    """A day's boxes: those that overlap stand side by side."""
    own = sorted((one for one in timed if one.weekday == day), key=lambda one: (one.starts or 0, one.ends or 0))
    boxes: list[Box] = []
    cluster: list[Slot] = []
    for one in own:
        if cluster and (one.starts or 0) >= max(each.ends or 0 for each in cluster):
            boxes += _side_by_side(cluster, day * column, column, first)
            cluster = []
        cluster.append(one)
    return boxes + _side_by_side(cluster, day * column, column, first)


def _side_by_side(cluster: Sequence[Slot], x: float, column: float, first: int) -> list[Box]:
    lanes: list[int] = []
    placed: list[tuple[Slot, int]] = []
    for one in cluster:
        starts, ends = one.starts or 0, one.ends or 0
        lane = next((n for n, busy_to in enumerate(lanes) if busy_to <= starts), len(lanes))
        lanes[lane : lane + 1] = [ends]
        placed.append((one, lane))
    width = column / len(lanes) if lanes else column
    return [
        _box(
            one,
            x + lane * width,
            width,
            _HEAD + ((one.starts or 0) / 60 - first) * _HOUR,
            ((one.ends or 0) - (one.starts or 0)) / 60 * _HOUR,
        )
        for one, lane in placed
    ]


def _untimed(loose: Sequence[Slot], column: float, top: float) -> list[Box]:
    below: dict[int, int] = {}
    boxes = []
    for one in loose:
        row = below.get(one.weekday, 0)
        below[one.weekday] = row + 1
        boxes.append(_box(one, one.weekday * column, column, top + row * _UNTIMED, _UNTIMED))
    return boxes


def _box(slot: Slot, x: float, width: float, top: float, height: float) -> Box:
    colour = COLOURS.get(slot.category or "", OTHER_COLOUR)
    title = " ".join(filter(None, (slot.category or "?", slot.note)))
    fitting = wrap(slot.words, max(4, int(width / 100 * _LETTERS)))[: max(0, int((height - _TITLE) // _LINE))]
    return Box(round(x, 4), round(width, 4), round(top, 1), round(height, 1), colour, title, fitting)
