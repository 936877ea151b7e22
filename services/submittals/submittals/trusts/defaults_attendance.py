"""Defaults of attendance: pay element, units, rate, amount, cost code. Money is rounded half up to the penny."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from submittals.content import LARGEST_AMOUNT, AttendanceContent
from submittals.esr.people import AssignmentRow
from submittals.trusts.premium_time import premium_hours
from submittals.trusts.rate_cards import Session, rate_for
from submittals.trusts.settings import DepartmentSettings, PayElement, TrustSettings

_PENNY = Decimal("0.01")
# One programmed activity: the consultant contract of 2003.
_HOURS_PER_PA, _PREMIUM_HOURS_PER_PA = 4, 3


def fill_attendance(
    content: AttendanceContent, trust: TrustSettings, department: DepartmentSettings, post: AssignmentRow | None
) -> AttendanceContent:
    """The attendance with pay element, units, rate, amount and cost code."""
    element = (
        trust.pay_element(content.pay_element) if content.pay_element else default_element(trust.pay_elements, post)
    )
    found: dict[str, object] = {}
    if content.cost_code is None and department.cost_code is not None:
        found["cost_code"] = department.cost_code
    if element is not None:
        found["pay_element"] = element.code
        unit = content.unit or element.unit
        units = content.units if content.units is not None else default_units(content, unit, trust)
        # The rate card is in pounds per unit of the element: it says nothing of another unit.
        card = default_rate(content, element, post, trust) if unit == element.unit else None
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


def default_rate(
    content: AttendanceContent, element: PayElement, post: AssignmentRow | None, trust: TrustSettings
) -> Decimal | None:
    """Pounds per unit that the rate cards in force say for this post and session, else the element's own."""
    return rate_for(element, post, Session(content.date_worked, span_of(content), content.session), trust)


def default_units(content: AttendanceContent, unit: str, trust: TrustSettings) -> Decimal | None:
    """How many units the times show, or one session; none when the times are not given or show nothing worth paying."""
    if unit == "sessions":
        return Decimal(1)
    span = span_of(content)
    hours = hours_worked(content)
    if span is None or hours is None:
        return None
    if unit == "PAs":
        premium = premium_hours(span, trust)
        hours = (hours - premium) / _HOURS_PER_PA + premium / _PREMIUM_HOURS_PER_PA
    return hours.quantize(_PENNY, ROUND_HALF_UP) or None


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
