"""Planned against delivered, with the working. Pure; exact fractions inside, rounded to 0.01 PA only where it is shown.

**Planned**, for each stretch of days with one plan version in force and each category with a readable figure::

    planned = PAs a week x (days - days absent) / 7 x working weeks / 52

*Working weeks* (42, say) already allow for a year's annual, study and professional leave and bank holidays. So leave of those
types is not taken off again; days of any other absence (sickness, parental leave) are. A plan that states no working weeks
allows for nothing: then 52 stands in, and days of every absence are taken off. Half days are half; two absences on one day
are one day.

**Delivered**: the PAs put by the rota, or hours / 4, or hours / 3 in premium time. Cancelled work is nothing. Work that was
approved as paid extra is shown apart as **extra** and never counts as in-plan.

**Difference** = delivered - planned. ANR and ED are set against each other in one figure, because SARD plans them so. On-call
supplements and annualised years are not reckoned with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from jobplan_adapter.plans.in_force import Stretch
from jobplan_adapter.plans.plan import OTHER

HOURS_PER_PA = Fraction(4)
HOURS_PER_PREMIUM_PA = Fraction(3)
WEEKS_PER_YEAR = Fraction(52)
_HALF = Fraction(1, 2)
_GROUPS = {"ANR": OTHER, "ED": OTHER}
_ORDER = ("DCC", "SPA", OTHER, "APA")


@dataclass(frozen=True, slots=True)
class Absent:
    """An absence, first and last day included. `allowed_for`: a plan's working weeks cover its type.

    An `open` one has no end yet; its `last` is how far it is known, which is today: what comes after is not foretold.
    """

    first: date
    last: date
    allowed_for: bool
    open: bool = False
    starts_half: bool = False
    ends_half: bool = False

    def share_of(self, day: date) -> Fraction:
        """How much of a day is absent: 0, a half or 1."""
        if not self.first <= day <= self.last:
            return Fraction(0)
        half = (day == self.first and self.starts_half) or (day == self.last and self.ends_half)
        return _HALF if half else Fraction(1)


@dataclass(frozen=True, slots=True)
class Done:
    """Work that was put. Exactly one of `pas` and `hours`; `paid_extra` when it was also approved for extra pay."""

    day: date
    category: str
    source: str
    pas: Decimal | None = None
    hours: Decimal | None = None
    premium: bool = False
    cancelled: bool = False
    paid_extra: bool = False


@dataclass(frozen=True, slots=True)
class Extra:
    """A paid extra session."""

    day: date
    source: str
    units: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working: what it adds to which figure, and how, in words. `pas` is rounded for reading."""

    kind: Literal["planned", "delivered", "extra"]
    category: str | None
    first: date
    last: date
    pas: Decimal
    working: str
    source: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One category's figures, in PAs over the whole period. `planned` is none when a figure in it cannot be read."""

    category: str
    planned: Decimal | None
    delivered: Decimal

    @property
    def difference(self) -> Decimal | None:
        """Delivered less planned."""
        return None if self.planned is None else self.delivered - self.planned


@dataclass(frozen=True, slots=True)
class Delivery:
    """A person's figures of a period."""

    categories: Sequence[Comparison]
    extra: Decimal
    lines: Sequence[Line]


def shown(value: Fraction) -> Decimal:
    """A figure as it is shown: PAs to two decimals, halves up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def deliver(
    stretches: Sequence[Stretch], absences: Sequence[Absent], work: Sequence[Done], extras: Sequence[Extra]
) -> Delivery:
    """The figures of the period that `stretches` cover; `work` and `extras` are those of the same period."""
    planned: dict[str, Fraction | None] = {}
    delivered: dict[str, Fraction] = {}
    lines: list[Line] = []
    for stretch in stretches:
        for category, pas, line in _planned(stretch, absences):
            so_far = planned.get(category, Fraction(0))
            planned[category] = None if so_far is None or pas is None else so_far + pas
            lines.append(line)
    for done in work:
        if not (done.cancelled or done.paid_extra):
            category, pas, line = _delivered(done)
            delivered[category] = delivered.get(category, Fraction(0)) + pas
            lines.append(line)
    paid = [_extra(one) for one in extras]
    categories = sorted({*planned, *delivered}, key=lambda one: (_ORDER.index(one) if one in _ORDER else 9, one))
    return Delivery(
        categories=[
            Comparison(one, _shown(planned.get(one, Fraction(0))), shown(delivered.get(one, Fraction(0))))
            for one in categories
        ],
        extra=shown(sum((pas for pas, _ in paid), Fraction(0))),
        lines=[*lines, *(line for _, line in paid)],
    )


def days_absent(absences: Sequence[Absent], first: date, last: date, *, allowed_too: bool) -> Fraction:
    """Days absent from `first` to `last`; with `allowed_too` also those that working weeks allow for."""
    counted = [one for one in absences if allowed_too or not one.allowed_for]
    if not counted:
        return Fraction(0)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(
        (min(Fraction(1), sum((one.share_of(day) for one in counted), Fraction(0))) for day in days), Fraction(0)
    )


def _planned(stretch: Stretch, absences: Sequence[Absent]) -> list[tuple[str, Fraction | None, Line]]:
    if stretch.version is None:
        return []
    plan = stretch.version.content
    stated = plan.working_weeks.value
    weeks = Fraction(stated) if stated is not None else WEEKS_PER_YEAR
    absent = days_absent(absences, stretch.first, stretch.last, allowed_too=stated is None)
    share = (stretch.days - absent) / 7 * weeks / WEEKS_PER_YEAR
    source = f"{stretch.version.provider}/{stretch.version.plan_id} version {stretch.version.version}"
    found = []
    for activity in plan.activities:
        category = _GROUPS.get(activity.category, activity.category)
        pas = None if activity.pas is None else Fraction(activity.pas) * share
        days = f"{stretch.days}" if not absent else f"({stretch.days} - {_words(absent)})"
        working = (
            f"{activity.pas} PAs x {days} / 7 weeks x {_words(weeks)} / 52"
            if pas is not None
            else f"the figure cannot be read: {activity.raw}"
        )
        line = Line("planned", category, stretch.first, stretch.last, shown(pas or Fraction(0)), working, source)
        found.append((category, pas, line))
    return found


def _delivered(done: Done) -> tuple[str, Fraction, Line]:
    category = _GROUPS.get(done.category, done.category)
    if done.pas is not None:
        pas, working = Fraction(done.pas), f"{done.pas:f} PAs"
    else:
        per_pa = HOURS_PER_PREMIUM_PA if done.premium else HOURS_PER_PA
        pas = Fraction(done.hours or 0) / per_pa
        working = f"{done.hours or 0:f} hours / {per_pa}" + (" in premium time" if done.premium else "")
    return category, pas, Line("delivered", category, done.day, done.day, shown(pas), working, done.source)


def _extra(one: Extra) -> tuple[Fraction, Line]:
    if one.unit == "hours":
        pas, working = Fraction(one.units) / HOURS_PER_PA, f"{one.units:f} hours / 4"
    else:
        pas, working = Fraction(one.units), f"{one.units:f} {one.unit}" + (" of 1 PA" if one.unit == "sessions" else "")
    return pas, Line("extra", None, one.day, one.day, shown(pas), f"{working}, paid extra", one.source)


def _shown(value: Fraction | None) -> Decimal | None:
    return None if value is None else shown(value)


def _words(value: Fraction) -> str:
    return f"{float(value):g}"
