"""Filling in a trust's defaults: pay element, units, rate, amount, cost code; days and hours of an absence.

Pure: what people said is never changed, only what they left out is filled. Money is rounded half up to the penny. A
default that the content's own limits would refuse (no units at all, more than a record may hold) is left out, and the rules
say so: what is stored can always be read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from submittals.content import LARGEST_AMOUNT, LARGEST_QUANTITY, AbsenceContent, AttendanceContent, Content
from submittals.esr.people import AssignmentRow
from submittals.trusts.settings import DepartmentSettings, PayElement, TrustSettings

_PENNY = Decimal("0.01")
# One programmed activity; 3 hours in premium time, which needs a dated rate card and comes with it.
_HOURS_PER_PA = 4


def fill(content: Content, trust: TrustSettings, department: DepartmentSettings, post: AssignmentRow | None) -> Content:
    """The content with the trust's defaults in the places that were left out."""
    if isinstance(content, AbsenceContent):
        return _fill_absence(content, trust)
    return _fill_attendance(content, trust, department, post)


def _fill_absence(content: AbsenceContent, trust: TrustSettings) -> AbsenceContent:
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


def _fill_attendance(
    content: AttendanceContent, trust: TrustSettings, department: DepartmentSettings, post: AssignmentRow | None
) -> AttendanceContent:
    element = (
        trust.pay_element(content.pay_element) if content.pay_element else default_element(trust.pay_elements, post)
    )
    found: dict[str, object] = {}
    if content.cost_code is None and department.cost_code is not None:
        found["cost_code"] = department.cost_code
    if element is not None:
        found["pay_element"] = element.code
        unit = content.unit or element.unit
        units = content.units if content.units is not None else default_units(content, unit)
        # The rate card is in pounds per unit of the element: it says nothing of another unit.
        card = default_rate(element, post) if unit == element.unit else None
        rate = content.rate if content.rate is not None else card
        found |= {"unit": unit, "units": units, "rate": rate}
        if content.amount is None and units is not None and rate is not None:
            amount = pounds(units, rate)
            found["amount"] = amount if amount <= LARGEST_AMOUNT else None
    return content.model_copy(update=found)


def pounds(units: Decimal, rate: Decimal) -> Decimal:
    """Units times rate, rounded half up to the penny."""
    return (units * rate).quantize(_PENNY, ROUND_HALF_UP)


def default_element(elements: Iterable[PayElement], post: AssignmentRow | None) -> PayElement | None:
    """The element for a post: by grade before job role before staff group before one for all; the first of equals."""
    if post is None:
        return None
    best: tuple[int, PayElement] | None = None
    for element in elements:
        fit = _fit(element, post)
        if fit is not None and (best is None or fit > best[0]):
            best = (fit, element)
    return best[1] if best else None


def _fit(element: PayElement, post: AssignmentRow) -> int | None:
    if post.grade in element.grades:
        return 3
    if post.job_role in element.job_roles:
        return 2
    if post.staff_group in element.staff_groups:
        return 1
    return None if element.grades or element.job_roles or element.staff_groups else 0


def default_rate(element: PayElement, post: AssignmentRow | None) -> Decimal | None:
    """Pounds per unit on the rate card: of the grade, else the job role, else the staff group, else the element's own."""
    if post is not None:
        for name, value in (("grade", post.grade), ("job_role", post.job_role), ("staff_group", post.staff_group)):
            for rate in element.rates:
                if value is not None and getattr(rate, name) == value:
                    return rate.rate
    return element.default_rate


def default_units(content: AttendanceContent, unit: str) -> Decimal | None:
    """How many units the times show, or one session; none when the times are not given or show nothing worth paying."""
    if unit == "sessions":
        return Decimal(1)
    hours = hours_worked(content)
    if hours is None:
        return None
    return (hours if unit == "hours" else hours / _HOURS_PER_PA).quantize(_PENNY, ROUND_HALF_UP) or None


def hours_worked(content: AttendanceContent) -> Decimal | None:
    """Hours between the times given; none when none are. Clock hours: the night the clocks change counts as shown."""
    span = span_of(content)
    return None if span is None else Decimal(int((span[1] - span[0]).total_seconds())) / 3600


def span_of(content: AttendanceContent) -> tuple[datetime, datetime] | None:
    """Local start and end; an end at or before the start is on the next day."""
    if content.starts is None or content.ends is None:
        return None
    starts = datetime.combine(content.date_worked, content.starts)
    ends = datetime.combine(content.date_worked, content.ends)
    return starts, ends if ends > starts else ends + timedelta(days=1)
