"""Absence: type and reason are known to the trust, no absence lies over another, and what it counts can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from submittals.content import AbsenceContent
from submittals.rules.case import AbsenceRule, Case, Finding, closes, error, in_words, own_range, warning
from submittals.rules.claim import Claim
from submittals.trusts.defaults_absence import assumed_hours
from submittals.trusts.settings import AbsenceType

# ESR's level-1 sickness reasons run from S10 to S32, then S98 and S99; which of them exist is the trust's list.
_SICKNESS_REASON = re.compile(r"S[1-9][0-9]")


def type_known(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """The trust has this absence type."""
    if case.trust.absence_type(leave.absence_type) is None:
        known = ", ".join(kind.code for kind in case.trust.absence_types) or "none yet"
        yield error(
            "absence_type_unknown",
            f"The trust has no absence type of this code. It has: {known}.",
            "absence.absence_type",
        )


def reason_known(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """Sickness has a level-1 reason, S10 to S99; a reason that is given is one of the trust's."""
    kind = case.trust.absence_type(leave.absence_type)
    if kind is None:
        return
    if leave.reason is None:
        if kind.is_sickness:
            yield error("absence_reason_needed", "Sickness needs a reason from S10 to S99.", "absence.reason")
        elif kind.reason_required:
            yield error("absence_reason_needed", f"{kind.code} needs a reason.", "absence.reason")
    elif not _fits(kind, leave.reason):
        words = "Sickness needs a reason from S10 to S99" if kind.is_sickness else f"{kind.code} has no such reason"
        listed = ", ".join(reason.code for reason in kind.reasons)
        yield error(
            "absence_reason_unknown", f"{words}. The trust has: {listed}." if listed else f"{words}.", "absence.reason"
        )


def _fits(kind: AbsenceType, reason: str) -> bool:
    if kind.is_sickness and not _SICKNESS_REASON.fullmatch(reason):
        return False
    return not kind.reasons or any(reason == known.code for known in kind.reasons)


def no_overlap(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """A person is absent once at a time, whichever department says so. An open absence and its closing are one."""
    first, last = own_range(case, leave)
    for claim in case.claims:
        other = claim.content
        if not isinstance(other, AbsenceContent) or first > claim.last_half or claim.first_half > last:
            continue
        if _one_absence(case, leave, claim, other):
            continue
        same = (first, last) == (claim.first_half, claim.last_half)
        if claim.sent and same and leave.absence_type == other.absence_type:
            yield error(
                "duplicate_of_sent",
                f"The same absence from {case.where(claim)} has been sent to ESR already.",
                "absence.start_date",
            )
            continue
        yield error(
            "absence_overlaps",
            f"It overlaps an absence recorded by {case.where(claim)}: {_common_days(leave, other)}.",
            "absence.start_date",
        )
        if same and claim.product != case.product:
            yield warning(
                "duplicate_across_products",
                f"{case.where(claim)} has the same days: it looks like one absence recorded in both. Withdraw one.",
                "absence.start_date",
            )


def _one_absence(case: Case, leave: AbsenceContent, claim: Claim, other: AbsenceContent) -> bool:
    """Whether the two are an open absence and its closing, or two closings of one (another rule says so)."""
    if leave.closes_submittal is not None:
        return leave.closes_submittal in {claim.submittal_id, other.closes_submittal}
    return case.submittal_id is not None and closes(claim, case.submittal_id)


def _common_days(one: AbsenceContent, other: AbsenceContent) -> str:
    """The days that are in both: what lies outside of its own days is no business of another department."""
    first = max(one.first_day, other.first_day)
    last = min(one.last_day or date.max, other.last_day or date.max)
    if last == date.max:
        return f"from {in_words(first)} on"
    return in_words(first) if first == last else f"{in_words(first)} to {in_words(last)}"


def certificate_given(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """Sickness that lasts has a doctor's statement."""
    kind, days = case.trust.absence_type(leave.absence_type), case.figure("certificate_missing", "days")
    if kind is None or not kind.is_sickness or leave.certificate_until is not None or days is None:
        return
    last = leave.end_date or case.today
    if (last - leave.start_date).days + 1 > days:
        words = f"Sickness of more than {days} calendar days needs a doctor's statement: say until when it goes."
        yield warning("certificate_missing", words, "absence.certificate_until")


def units_known(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """Hours that were worked out on an assumption say so: ESR's picture of a post holds no working pattern."""
    assumed = assumed_hours(leave, case.trust, case.resolution.assignment)
    if assumed is not None and leave.hours == assumed.hours:
        yield warning("units_assumed", assumed.words, "absence.hours")


ABSENCE_RULES: tuple[AbsenceRule, ...] = (
    type_known,
    reason_known,
    no_overlap,
    certificate_given,
    units_known,
)
