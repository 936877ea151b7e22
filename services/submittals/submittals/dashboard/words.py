"""A record in words for people: where it stands, who has it now, what it is about, and its money. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from esrlink.web.wording import day as day_in_words
from esrlink.web.wording import money
from submittals.content import AbsenceContent, AttendanceContent, Content
from submittals.records.state import State

WAITS_FOR: Mapping[State, str] = {
    State.PENDING: "the department, to enrich",
    State.ENRICHED: "a validator",
    State.VALIDATED: "an approver",
    State.APPROVED: "the next payroll run",
    State.SCHEDULED: "ESR Link, to send",
    State.SENT: "ESR, to answer",
    State.ACCEPTED: "ESR, to show it in a file",
    State.RETURNED: "the department, to mend",
    State.REJECTED: "the department, to mend and resubmit",
    State.UNKNOWN: "payroll, to find out",
}
"""Who has a record in this state to do something next."""

_STANDS: Mapping[State, str] = {
    State.PENDING: "Sent in. The department has not completed it yet.",
    State.ENRICHED: "Complete. A validator has not looked at it yet.",
    State.VALIDATED: "Validated. It waits for approval.",
    State.APPROVED: "Approved. It goes with the next payroll run.",
    State.SCHEDULED: "In a payroll run, which is about to be sent to ESR.",
    State.SENT: "Sent to ESR, which has not answered yet.",
    State.ACCEPTED: "ESR has taken it.",
    State.LANDED: "It is in ESR, and a file from ESR shows it.",
    State.RETURNED: "Sent back, to be mended.",
    State.WITHDRAWN: "Withdrawn. It will not be paid or recorded.",
    State.REJECTED: "ESR refused it. Mend it and send it again.",
    State.UNKNOWN: "Sent, and nobody knows what became of it. Payroll is finding out.",
}

KINDS: Mapping[str, str] = {"attendance": "Extra work", "absence": "Absence"}


def stands(state: State, content: Content) -> str:
    """Where a record stands, for the person whose record it is."""
    if state is State.APPROVED and is_in_lieu(content):
        return "Recorded as time off in lieu. It is never paid."
    return _STANDS.get(state, "")


def is_in_lieu(content: Content) -> bool:
    """Whether it is time off in lieu, which never reaches a pay."""
    return isinstance(content, AttendanceContent) and content.in_lieu


def about(content: Content) -> str:
    """What a record is about, in a few words: Evening list, or Sickness (S13)."""
    if isinstance(content, AbsenceContent):
        return content.absence_type + (f" ({content.reason})" if content.reason else "")
    return content.session or "Extra work"


def days_of(first: date, last: date | None) -> str:
    """The days of a record: one, from one to another, or open."""
    if last is None:
        return f"from {day_in_words(first)}, open"
    return day_in_words(first) if last == first else f"{day_in_words(first)} to {day_in_words(last)}"


def money_of(content: Content) -> str | None:
    """What extra work is claimed as: 1 session at £500.00 = £500.00. None for an absence, and where nothing is known yet."""
    if isinstance(content, AbsenceContent) or content.units is None:
        return None
    unit = content.unit or "units"
    said = f"{plain(content.units)} {unit.removesuffix('s') if content.units == 1 else unit}"
    if content.rate is not None:
        said += f" at {money(content.rate)}"
    return said if content.amount is None else f"{said} = {money(content.amount)}"


def plain(figure: Decimal) -> str:
    """A figure without zeros at its end: 2, 7.5."""
    return f"{figure.normalize():f}"
