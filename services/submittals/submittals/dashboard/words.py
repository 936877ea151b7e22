"""A record in words for people: where it stands, who has it now, what it is about, and which pay it reaches. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from esrlink.clock import LONDON
from esrlink.web.wording import day as day_in_words
from submittals.content import AbsenceContent, Content
from submittals.esr.cut_offs import PayCalendar
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

STANDS: Mapping[State, str] = {
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
"""Where a record in this state stands, for the person whose record it is."""

KINDS: Mapping[str, str] = {"attendance": "Extra work", "absence": "Absence"}
# With the department or a validator, so that its deadline is still to be met.
BEFORE_PAYROLL = frozenset({State.PENDING, State.ENRICHED, State.VALIDATED, State.RETURNED, State.REJECTED})


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


def cut_off_in_words(at: datetime) -> str:
    """12:00 on 2 September 2026, in UK time."""
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {day_in_words(local.date())}"


def deadline(calendar: PayCalendar, first_day: date, now: datetime) -> str:
    """Which pay a record reaches and by when it must be approved, and the pay that it rolls to when that is missed."""
    reach = calendar.reach(first_day, now)
    if reach.next_cut_off is None:
        return "No cut-off is known yet: payroll has not set the calendar."
    by = cut_off_in_words(reach.next_cut_off)
    after = calendar.following(reach.next_cut_off)
    then = f" After that it goes into the {after.pay_name}." if after else ""
    if reach.rolls_to:
        return f"Too late for the {reach.pay_name}. It is in the {reach.rolls_to} if approved by {by}.{then}"
    return f"In the {reach.pay_name} if approved by {by}.{then}"
