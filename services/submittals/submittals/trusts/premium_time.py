"""Premium time: evenings, nights, weekends and bank holidays of England and Wales, by the clock on the wall. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from esrlink.bank_holidays import is_bank_holiday
from submittals.trusts.settings import TrustSettings

_SATURDAY = 5
_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


def all_premium(day: date) -> bool:
    """Whether the whole day is premium time: weekends and bank holidays."""
    return day.weekday() >= _SATURDAY or is_bank_holiday(day)


def premium_hours(span: Span, trust: TrustSettings) -> Decimal:
    """How many hours between two local times are premium time, as the trust has set its evenings and nights."""
    seconds = sum(_seconds_within(span, window) for window in _premium_windows(span, trust))
    return Decimal(seconds) / 3600


def is_premium(day: date, span: Span | None, trust: TrustSettings) -> bool | None:
    """Whether work is in premium time: more of it than is outside. Unknown for a working day without times."""
    if all_premium(day) and (span is None or span[1] <= datetime.combine(day + _DAY, time.min)):
        return True
    if span is None:
        return None
    return 2 * premium_hours(span, trust) > Decimal(int((span[1] - span[0]).total_seconds())) / 3600


def _premium_windows(span: Span, trust: TrustSettings) -> Iterator[Span]:
    """Premium time of the days that the span touches; the windows of a day do not overlap."""
    day = span[0].date()
    while datetime.combine(day, time.min) < span[1]:
        midnight, next_midnight = datetime.combine(day, time.min), datetime.combine(day + _DAY, time.min)
        starts, ends = datetime.combine(day, trust.premium_from), datetime.combine(day, trust.premium_until)
        if all_premium(day):
            yield midnight, next_midnight
        elif starts <= ends:
            yield starts, ends
        else:
            yield midnight, ends
            yield starts, next_midnight
        day += _DAY


def _seconds_within(span: Span, window: Span) -> int:
    return max(0, int((min(span[1], window[1]) - max(span[0], window[0])).total_seconds()))
