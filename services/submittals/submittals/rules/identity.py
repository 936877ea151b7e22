"""Who it is for: the person is linked, and holds an assignment that is active on the day."""

from __future__ import annotations

from collections.abc import Iterator

from submittals.content import AbsenceContent
from submittals.rules.case import Case, Finding, Rule, error, in_words, warning


def day_field(case: Case) -> str:
    """The field that holds the day on which the assignment must be active."""
    return "absence.start_date" if isinstance(case.content, AbsenceContent) else "attendance.date_worked"


def person_linked(case: Case) -> Iterator[Finding]:
    """The profile is tied to a person of the trust."""
    if case.employee_number is None:
        yield error(
            "person_not_linked",
            "This profile is not linked to a person in ESR yet. The record comes back by itself when it is.",
            "profile_id",
        )


def assignment_active(case: Case) -> Iterator[Finding]:
    """The person has an assignment in force, with a fitting status, on the first day."""
    if case.employee_number is None or case.resolution.assignment is not None:
        return
    day, chosen, status = in_words(case.content.first_day), case.content.assignment_number, case.resolution.status
    what = f"Assignment {chosen} is not" if chosen else "The person has no assignment that is"
    why = f" (ESR says: {status})" if status else ""
    yield error("assignment_not_active", f"{what} active on {day}{why}.", day_field(case))


def assignment_clear(case: Case) -> Iterator[Finding]:
    """Nobody has to guess which post it is for."""
    found = case.resolution
    if found.assignment is None:
        return
    if found.others and not case.content.assignment_number:
        kind = "absence" if isinstance(case.content, AbsenceContent) else "attendance"
        yield warning(
            "assignment_ambiguous",
            f"Assignment {found.assignment.assignment_number} was chosen; {', '.join(found.others)} would do as well."
            " Name the right one if this is not it.",
            f"{kind}.assignment_number",
        )
    if found.unknown_status:
        yield warning(
            "assignment_status_unknown",
            f"ESR gives the assignment a status that is not known here: {found.assignment.status}.",
            day_field(case),
        )


IDENTITY_RULES: tuple[Rule, ...] = (person_linked, assignment_active, assignment_clear)
