"""Sessions that look like a slip: too long, too short, or at another time of the day than their name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from decimal import Decimal

from submittals.content import AttendanceContent
from submittals.rules.case import AttendanceRule, Case, Finding, warning

_HOUR = 3600
# When a session so called usually begins. Wide, since only slips are meant: an evening list at eight in the morning.
_USUAL_START = {
    "morning": (time(5), time(12)),
    "afternoon": (time(11), time(17)),
    "evening": (time(15), time(21)),
    "night": (time(17), time(23, 59, 59)),
}
_PART_OF_DAY = re.compile(rf"\b({'|'.join(_USUAL_START)})\b", re.IGNORECASE)


def hours_plausible(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """A session is neither longer nor shorter than sessions are."""
    span, longest = case.span, case.figure("hours_implausible", "longest")
    shortest = case.figure("hours_implausible", "shortest")
    if span is not None:
        hours, field = Decimal(span[1] - span[0]) / _HOUR, "attendance.ends"
    elif work.unit == "hours" and work.units is not None:
        hours, field = work.units, "attendance.units"
    else:
        return
    if longest is not None and hours > longest:
        yield warning("hours_implausible", f"A session of {hours:.4g} hours: longer than {longest:g}.", field)
    elif shortest is not None and hours < shortest:
        yield warning("hours_implausible", f"A session of {hours:.2g} hours: shorter than {shortest:g}.", field)


def time_fits_name(_case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """A session that names a part of the day begins in it. One that names several, such as an all-day list, may begin in any."""
    if work.session is None or work.starts is None:
        return
    parts = {found.casefold() for found in _PART_OF_DAY.findall(work.session)}
    if parts and not any(_USUAL_START[part][0] <= work.starts <= _USUAL_START[part][1] for part in parts):
        words = f"The session {work.session} begins at {work.starts:%H:%M}: look whether the times are right."
        yield warning("session_time_unusual", words, "attendance.starts")


SESSION_RULES: tuple[AttendanceRule, ...] = (hours_plausible, time_fits_name)
