"""Bank holidays of England and Wales, and other days on which nobody in a payroll office works. Pure."""

from __future__ import annotations

from datetime import date

from esrlink.bank_holidays import bank_holidays

_SATURDAY = 5


def day_off(day: date) -> str | None:
    """What keeps a payroll office closed on this day, in a word or two; none on a working day."""
    if name := bank_holidays(day.year).get(day):
        return name
    return f"{day:%A}" if day.weekday() >= _SATURDAY else None
