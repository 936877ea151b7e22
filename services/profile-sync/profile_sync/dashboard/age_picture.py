"""How long those that wait have waited, as a picture: a bar for each age, in per cent of the width. Pure.

What it shows stands in the table below it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

AGE_WORDS = ("Under a day", "A day to a week", "A week to 30 days", "Over 30 days")
# From calm to pressing; each bar has its words beside it, so that nothing hangs on the colour.
_COLOURS = ("#3f8f84", "#14324a", "#b36200", "#b8200f")
# The longest bar leaves room for its figure behind it.
_LONGEST, _TOP, _LANE = 80.0, 18, 48


@dataclass(frozen=True, slots=True)
class AgeBar:
    """An age with how many wait so long: `width` in per cent, `top` in pixels, where its words stand."""

    words: str
    count: int
    width: float
    top: int
    colour: str


@dataclass(frozen=True, slots=True)
class AgePicture:
    """The whole picture; `height` in pixels."""

    bars: Sequence[AgeBar]
    height: int


def draw_ages(counts: Sequence[int]) -> AgePicture | None:
    """The picture of these counts, youngest first; none when nobody waits."""
    if not any(counts):
        return None
    most = max(counts)
    bars = [
        AgeBar(words, count, round(count / most * _LONGEST, 2), _TOP + n * _LANE, colour)
        for n, (words, count, colour) in enumerate(zip(AGE_WORDS, counts, _COLOURS, strict=True))
    ]
    return AgePicture(bars, _TOP + len(bars) * _LANE)
