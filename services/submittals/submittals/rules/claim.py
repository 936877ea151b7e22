"""Another live record of the same person, as rules may know of it, and how days, half days and hours are compared."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from uuid import UUID

from submittals.content import AttendanceContent, Content, Kind, content_in

Span = tuple[int, int]
"""Start and end of work in local seconds since the year 1, the end not included."""

_DAY, _HOUR = 86_400, 3600
# An open absence ends after every other one.
_NEVER = date.max.toordinal() * 2 + 1


class Claim:
    """A live record, whichever department it is from. Days and times are worked out once: it is compared with many others."""

    __slots__ = (
        "_content", "department", "extra_hours", "first_half", "kind", "last_half", "product", "record_id", "sent", "span",
        "submittal_id",
    )  # fmt: skip

    def __init__(
        self, submittal_id: UUID, product: str, department: str, content: Content, sent: bool, record_id: str = ""
    ) -> None:
        self.submittal_id, self.product, self.department = submittal_id, product, department
        self.sent, self.record_id = sent, record_id
        self.kind: Kind = "attendance" if isinstance(content, AttendanceContent) else "absence"
        self._content: Content | None = content
        self.first_half, self.last_half = half_day_range(content)
        self.span = worked(content)
        self.extra_hours = extra_hours(content) if isinstance(content, AttendanceContent) else Decimal(0)

    @property
    def content(self) -> Content:
        """All that the record says."""
        assert self._content is not None  # noqa: S101 - only stored work is read later
        return self._content

    @property
    def place(self) -> tuple[str, str]:
        """Product and department."""
        return self.product, self.department


class StoredWork(Claim):
    """Work as it is stored. A person has dozens of records within the weeks that some rules look back on, and of nearly all of
    these only day and hours count: what else is in the JSON is read when somebody asks for it."""

    __slots__ = ("_stored",)

    def __init__(
        self, submittal_id: UUID, product: str, department: str, stored: str, sent: bool, record_id: str,
        *, day: date, starts: str | None, ends: str | None, units: str | None, unit: str | None, in_lieu: bool,
    ) -> None:  # fmt: skip
        self.submittal_id, self.product, self.department = submittal_id, product, department
        self.sent, self.record_id = sent, record_id
        self.kind = "attendance"
        self._content, self._stored = None, stored
        ordinal = day.toordinal()
        self.first_half, self.last_half = ordinal * 2, ordinal * 2 + 1
        timed = (time.fromisoformat(starts), time.fromisoformat(ends)) if starts and ends else None
        self.span = _span(ordinal, *timed) if timed else None
        self.extra_hours = _hours(self.span, Decimal(units) if units else None, unit, in_lieu=in_lieu)

    @property
    def content(self) -> Content:
        """All that the record says."""
        if self._content is None:
            self._content = content_in("attendance", self._stored)
        return self._content


def half_day_range(content: Content) -> tuple[int, int]:
    """First and last half day as numbers that grow with time: 2 per day. An open absence never ends."""
    if isinstance(content, AttendanceContent):
        morning = content.date_worked.toordinal() * 2
        return morning, morning + 1
    first = content.start_date.toordinal() * 2 + (content.start_part == "afternoon")
    if content.end_date is None:
        return first, _NEVER
    return first, content.end_date.toordinal() * 2 + (content.end_part != "morning")


def worked(content: Content) -> Span | None:
    """When the work began and ended; none for leave, and where no times are given. Clock hours, as they were shown."""
    if not isinstance(content, AttendanceContent) or content.starts is None or content.ends is None:
        return None
    return _span(content.date_worked.toordinal(), content.starts, content.ends)


def _span(day: int, begins: time, finishes: time) -> Span:
    starts, ends = day * _DAY + _seconds(begins), day * _DAY + _seconds(finishes)
    return starts, ends if ends > starts else ends + _DAY


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _hours(span: Span | None, units: Decimal | None, unit: str | None, *, in_lieu: bool) -> Decimal:
    """Hours of extra work; time off in lieu is planned work, which the contract counts already."""
    if in_lieu:
        return Decimal(0)
    if span is not None:
        return Decimal(span[1] - span[0]) / _HOUR
    return units if unit == "hours" and units is not None else Decimal(0)


def extra_hours(content: AttendanceContent) -> Decimal:
    """Hours of extra work in one record."""
    return _hours(worked(content), content.units, content.unit, in_lieu=content.in_lieu)
