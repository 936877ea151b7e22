"""The closing of an open absence: it names one, is the same leave, and is the only one."""

from __future__ import annotations

from collections.abc import Iterator

from submittals.content import AbsenceContent
from submittals.rules.case import AbsenceRule, Case, Finding, closes, error


def closes_one(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """What it closes is an open absence of the same person in the same department, with the same type and start."""
    if leave.closes is None:
        return
    opening = next((claim for claim in case.claims if claim.submittal_id == leave.closes_submittal), None)
    if opening is None or not isinstance(opening.content, AbsenceContent) or not opening.content.open:
        yield error(
            "closing_unknown",
            "This department has no open absence of the person under this record id: put the opening first.",
            "absence.closes",
        )
        return
    told = opening.content
    for field, mine, theirs in (
        ("absence_type", leave.absence_type.casefold(), told.absence_type.casefold()),
        ("start_date", leave.start_date, told.start_date),
        ("start_part", leave.start_part, told.start_part),
    ):
        if mine != theirs:
            words = f"The absence that it closes has {getattr(told, field)}: both must say the same."
            yield error("closing_differs", words, f"absence.{field}")


def closed_once(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """No other live record closes the same absence."""
    opening = leave.closes_submittal
    if opening is not None and any(closes(claim, opening) for claim in case.claims):
        yield error("closed_already", "Another record closes the same absence: withdraw one of them.", "absence.closes")


CLOSING_RULES: tuple[AbsenceRule, ...] = (closes_one, closed_once)
