"""Bank holidays of England and Wales, and other days on which nobody in a payroll office works. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays

_SATURDAY = 5


@cache
def bank_holidays(year: int) -> Mapping[date, str]:
    """The bank holidays of England and Wales in a year, with their names."""
    found = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return {day: str(name) for day, name in sorted(found.items())}


def day_off(day: date) -> str | None:
    """What keeps a payroll office closed on this day, in a word or two; none on a working day."""
    if name := bank_holidays(day.year).get(day):
        return name
    return f"{day:%A}" if day.weekday() >= _SATURDAY else None
