"""Attendance: complete, paid by a known element within the rate card or noted, worked once and not during an absence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from submittals.content import LARGEST_AMOUNT, AbsenceContent, AttendanceContent
from submittals.rules.case import NOON, Case, Claim, Finding, Rule, error, half_day_range, in_words, warning
from submittals.trusts.defaults_attendance import default_rate, default_units, pounds, span_of


def element_known(case: Case) -> Iterator[Finding]:
    """The pay element is one of the trust's."""
    content = case.content
    if not isinstance(content, AttendanceContent) or content.pay_element is None:
        return
    if case.trust.pay_element(content.pay_element) is None:
        known = ", ".join(element.code for element in case.trust.pay_elements) or "none yet"
        yield error(
            "pay_element_unknown",
            f"The trust has no pay element of this code. It has: {known}.",
            "attendance.pay_element",
        )


def complete(case: Case) -> Iterator[Finding]:
    """Pay element and units are there: pointed out when it comes in, needed from enrichment on."""
    content = case.content
    if not isinstance(content, AttendanceContent):
        return
    say = error if case.complete else warning
    if content.pay_element is None:
        yield say(
            "pay_element_missing", "No pay element is set for this person's grade: name one.", "attendance.pay_element"
        )
    elif content.units is None and case.trust.pay_element(content.pay_element) is not None:
        yield say("units_missing", f"Say how many {content.unit or 'units'} were worked.", "attendance.units")


def cost_code_known(case: Case) -> Iterator[Finding]:
    """Payroll takes the cost code."""
    content = case.content
    if (
        isinstance(content, AttendanceContent)
        and content.cost_code
        and not case.trust.knows_cost_code(content.cost_code)
    ):
        yield error("cost_code_unknown", "Payroll of the trust does not take this cost code.", "attendance.cost_code")


def unit_of_element(case: Case) -> Iterator[Finding]:
    """The unit is the element's own: its rate is in pounds per that unit, and payroll reads the figure as that unit."""
    content = case.content
    if not isinstance(content, AttendanceContent) or content.pay_element is None:
        return
    element = case.trust.pay_element(content.pay_element)
    if element is not None and content.unit is not None and content.unit != element.unit:
        yield error(
            "unit_wrong", f"{element.code} is paid in {element.unit}, not in {content.unit}.", "attendance.unit"
        )


def within_rate_card(case: Case) -> Iterator[Finding]:
    """Units, a rate or an amount that differ from the default have a note that says why."""
    content = case.content
    if not isinstance(content, AttendanceContent) or content.pay_element is None:
        return
    element = case.trust.pay_element(content.pay_element)
    if element is None or content.unit != element.unit:
        return
    card = default_rate(content, element, case.resolution.assignment, case.trust)
    usual = default_units(content, element.unit, case.trust)
    differs: list[tuple[str, str]] = []
    if usual is not None and content.units is not None and content.units != usual:
        words = f"{content.units} {content.unit} are claimed, the default is {usual}"
        differs.append(("attendance.units", words))
    if card is not None and content.rate is not None and content.rate != card:
        differs.append(("attendance.rate", f"The rate is £{content.rate}, the rate card says £{card}"))
    if content.units is not None and content.rate is not None:
        worked_out = pounds(content.units, content.rate)
        if content.amount is None:
            yield error(
                "amount_too_large",
                f"Units times rate is £{worked_out}; a record holds £{LARGEST_AMOUNT} at most.",
                "attendance.amount",
            )
        elif content.amount != worked_out:
            differs.append(("attendance.amount", f"The amount is £{content.amount}, units times rate is £{worked_out}"))
    for field, words in differs:
        if content.note:
            yield warning("differs_from_default", f"{words}; the note says why.", field)
        else:
            yield error("note_needed", f"{words}: add a note that says why, or use the default.", field)


def not_during_absence(case: Case) -> Iterator[Finding]:
    """Nobody is paid for extra work while absent; judged from both sides, whichever record comes second."""
    content = case.content
    if isinstance(content, AttendanceContent):
        for claim in case.claims_of(AbsenceContent):
            assert isinstance(claim.content, AbsenceContent)  # noqa: S101 - claims_of gives no others
            yield from _clash(content, claim.content, case.where(claim), "attendance.date_worked", "an absence")
    else:
        for claim in case.claims_of(AttendanceContent):
            assert isinstance(claim.content, AttendanceContent)  # noqa: S101 - claims_of gives no others
            yield from _clash(claim.content, content, case.where(claim), "absence.start_date", "extra work")


def _clash(work: AttendanceContent, leave: AbsenceContent, place: str, field: str, other: str) -> Iterator[Finding]:
    first, last = half_day_range(leave)
    morning = work.date_worked.toordinal() * 2
    if morning + 1 < first or morning > last:
        if first <= morning + 2 <= last and _past_midnight(work):
            # A night that ends on the first morning of leave is usual: people judge.
            words = f"The work of {in_words(work.date_worked)} runs past midnight into an absence"
            yield warning("may_be_during_absence", f"{words} ({other} recorded by {place}).", field)
        return
    whole_day = first <= morning and last >= morning + 1
    where = f"{other} on {in_words(work.date_worked)} recorded by {place}"
    if not whole_day and work.starts is None:
        yield warning("may_be_during_absence", f"Part of the day there is {where}; give times to be sure.", field)
    elif whole_day or _in_half(work, afternoon=first > morning):
        yield error("attendance_during_absence", f"There is {where}.", field)


def _past_midnight(work: AttendanceContent) -> bool:
    span = span_of(work)
    return span is not None and span[1] > datetime.combine(work.date_worked + timedelta(days=1), time.min)


def _in_half(work: AttendanceContent, *, afternoon: bool) -> bool:
    span = span_of(work)
    if span is None:
        return False
    noon = datetime.combine(work.date_worked, NOON)
    return span[1] > noon if afternoon else span[0] < noon


def no_double_claim(case: Case) -> Iterator[Finding]:
    """One person's session is claimed once, over all departments: the ESR number joins them."""
    content = case.content
    if not isinstance(content, AttendanceContent):
        return
    for claim in case.claims_of(AttendanceContent):
        assert isinstance(claim.content, AttendanceContent)  # noqa: S101 - claims_of gives no others
        yield from _compare(case, content, claim, claim.content)


def _compare(case: Case, content: AttendanceContent, claim: Claim, other: AttendanceContent) -> Iterator[Finding]:
    mine, theirs = span_of(content), span_of(other)
    same_day = content.date_worked == other.date_worked
    same_session = (
        same_day and content.session is not None and content.session.casefold() == (other.session or "").casefold()
    )
    if mine and theirs:
        overlapping = mine[0] < theirs[1] and theirs[0] < mine[1]
    else:
        overlapping = same_session or (same_day and content.session is None and other.session is None)
    if overlapping and claim.sent:
        yield error(
            "duplicate_of_sent",
            f"{case.where(claim)} has claimed this session already, and it was sent to ESR.",
            "attendance.date_worked",
        )
    elif overlapping:
        yield error(
            "double_claim",
            f"{case.where(claim)} claims a session of this person at the same time on {in_words(other.date_worked)}.",
            "attendance.date_worked",
        )
    elif same_day and not (mine and theirs) and (claim.product, claim.department) != (case.product, case.department):
        yield warning(
            "possible_double_claim",
            f"{case.where(claim)} claims another session of this person on the same day; give times to be sure.",
            "attendance.starts",
        )


ATTENDANCE_RULES: tuple[Rule, ...] = (
    element_known,
    complete,
    cost_code_known,
    unit_of_element,
    within_rate_card,
    not_during_absence,
    no_double_claim,
)
