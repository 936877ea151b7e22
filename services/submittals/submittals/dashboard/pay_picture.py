"""The pays as a picture: a bar for each, in parts for what is approved, waits, is late or was refused. Pure.

What it shows stands in the table below it as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from submittals.lists.pay import Period, Share

PARTS: Mapping[str, tuple[str, str]] = {
    "approved": ("Approved in time", "#14324a"),
    "late": ("Approved late", "#3f8f84"),
    "waiting": ("Not approved yet", "#b36200"),
    "rejected": ("Refused by ESR", "#b8200f"),
}
"""The parts of a bar: in words, and in colour. Each has its words beside it, so that nothing hangs on the colour."""
# The longest bar leaves room for its figure behind it.
_LONGEST, _TOP, _LANE = 84.0, 18, 48


@dataclass(frozen=True, slots=True)
class Counts:
    """What a pay holds. `late` were approved after its cut-off; `missed` are not approved and its cut-off has passed."""

    period: Period
    approved: int
    late: int
    waiting: int
    missed: int
    rejected: int
    approved_money: Decimal
    expected_money: Decimal

    @property
    def expected(self) -> int:
        """All of it."""
        return self.approved + self.late + self.waiting + self.rejected


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: where it starts and how wide it is, in per cent."""

    x: float
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A pay with its pieces; `top` in pixels, `end` in per cent."""

    words: str
    count: int
    top: int
    end: float
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture; `height` in pixels."""

    bars: Sequence[Bar]
    height: int


def counts_of(periods: Iterable[Period], shares: Sequence[Share]) -> list[Counts]:
    """The figures of each pay."""
    return [_counts(period, [share for share in shares if share.period == period]) for period in periods]


def _counts(period: Period, own: Sequence[Share]) -> Counts:
    def records(stage: str, *, late: bool | None = None) -> int:
        return sum(one.records for one in own if one.stage == stage and late in (None, one.late))

    return Counts(
        period,
        approved=records("approved", late=False),
        late=records("approved", late=True),
        waiting=records("waiting"),
        missed=records("waiting", late=True),
        rejected=records("rejected"),
        approved_money=sum((one.amount for one in own if one.stage == "approved"), Decimal(0)),
        expected_money=sum((one.amount for one in own), Decimal(0)),
    )


def draw_pays(counts: Sequence[Counts]) -> Picture | None:
    """The picture of these pays; none when they hold nothing."""
    most = max((one.expected for one in counts), default=0)
    if not most:
        return None
    bars = [_bar(one, most, _TOP + n * _LANE) for n, one in enumerate(counts)]
    return Picture(bars, _TOP + len(bars) * _LANE)


def _bar(one: Counts, most: int, top: int) -> Bar:
    parts, x = [], 0.0
    for name, (_, colour) in PARTS.items():
        width = round(getattr(one, name) / most * _LONGEST, 2)
        if width:
            parts.append(Part(x, width, colour))
        x = round(x + width, 2)
    return Bar(one.period.pay_name, one.expected, top, x, parts)


@dataclass(frozen=True, slots=True)
class ElementSums:
    """A pay element within a pay: how many records, how many of them approved, and its money."""

    element: str
    records: int
    approved: int
    units: Decimal
    approved_money: Decimal
    money: Decimal


def by_element(period: Period, shares: Iterable[Share]) -> list[ElementSums]:
    """The money of a pay by element, the most first; absences have none and are left out."""
    own = [one for one in shares if one.period == period and one.kind == "attendance"]
    sums = [_sums(name, [one for one in own if one.element == name]) for name in {one.element for one in own}]
    return sorted(sums, key=lambda one: (-one.money, one.element))


def _sums(name: str, own: Sequence[Share]) -> ElementSums:
    approved = [one for one in own if one.stage == "approved"]
    return ElementSums(
        name,
        records=sum(one.records for one in own),
        approved=sum(one.records for one in approved),
        units=sum((one.units for one in own), Decimal(0)),
        approved_money=sum((one.amount for one in approved), Decimal(0)),
        money=sum((one.amount for one in own), Decimal(0)),
    )
