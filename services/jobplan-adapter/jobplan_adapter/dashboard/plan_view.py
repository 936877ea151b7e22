"""A plan version as its page shows it: the typical week as a picture and as rows, and the PAs of several posts summed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from esrlink.contracts import Weekday
from esrlink.web.wording import day as in_words
from jobplan_adapter.dashboard.week_picture import Slot, WeekPicture, draw_week
from jobplan_adapter.plans.plan import Plan, Reading, Session
from jobplan_adapter.plans.versions import HeldVersion

_WEEKDAYS = list(Weekday)
CATEGORIES = {
    "DCC": "Direct clinical care",
    "SPA": "Supporting activities",
    "ANR": "Additional NHS responsibilities",
    "ED": "External duties",
    "ANR+ED": "Additional NHS responsibilities and external duties",
    "APA": "Additional PAs",
}
"""The categories in words, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the timetable in words."""

    day: str
    hours: str
    activity: str
    category: str
    pas: Reading
    how_often: str
    where: str
    premium: bool
    raw: str | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """A version with its week. `state` is the state on the day asked about."""

    held: HeldVersion
    state: str
    week: WeekPicture | None
    rows: Sequence[Row]

    @property
    def content(self) -> Plan:
        """What the provider shows."""
        return self.held.content

    @property
    def name(self) -> str:
        """The version, as the working and the uncertainties name it."""
        return f"{self.held.provider}/{self.held.plan_id} version {self.held.version}"

    @property
    def key(self) -> str:
        """The version in an address."""
        return key_of(self.held)


@dataclass(frozen=True, slots=True)
class CategorySum:
    """A category over several posts; `pas` is none when a figure in it cannot be read."""

    category: str
    pas: Decimal | None


WEEK_COLUMNS = ("day", "hours", "premium", "activity", "category", "pas_a_week", "how_often", "where", "not_read")


def week_cells(view: PlanView) -> list[tuple[object, ...]]:
    """The lines of the week as rows of a file; a figure that cannot be read stands as it was written."""
    return [
        (
            *(one.day, one.hours, "yes" if one.premium else "no", one.activity, one.category),
            *(one.pas.value if one.pas.raw is None else one.pas.raw, one.how_often, one.where, one.raw),
        )
        for one in view.rows
    ]


def key_of(held: HeldVersion) -> str:
    """A version in an address."""
    return f"{held.provider}/{held.plan_id}/{held.version}"


def view_of(held: HeldVersion, state: str) -> PlanView:
    """What the page shows of a version."""
    timetable = held.content.timetable
    return PlanView(held, state, draw_week(_slots(timetable)), rows_of(timetable))


def rows_of(timetable: Sequence[Session]) -> list[Row]:
    """The lines of a timetable in words, in the order of the week; those without a readable day last."""
    return [_row(one) for one in sorted(timetable, key=_place)]


def sums_of(plans: Sequence[Plan]) -> list[CategorySum]:
    """The PAs a week of several posts, by category. One figure that cannot be read leaves its sum unknown."""
    stated = [one for plan in plans for one in plan.activities]
    return [
        CategorySum(category, None if None in figures else sum((f for f in figures if f is not None), Decimal(0)))
        for category in sorted({one.category for one in stated}, key=in_order)
        if (figures := [one.pas for one in stated if one.category == category])
    ]


def in_order(category: str | None) -> tuple[int, str]:
    """Sorts categories as they are shown; unknown ones last."""
    known = list(CATEGORIES)
    return (known.index(category) if category in known else len(known), category or "")


def how_often(every: Decimal | None, week: int | None) -> str:
    """Every week; every 2 weeks, week 1; empty where it cannot be read."""
    if every is None:
        return ""
    said = "Every week" if every == 1 else f"Every {every:f} weeks"
    return said if week is None else f"{said}, week {week}"


def dated(first: date | None, last: date | None) -> str:
    """From 1 April 2026 to 31 March 2027."""
    begins = f"From {in_words(first)}" if first else "No first day is stated"
    return begins + (f" to {in_words(last)}" if last else "")


def _place(one: Session) -> tuple[int, time, str]:
    weekday = _WEEKDAYS.index(one.weekday) if one.weekday else len(_WEEKDAYS)
    return (weekday, one.starts or time.max, one.activity or "")


def _slots(timetable: Sequence[Session]) -> list[Slot]:
    return [
        Slot(
            weekday=_WEEKDAYS.index(one.weekday),
            starts=_minutes(one.starts),
            ends=_minutes(one.ends),
            category=one.category,
            words=one.activity or "",
            note=_note(one),
        )
        for one in timetable
        if one.weekday is not None
    ]


def _note(one: Session) -> str | None:
    notes = [] if one.every_weeks in (None, 1) else [f"1 in {one.every_weeks:f}"]
    return ", ".join([*notes, *(["premium"] if one.premium else [])]) or None


def _minutes(moment: time | None) -> int | None:
    return None if moment is None else moment.hour * 60 + moment.minute


def _row(one: Session) -> Row:
    hours = f"{one.starts:%H:%M} to {one.ends:%H:%M}" if one.starts and one.ends else ""
    return Row(
        day=one.weekday.value.capitalize() if one.weekday else "",
        hours=hours or (f"From {one.starts:%H:%M}" if one.starts else f"Until {one.ends:%H:%M}" if one.ends else ""),
        activity=one.activity or "",
        category=one.category or "",
        pas=one.pas,
        how_often=how_often(one.every_weeks, one.week_of_cycle),
        where=one.location or "",
        premium=one.premium is True,
        raw=one.raw,
    )
