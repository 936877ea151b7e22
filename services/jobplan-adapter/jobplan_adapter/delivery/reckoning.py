"""Planned against delivered, with the working. Pure; exact fractions inside, rounded to 0.01 PA only where it is shown.

What is **planned** is said in `planned`, what **delivered** work comes to in `worked`. Work that was cancelled, or that gave way
to other work, is **displaced**: it counts as nothing and is shown apart. Work that was approved as paid extra is shown apart as
**extra** and never counts as in-plan. **Difference** = delivered - planned. An on-call supplement is a percentage of pay and
never a PA: it is a line of the working that adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from jobplan_adapter.delivery.leave import Away
from jobplan_adapter.delivery.planned import Portion, grouped, portions
from jobplan_adapter.delivery.worked import Done, Extra, RatesOver, pas_of, pas_of_extra
from jobplan_adapter.plans.in_force import Post, Stretch
from jobplan_adapter.plans.plan import OTHER
from jobplan_adapter.plans.versions import HeldVersion

_ORDER = ("DCC", "SPA", OTHER, "APA")
LineKind = Literal["planned", "delivered", "displaced", "extra", "on_call"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working: what it adds to which figure, and how, in words. `pas` is rounded for reading.

    `post` is named when the person has several.
    """

    kind: LineKind
    category: str | None
    first: date
    last: date
    pas: Decimal
    working: str
    source: str
    post: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One category's figures, in PAs over the whole period. `planned` is none when a figure in it cannot be read.

    `sessions_planned` is none where a timetable does not say; `sessions_delivered` counts pieces of work.
    """

    category: str
    planned: Decimal | None
    delivered: Decimal
    displaced: Decimal = Decimal("0.00")
    sessions_planned: Decimal | None = None
    sessions_delivered: int = 0

    @property
    def difference(self) -> Decimal | None:
        """Delivered less planned."""
        return None if self.planned is None else self.delivered - self.planned


@dataclass(frozen=True, slots=True)
class Delivery:
    """A person's figures of a period."""

    categories: Sequence[Comparison]
    extra: Decimal
    lines: Sequence[Line] = ()


@dataclass(slots=True)
class Sums:
    """What a person's figures are added up in: exact, by category. Planned none: a figure in it cannot be read."""

    planned: dict[str, Fraction | None] = field(default_factory=dict)
    sessions_planned: dict[str, Fraction | None] = field(default_factory=dict)
    delivered: dict[str, Fraction] = field(default_factory=dict)
    displaced: dict[str, Fraction] = field(default_factory=dict)
    sessions_delivered: dict[str, int] = field(default_factory=dict)
    extra: Fraction = Fraction(0)

    def plan(self, portion: Portion) -> None:
        """Add what a figure of a plan asks for."""
        name = portion.category
        for sums, more in ((self.planned, portion.pas), (self.sessions_planned, portion.sessions)):
            sums[name] = _plus(sums[name], more) if name in sums else more

    def work(self, category: str, pas: Fraction, *, pieces: int = 1, displaced: Fraction = Fraction(0)) -> None:
        """Add work that was done, `pieces` of it, and what was displaced."""
        name = grouped(category)
        for sums, more in ((self.delivered, pas), (self.displaced, displaced)):
            sums[name] = sums[name] + more if name in sums else more
        self.sessions_delivered[name] = self.sessions_delivered.get(name, 0) + pieces

    def comparisons(self) -> list[Comparison]:
        """The figures of each category that was planned or put, as they are shown."""
        put = {
            name for name, pas in self.delivered.items() if pas or self.displaced[name] or self.sessions_delivered[name]
        }
        return [self._comparison(one) for one in sorted({*self.planned, *put}, key=category_order)]

    def _comparison(self, name: str) -> Comparison:
        return Comparison(
            name,
            _shown(self.planned.get(name, Fraction(0))),
            shown(self.delivered.get(name, Fraction(0))),
            shown(self.displaced.get(name, Fraction(0))),
            _shown(self.sessions_planned.get(name)),
            self.sessions_delivered.get(name, 0),
        )


def category_order(name: str) -> tuple[int, str]:
    """The order in which categories are shown."""
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def shown(value: Fraction) -> Decimal:
    """A figure as it is shown: to two decimals, halves up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def deliver(
    posts: Mapping[Post, Sequence[Stretch]],
    away: Away,
    work: Iterable[Done],
    extras: Iterable[Extra],
    rates: Sequence[RatesOver],
) -> Delivery:
    """The figures of the period that the stretches of each post cover, and `rates`; `work` and `extras` are of that period."""
    sums = Sums()
    lines: list[Line] = []
    for post, stretches in posts.items():
        name = str(post) if len(posts) > 1 else None
        for stretch in stretches:
            for portion in portions(stretch, away):
                sums.plan(portion)
                lines.append(_planned_line(portion, name))
            if stretch.version is not None:
                lines += _on_call_lines(stretch, stretch.version, name)
    for done in work:
        if not done.paid_extra:
            lines.append(_worked(done, rates, sums))
    for one in extras:
        pas, working = pas_of_extra(one)
        sums.extra += pas
        lines.append(Line("extra", None, one.day, one.day, shown(pas), working, one.source))
    return Delivery(sums.comparisons(), shown(sums.extra), lines)


def _planned_line(portion: Portion, post: str | None) -> Line:
    pas = shown(portion.pas or Fraction(0))
    source = source_of(portion.version)
    return Line("planned", portion.category, portion.first, portion.last, pas, portion.working, source, post)


def _on_call_lines(stretch: Stretch, version: HeldVersion, post: str | None) -> list[Line]:
    on_call = version.content.on_call
    supplement = on_call.supplement
    if supplement.value is None and supplement.raw is None:
        return []
    said = f"{supplement.value:f} %" if supplement.value is not None else repr(supplement.raw)
    more = "".join(
        f", {one}" for one in (on_call.category and f"category {on_call.category}", on_call.frequency) if one
    )
    working = f"on-call supplement of {said} of pay{more}: no PAs"
    return [
        Line("on_call", None, stretch.first, stretch.last, Decimal("0.00"), working, source_of(version), post),
    ]


def _worked(done: Done, rates: Sequence[RatesOver], sums: Sums) -> Line:
    used = next(one.rates for one in rates if one.first <= done.day <= one.last)
    pas, working = pas_of(done, used)
    category = grouped(done.category)
    if not done.displaced:
        sums.work(done.category, pas)
        return Line("delivered", category, done.day, done.day, shown(pas), working, done.source)
    sums.work(done.category, Fraction(0), pieces=0, displaced=pas)
    why = "cancelled" if done.cancelled else f"{done.displaced_by} was done instead"
    return Line("displaced", category, done.day, done.day, shown(pas), f"{working}, {why}", done.source)


def source_of(version: HeldVersion) -> str:
    """The name of a version in the working."""
    return f"{version.provider}/{version.plan_id} version {version.version}"


def _plus(so_far: Fraction | None, more: Fraction | None) -> Fraction | None:
    return None if so_far is None or more is None else so_far + more


def _shown(value: Fraction | None) -> Decimal | None:
    return None if value is None else shown(value)
