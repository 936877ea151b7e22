"""Absence: type and reason are known to the trust, and no absence lies over another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from submittals.content import AbsenceContent
from submittals.rules.case import Case, Finding, Rule, error, half_day_range, in_words
from submittals.trusts.settings import AbsenceType

# ESR's level-1 sickness reasons run from S10 to S32, then S98 and S99; which of them exist is the trust's list.
_SICKNESS_REASON = re.compile(r"S[1-9][0-9]")


def type_known(case: Case) -> Iterator[Finding]:
    """The trust has this absence type."""
    content = case.content
    if isinstance(content, AbsenceContent) and case.trust.absence_type(content.absence_type) is None:
        known = ", ".join(kind.code for kind in case.trust.absence_types) or "none yet"
        yield error(
            "absence_type_unknown",
            f"The trust has no absence type of this code. It has: {known}.",
            "absence.absence_type",
        )


def reason_known(case: Case) -> Iterator[Finding]:
    """Sickness has a level-1 reason, S10 to S99; a reason that is given is one of the trust's."""
    content = case.content
    if not isinstance(content, AbsenceContent):
        return
    kind = case.trust.absence_type(content.absence_type)
    if kind is None:
        return
    if content.reason is None:
        if kind.is_sickness:
            yield error("absence_reason_needed", "Sickness needs a reason from S10 to S99.", "absence.reason")
        elif kind.reason_required:
            yield error("absence_reason_needed", f"{kind.code} needs a reason.", "absence.reason")
    elif not _fits(kind, content.reason):
        words = "Sickness needs a reason from S10 to S99" if kind.is_sickness else f"{kind.code} has no such reason"
        listed = ", ".join(reason.code for reason in kind.reasons)
        yield error(
            "absence_reason_unknown", f"{words}. The trust has: {listed}." if listed else f"{words}.", "absence.reason"
        )


def _fits(kind: AbsenceType, reason: str) -> bool:
    if kind.is_sickness and not _SICKNESS_REASON.fullmatch(reason):
        return False
    return not kind.reasons or any(reason == known.code for known in kind.reasons)


def no_overlap(case: Case) -> Iterator[Finding]:
    """A person is absent once at a time, whichever department says so."""
    content = case.content
    if not isinstance(content, AbsenceContent):
        return
    first, last = half_day_range(content)
    for claim in case.claims_of(AbsenceContent):
        assert isinstance(claim.content, AbsenceContent)  # noqa: S101 - claims_of gives no others
        other_first, other_last = half_day_range(claim.content)
        if first > other_last or other_first > last:
            continue
        if claim.sent and _is_same(content, claim.content):
            yield error(
                "duplicate_of_sent",
                f"The same absence from {case.where(claim)} has been sent to ESR already.",
                "absence.start_date",
            )
        else:
            yield error(
                "absence_overlaps",
                f"It overlaps an absence recorded by {case.where(claim)}: {_common_days(content, claim.content)}.",
                "absence.start_date",
            )


def _is_same(one: AbsenceContent, other: AbsenceContent) -> bool:
    return one.absence_type == other.absence_type and half_day_range(one) == half_day_range(other)


def _common_days(one: AbsenceContent, other: AbsenceContent) -> str:
    """The days that are in both: what lies outside of its own days is no business of another department."""
    first = max(one.first_day, other.first_day)
    last = min(one.last_day or date.max, other.last_day or date.max)
    if last == date.max:
        return f"from {in_words(first)} on"
    return in_words(first) if first == last else f"{in_words(first)} to {in_words(last)}"


ABSENCE_RULES: tuple[Rule, ...] = (type_known, reason_known, no_overlap)
