"""What work that was put comes to in PAs. Pure; exact fractions.

PAs count as they are. Hours are divided by the hours of a PA, four, or three in premium time, unless the plan in force on the day
says otherwise. A session is what a session of that weekday and category is in the timetable in force, else of that weekday, else
one PA.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from jobplan_adapter.delivery.planned import grouped, weekday_of
from jobplan_adapter.plans.in_force import Stretch
from jobplan_adapter.plans.plan import Plan

ONE_PA = Decimal(1)
_EXACT_ENOUGH = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Rates:
    """How work becomes PAs. `sessions`: PAs of a session by weekday (0 is Monday) and category, or weekday and none."""

    hours_per_pa: Decimal = Decimal(4)
    hours_per_premium_pa: Decimal = Decimal(3)
    sessions: Mapping[tuple[int, str | None], Decimal] = field(default_factory=dict)

    def session(self, weekday: int, category: str) -> Decimal:
        """PAs of one session on a weekday, 0 is Monday."""
        of_weekday = self.sessions.get((weekday, None), ONE_PA)
        return self.sessions.get((weekday, grouped(category)), of_weekday)


DEFAULT_RATES = Rates()


@dataclass(frozen=True, slots=True)
class RatesOver:
    """The rates of some days, first and last included."""

    first: date
    last: date
    rates: Rates


@dataclass(frozen=True, slots=True)
class Done:
    """Work that was put. Exactly one of `pas`, `hours` and `sessions`.

    `paid_extra` when it was also approved for extra pay; `displaced_by` is the id of the work that was done instead.
    """

    day: date
    category: str
    source: str
    pas: Decimal | None = None
    hours: Decimal | None = None
    sessions: Decimal | None = None
    premium: bool = False
    cancelled: bool = False
    displaced_by: str | None = None
    paid_extra: bool = False

    @property
    def displaced(self) -> bool:
        """Whether it was planned and not done."""
        return self.cancelled or self.displaced_by is not None


@dataclass(frozen=True, slots=True)
class Extra:
    """A paid extra session: `units` of `unit`, which is hours, sessions or PAs."""

    day: date
    source: str
    units: Decimal
    unit: str


def rates_of(plan: Plan) -> Rates:
    """How work becomes PAs while this plan is in force."""
    found: dict[tuple[int, str | None], list[Decimal]] = {}
    for one in plan.timetable:
        if one.weekday is not None and one.pas.value and one.every_weeks:
            number, held = weekday_of(one.weekday), one.pas.value * one.every_weeks
            found.setdefault((number, None), []).append(held)
            if one.category:
                found.setdefault((number, grouped(one.category)), []).append(held)
    means = {
        key: (sum(some, Decimal(0)) / len(some)).quantize(_EXACT_ENOUGH, ROUND_HALF_UP) for key, some in found.items()
    }
    return Rates(plan.hours_per_pa, plan.hours_per_premium_pa, means)


def rates_over(posts: Iterable[Sequence[Stretch]], first: date, last: date) -> list[RatesOver]:
    """The rates of a period: on each day those of the first post with a plan in force, the usual ones where none has."""
    cuts = sorted({first, *(one.first for some in posts for one in some)})
    known: dict[int, Rates] = {}
    found: list[RatesOver] = []
    for begin, following in zip(cuts, [*cuts[1:], last + timedelta(days=1)], strict=True):
        rates = next((_rates(one, known) for some in posts for one in some if _covers(one, begin)), DEFAULT_RATES)
        end = following - timedelta(days=1)
        if found and found[-1].rates == rates:
            found[-1] = RatesOver(found[-1].first, end, rates)
        else:
            found.append(RatesOver(begin, end, rates))
    return found


def pas_of(done: Done, rates: Rates) -> tuple[Fraction, str]:
    """PAs of a piece of work, and the sum in words."""
    if done.pas is not None:
        return Fraction(done.pas), f"{done.pas:f} PAs"
    if done.sessions is not None:
        each = rates.session(done.day.weekday(), done.category)
        return Fraction(done.sessions) * Fraction(each), f"{done.sessions:f} sessions x {each.normalize():f} PAs"
    per_pa = rates.hours_per_premium_pa if done.premium else rates.hours_per_pa
    hours = done.hours or Decimal(0)
    working = f"{hours:f} hours / {per_pa.normalize():f}" + (" in premium time" if done.premium else "")
    return Fraction(hours) / Fraction(per_pa), working


def pas_of_extra(one: Extra) -> tuple[Fraction, str]:
    """PAs of paid extra work, and the sum in words: it follows no plan, so an hour is a quarter and a session one PA."""
    if one.unit == "hours":
        return Fraction(one.units) / 4, f"{one.units:f} hours / 4, paid extra"
    return Fraction(one.units), f"{one.units:f} {one.unit}{' of 1 PA' if one.unit == 'sessions' else ''}, paid extra"


def _rates(stretch: Stretch, known: dict[int, Rates]) -> Rates:
    assert stretch.version is not None  # noqa: S101 - `_covers` asked
    return known.setdefault(id(stretch.version), rates_of(stretch.version.content))


def _covers(stretch: Stretch, day: date) -> bool:
    return stretch.version is not None and stretch.first <= day <= stretch.last
