"""Defaults of an absence: calendar days of what counts in days, hours of what counts in hours."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from submittals.content import LARGEST_QUANTITY, AbsenceContent
from submittals.trusts.settings import TrustSettings

_PENNY = Decimal("0.01")


def fill_absence(content: AbsenceContent, trust: TrustSettings) -> AbsenceContent:
    """The absence with its days or hours."""
    kind = trust.absence_type(content.absence_type)
    if kind is None or content.end_date is None:
        return content
    if kind.unit == "days" and content.days is None:
        return content.model_copy(update={"days": Decimal(len(half_days(content))) / 2})
    if kind.unit == "hours" and content.hours is None:
        worked = sum(1 for day, _ in half_days(content) if day.weekday() < 5)
        hours = (trust.hours_per_day * worked / 2).quantize(_PENNY, ROUND_HALF_UP)
        return content.model_copy(update={"hours": hours}) if 0 < hours <= LARGEST_QUANTITY else content
    return content


def half_days(content: AbsenceContent) -> list[tuple[date, int]]:
    """The half days of a closed absence: (day, 0 for morning or 1 for afternoon)."""
    assert content.end_date is not None  # noqa: S101 - the caller asks for closed ones only
    days = (content.end_date - content.start_date).days + 1
    halves = [(content.start_date + timedelta(days=n), half) for n in range(days) for half in (0, 1)]
    first = 1 if content.start_part == "afternoon" else 0
    last = len(halves) - (1 if content.end_part == "morning" else 0)
    return halves[first:last]
