"""Planned against delivered as a picture: for each name a pale bar of what is planned over a dark one of what was done. Pure.

Widths are per cent, so one drawing serves a desk and a phone. What it shows stands in the table below it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

PLANNED, DELIVERED = "#9fb3c1", "#14324a"
# The longest bar leaves room for its figure behind it.
_LONGEST, _TOP, _LANE = 80.0, 18, 58


@dataclass(frozen=True, slots=True)
class Sides:
    """What is drawn: PAs planned (none when a figure cannot be read) and delivered."""

    words: str
    planned: Decimal | None
    delivered: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """A name with both bars: widths in per cent, `top` in pixels. `planned` is none where it is not known."""

    words: str
    top: int
    planned: float | None
    delivered: float
    planned_words: str
    delivered_words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture; `height` in pixels."""

    bars: Sequence[Bar]
    height: int


def draw_delivery(sides: Sequence[Sides]) -> Picture | None:
    """The picture; none when nothing is planned and nothing was delivered."""
    most = max((value for one in sides for value in (one.planned or Decimal(0), one.delivered)), default=Decimal(0))
    if most <= 0:
        return None
    bars = [_bar(one, most, _TOP + n * _LANE) for n, one in enumerate(sides)]
    return Picture(bars, _TOP + len(bars) * _LANE - 12)


def _bar(one: Sides, most: Decimal, top: int) -> Bar:
    return Bar(
        one.words,
        top,
        None if one.planned is None else _width(one.planned, most),
        _width(one.delivered, most),
        "cannot be read" if one.planned is None else f"{one.planned:,.2f}",
        f"{one.delivered:,.2f}",
    )


def _width(value: Decimal, most: Decimal) -> float:
    return round(float(max(value, Decimal(0)) / most) * _LONGEST, 2)
