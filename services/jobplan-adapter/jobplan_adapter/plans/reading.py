"""What a provider wrote, read into plain values: figures, percentages, days, times, how often. Pure.

What cannot be read comes back as none beside its own text, so that whoever keeps it can show it; nothing is taken for 0, and
nothing is guessed.
"""

from __future__ import annotations

import json
import re
from datetime import date, time
from decimal import Decimal
from typing import Any

from esrlink.contracts import Weekday
from esrlink.contracts.types import Figure, Model

# More PAs a week than anyone can work, or more weeks than a year has: a slip of the keyboard, so it is not believed.
MOST_PAS = Decimal(40)
MOST_WEEKS = Decimal(53)
MOST_PAS_A_YEAR = MOST_PAS * MOST_WEEKS
# The availability supplement of the 2003 contract is 1 to 8 %; other contracts go higher, none beyond this.
MOST_PERCENT = Decimal(100)
MOST_HOURS_PER_PA = Decimal(12)

_PLAIN = re.compile(r"[+-]?\d{1,6}(\.\d{1,6})?")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")
_ONE_IN = re.compile(
    r"(?:1|one|once)\s*(?:in|every|:)\s*(?:every\s*)?(\d{1,2})(?:\s*weeks?)?|every\s*(\d{1,2})\s*weeks?"
)
_DAYS = {name: day for day in Weekday for name in (day.value, day.value[:3])} | {
    "tues": Weekday.TUESDAY,
    "weds": Weekday.WEDNESDAY,
    "thur": Weekday.THURSDAY,
    "thurs": Weekday.THURSDAY,
}
_EVERY = {
    "weekly": Decimal(1),
    "every week": Decimal(1),
    "each week": Decimal(1),
    "fortnightly": Decimal(2),
    "alternate weeks": Decimal(2),
    "every other week": Decimal(2),
    "bi-weekly": Decimal(2),
}
_MOST_WEEKS_APART = 52


class Reading(Model):
    """A figure as it was read: `value`, or none with the `raw` text that could not be read, or none at all (not stated)."""

    value: Figure | None = None
    raw: str | None = None


def as_written(value: Any) -> str:
    """What stands there, whatever its type, short enough to be shown."""
    text = json.dumps(value, default=float, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    return storable(text.strip()[:200])


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot keep: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode(errors="ignore").decode()


def read_figure(value: Any, *, most: Decimal) -> Reading:
    """The figure in a number or a text. Beyond 0 to `most`, or no plain decimal: unreadable, with its raw text."""
    if value is None or value == "":
        return Reading()
    text = str(value).strip()
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or not _PLAIN.fullmatch(text):
        return Reading(raw=as_written(value))
    number = Decimal(text)
    if not 0 <= number <= most:
        return Reading(raw=as_written(value))
    # 7.5, "7.5" and "7.50" are one figure: a provider that changes its mind about quotes makes no new version.
    whole = number == number.to_integral_value()
    return Reading(value=number.quantize(Decimal(1)) if whole else number.normalize())


def read_percent(value: Any) -> Reading:
    """The percentage in `5%`, `5 %`, `5` or a number."""
    if not isinstance(value, str):
        return read_figure(value, most=MOST_PERCENT)
    found = read_figure(value.strip().removesuffix("%").strip(), most=MOST_PERCENT)
    return found if found.value is not None or not value.strip() else Reading(raw=as_written(value))


def read_weekday(text: str | None) -> Weekday | None:
    """The day of the week in `Monday`, `mon` and the like."""
    return _DAYS.get((text or "").strip().rstrip(".").casefold())


def read_time(text: str | None) -> time | None:
    """The local time in `08:30`, `8.30` or `08:30:00`."""
    found = _TIME.fullmatch((text or "").strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def read_every(text: str | None) -> Decimal | None:
    """How many weeks lie from one to the next: 1 for `weekly` or nothing said, 2 for `fortnightly`, 5 for `1 in 5`.

    `monthly` is none: months are no weeks, and whoever wrote it may mean four or 52/12.
    """
    said = " ".join((text or "weekly").split()).casefold()
    if said in _EVERY:
        return _EVERY[said]
    found = _ONE_IN.fullmatch(said)
    number = found[1] or found[2] if found else said
    return Decimal(int(number)) if number.isdecimal() and 1 <= int(number) <= _MOST_WEEKS_APART else None


def read_date(text: str | None) -> date | None:
    """The day in `2026-04-01`, with or without a time behind it."""
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
