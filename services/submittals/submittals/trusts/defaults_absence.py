"""Defaults of an absence: calendar days of what counts in days, hours of what counts in hours.

ESR's picture of a post holds no working pattern, only how much of full time it is. So hours are worked out from the trust's
hours of a day, and whatever rests on more than that is an assumption that the rules point out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from esrlink.bank_holidays import bank_holidays
from submittals.content import LARGEST_QUANTITY, AbsenceContent
from submittals.esr.people import AssignmentRow
from submittals.trusts.settings import TrustSettings

_PENNY = Decimal("0.01")
_SATURDAY = 5


class Hours(NamedTuple):
    """Hours of leave that were worked out, and how, in a sentence."""

    hours: Decimal
    words: str


def fill_absence(content: AbsenceContent, trust: TrustSettings, post: AssignmentRow | None) -> AbsenceContent:
    """The absence with its days or hours."""
    kind = trust.absence_type(content.absence_type)
    if kind is None or content.end_date is None:
        return content
    if kind.unit == "days" and content.days is None:
        return content.model_copy(update={"days": Decimal(_half_days(content)) / 2})
    if kind.unit == "hours" and content.hours is None:
        assumed = assumed_hours(content, trust, post)
        hours = assumed.hours if assumed else _hours(working_days(content, trust) * trust.hours_per_day)
        return content.model_copy(update={"hours": hours}) if 0 < hours <= LARGEST_QUANTITY else content
    return content


def assumed_hours(content: AbsenceContent, trust: TrustSettings, post: AssignmentRow | None) -> Hours | None:
    """Hours that rest on an assumption: of sessions, or of a post that is not full time; none where they do not."""
    kind = trust.absence_type(content.absence_type)
    if kind is None or kind.unit != "hours" or content.end_date is None:
        return None
    if content.sessions is not None:
        hours = _hours(content.sessions * trust.hours_per_day / 2)
        day = f"the trust's {trust.hours_per_day} hours of a day"
        words = f"{content.sessions:f} sessions are counted as {hours} hours: each is half of {day}."
        return Hours(hours, words)
    if post is not None and post.fte is not None and 0 < post.fte < 1:
        hours = _hours(working_days(content, trust) * trust.hours_per_day * post.fte)
        words = f"It is counted as {hours} hours: the post's {post.fte:f} of full time, spread evenly over the week."
        return Hours(hours, words)
    return None


def working_days(content: AbsenceContent, trust: TrustSettings) -> Decimal:
    """Days from Monday to Friday of a closed absence; a half day is 0.5. Without bank holidays where the trust says so."""
    assert content.end_date is not None  # noqa: S101 - the caller asks for closed ones only
    days = (content.end_date - content.start_date).days + 1
    weeks, rest = divmod(days, 7)
    count = weeks * _SATURDAY + sum(_is_weekday(content.start_date + timedelta(days=n)) for n in range(rest))
    off = set(_bank_holidays(content.start_date, content.end_date)) if trust.bank_holidays_off else set()
    half_days = 2 * (count - len(off))
    half_days -= content.start_part == "afternoon" and _is_weekday(content.start_date) and content.start_date not in off
    half_days -= content.end_part == "morning" and _is_weekday(content.end_date) and content.end_date not in off
    return Decimal(half_days) / 2


def _bank_holidays(first: date, last: date) -> Iterator[date]:
    """Those from Monday to Friday."""
    for year in range(first.year, last.year + 1):
        yield from (day for day in bank_holidays(year) if first <= day <= last and _is_weekday(day))


def _half_days(content: AbsenceContent) -> int:
    """Half days of the calendar of a closed absence."""
    assert content.end_date is not None  # noqa: S101 - the caller asks for closed ones only
    days = (content.end_date - content.start_date).days + 1
    return 2 * days - (content.start_part == "afternoon") - (content.end_part == "morning")


def _is_weekday(day: date) -> bool:
    return day.weekday() < _SATURDAY


def _hours(figure: Decimal) -> Decimal:
    return figure.quantize(_PENNY, ROUND_HALF_UP)
