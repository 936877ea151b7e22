"""Attendance: complete, paid by a known element within the rate card or noted; time off in lieu is not paid at all."""

from __future__ import annotations

from collections.abc import Iterator

from submittals.content import LARGEST_AMOUNT, AttendanceContent
from submittals.rules.case import AttendanceRule, Case, Finding, error, warning
from submittals.trusts.defaults_attendance import default_rate, default_units, pounds


def element_known(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """The pay element is one of the trust's."""
    if work.pay_element is None:
        return
    if case.trust.pay_element(work.pay_element) is None:
        known = ", ".join(element.code for element in case.trust.pay_elements) or "none yet"
        yield error(
            "pay_element_unknown",
            f"The trust has no pay element of this code. It has: {known}.",
            "attendance.pay_element",
        )


def complete(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """Pay element and units are there: pointed out when it comes in, needed from enrichment on."""
    if work.in_lieu:
        return
    say = error if case.complete else warning
    if work.pay_element is None:
        yield say(
            "pay_element_missing", "No pay element is set for this person's grade: name one.", "attendance.pay_element"
        )
    elif work.units is None and case.trust.pay_element(work.pay_element) is not None:
        yield say("units_missing", f"Say how many {work.unit or 'units'} were worked.", "attendance.units")


def cost_code_known(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """Payroll takes the cost code."""
    if work.cost_code and not case.trust.knows_cost_code(work.cost_code):
        yield error("cost_code_unknown", "Payroll of the trust does not take this cost code.", "attendance.cost_code")


def unit_of_element(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """The unit is the element's own: its rate is in pounds per that unit, and payroll reads the figure as that unit."""
    if work.pay_element is None:
        return
    element = case.trust.pay_element(work.pay_element)
    if element is not None and work.unit is not None and work.unit != element.unit:
        yield error("unit_wrong", f"{element.code} is paid in {element.unit}, not in {work.unit}.", "attendance.unit")


def within_rate_card(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """Units, a rate or an amount that differ from the default have a note that says why."""
    if work.pay_element is None or work.in_lieu:
        return
    element = case.trust.pay_element(work.pay_element)
    if element is None or work.unit != element.unit:
        return
    card = default_rate(work, element, case.resolution.assignment, case.trust)
    usual = default_units(work, element.unit, case.trust)
    differs: list[tuple[str, str]] = []
    if usual is not None and work.units is not None and work.units != usual:
        words = f"{work.units} {work.unit} are claimed, the default is {usual}"
        differs.append(("attendance.units", words))
    if card is not None and work.rate is not None and work.rate != card:
        differs.append(("attendance.rate", f"The rate is £{work.rate}, the rate card says £{card}"))
    if work.units is not None and work.rate is not None:
        worked_out = pounds(work.units, work.rate)
        if work.amount is None:
            yield error(
                "amount_too_large",
                f"Units times rate is £{worked_out}; a record holds £{LARGEST_AMOUNT} at most.",
                "attendance.amount",
            )
        elif work.amount != worked_out:
            differs.append(("attendance.amount", f"The amount is £{work.amount}, units times rate is £{worked_out}"))
    for field, words in differs:
        if work.note:
            yield warning("differs_from_default", f"{words}; the note says why.", field)
        else:
            yield error("note_needed", f"{words}: add a note that says why, or use the default.", field)


def in_lieu_unpaid(_case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """Planned work that was moved to another time is paid already."""
    for name in ("rate", "amount"):
        if work.in_lieu and getattr(work, name) is not None:
            words = f"Time off in lieu is recorded and never paid: leave the {name} out."
            yield error("in_lieu_paid", words, f"attendance.{name}")


ATTENDANCE_RULES: tuple[AttendanceRule, ...] = (
    element_known,
    complete,
    cost_code_known,
    unit_of_element,
    within_rate_card,
    in_lieu_unpaid,
)
