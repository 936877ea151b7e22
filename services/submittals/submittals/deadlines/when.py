"""When a record has to be approved, in words and figures: "In the August 2026 pay if approved by 12:00 on 2 September".

Pure. A record belongs to the first pay whose cut-off comes after its first day is over, and reaches the next cut-off
that comes, whichever that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from esrlink.clock import LONDON
from submittals.esr.cut_offs import Closing, PayCalendar
from submittals.records.state import State

When = Literal["late", "due", "later"]

_NOTHING_TO_MAKE = frozenset({State.WITHDRAWN, State.SUPERSEDED})
_MADE = frozenset({State.APPROVED, State.SCHEDULED})


def belongs_from(moment: datetime) -> date:
    """The first of the days whose records belong to a pay that closes after the cut-off at `moment`."""
    local = moment.astimezone(LONDON)
    # A day is over at midnight. One that is over just as the cut-off comes belongs to the next pay.
    is_midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return local.date() - timedelta(days=1) if is_midnight else local.date()


@dataclass(frozen=True, slots=True)
class Turn:
    """The cut-off that comes next, and the days whose records it is about: from `first_day`, before `next_first_day`.

    What is older missed the pay that it belongs to; what is later belongs to a later pay. `after` is the pay that what
    misses this one rolls to. Without `closing` the trust has no coming cut-off, and nothing is late.
    """

    closing: Closing | None = None
    after: Closing | None = None
    first_day: date = date.min
    next_first_day: date = date.max

    def when(self, first_day: date) -> When:
        """Whether a record with this first day is late, due at this cut-off, or later."""
        if first_day < self.first_day:
            return "late"
        return "due" if first_day < self.next_first_day else "later"


def turn_of(calendar: PayCalendar, now: datetime) -> Turn:
    """The cut-off that comes next."""
    coming = calendar.following(now)
    if coming is None:
        return Turn()
    before = [closing for closing in calendar.closings if closing.at < coming.at]
    return Turn(
        coming,
        calendar.following(coming.at),
        belongs_from(before[-1].at) if before else date.min,
        belongs_from(coming.at),
    )


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a record has to make. `pay_name` is the pay it belongs to, `rolls_to` the one it goes into when that is missed.

    `seconds_left` until `approve_by`; none of them when no cut-off is known.
    """

    words: str
    approve_by: datetime | None = None
    pay_name: str | None = None
    rolls_to: str | None = None
    missed: bool = False
    seconds_left: int | None = None


def deadline_of(calendar: PayCalendar, first_day: date, state: State, now: datetime) -> Deadline | None:
    """The deadline of a record as it stands; none for one that was sent or withdrawn: nobody can make that any more."""
    is_made = state in _MADE
    if state in _NOTHING_TO_MAKE or not (is_made or state in WAITING_STATES):
        return None
    turn = turn_of(calendar, now)
    if turn.closing is None:
        return Deadline("Payroll has not told the next cut-off yet.")
    reach = calendar.reach(first_day, now)
    coming, missed = turn.closing, reach.rolls_to is not None
    then = None if turn.after is None else turn.after.pay_name
    said = f"It missed the {reach.pay_name}. " if missed else ""
    if is_made:
        said += f"Approved: in the {coming.pay_name} unless it is taken back before {at_words(coming.at)}."
    else:
        said += f"In the {coming.pay_name} if approved by {at_words(coming.at)}"
        said += f", else in the {then}." if then else "."
    return Deadline(
        words=said,
        approve_by=coming.at,
        pay_name=reach.pay_name,
        rolls_to=reach.rolls_to or then,
        missed=missed,
        seconds_left=int((coming.at - now).total_seconds()),
    )


WAITING_STATES = (State.PENDING, State.RETURNED, State.REJECTED, State.ENRICHED, State.VALIDATED)
"""The states in which somebody has to do something before the record can be paid."""


def at_words(moment: datetime) -> str:
    """12:00 on 2 September, in UK time."""
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B}"
