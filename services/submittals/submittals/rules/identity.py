"""Who it is for: the person is linked, employed, and holds an assignment that is active on the day."""

from __future__ import annotations

from collections.abc import Iterator

from submittals.content import AbsenceContent
from submittals.esr.assignments import ACTING_UP, CAREER_BREAK, SUSPENDED, Lack
from submittals.rules.case import Case, Finding, Rule, error, in_words, warning


def day_field(case: Case) -> str:
    """The field that holds the day on which the assignment must be active."""
    return "absence.start_date" if isinstance(case.content, AbsenceContent) else "attendance.date_worked"


def _post_field(case: Case) -> str:
    return "absence.assignment_number" if isinstance(case.content, AbsenceContent) else "attendance.assignment_number"


def person_linked(case: Case) -> Iterator[Finding]:
    """The profile is tied to a person of the trust."""
    if case.employee_number is None:
        yield error(
            "person_not_linked",
            "This profile is not linked to a person in ESR yet. The record comes back by itself when it is.",
            "profile_id",
        )


def assignment_active(case: Case) -> Iterator[Finding]:
    """The person is employed on the first day, with an assignment whose status fits."""
    found = case.resolution
    if case.employee_number is None or found.assignment is not None:
        return
    day = in_words(case.content.first_day)
    since = in_words(found.since) if found.since else None
    match found.lack:
        case Lack.LEFT:
            yield error("leaver", f"The person left the trust on {since}, before {day}.", day_field(case))
        case Lack.NOT_YET:
            begins = f" It begins on {since}." if since else ""
            yield error(
                "outside_employment", f"The person's employment had not begun on {day}.{begins}", day_field(case)
            )
        case Lack.BETWEEN:
            words = f"On {day} the person held no post of the trust: one had ended on {since}, the next came later."
            yield error("outside_employment", words, day_field(case))
        case Lack.SUSPENDED:
            words = f"The assignment is suspended on {day} (ESR says: {found.status})."
            yield error("assignment_suspended", words, day_field(case))
        case Lack.CAREER_BREAK:
            yield error("career_break", f"The assignment is in a career break on {day}.", day_field(case))
        case Lack.UNKNOWN | Lack.OTHER:
            chosen = case.content.assignment_number
            what = f"Assignment {chosen} is not" if chosen else "The person has no assignment that is"
            why = f" (ESR says: {found.status})" if found.status else ""
            yield error("assignment_not_active", f"{what} active on {day}{why}.", day_field(case))


def assignment_clear(case: Case) -> Iterator[Finding]:
    """Nobody has to guess which post it is for, or at which grade it is paid."""
    found = case.resolution
    if found.assignment is None:
        return
    number, status = found.assignment.assignment_number, found.assignment.status
    if found.others and not case.content.assignment_number:
        yield warning(
            "assignment_ambiguous",
            f"Assignment {number} was chosen; {', '.join(found.others)} would do as well."
            " Name the right one if this is not it.",
            _post_field(case),
        )
    if status == ACTING_UP:
        yield warning(
            "acting_up_chosen",
            f"Assignment {number} is acting up: its grade sets the pay. Name another one if this is not meant.",
            _post_field(case),
        )
    elif isinstance(case.content, AbsenceContent) and (status in SUSPENDED or status == CAREER_BREAK):
        yield warning(
            "absence_while_away", f"ESR says {status} for that day: look whether this leave is meant.", day_field(case)
        )
    if found.unknown_status:
        yield warning(
            "assignment_status_unknown",
            f"ESR gives the assignment a status that is not known here: {status}.",
            day_field(case),
        )


IDENTITY_RULES: tuple[Rule, ...] = (person_linked, assignment_active, assignment_clear)
