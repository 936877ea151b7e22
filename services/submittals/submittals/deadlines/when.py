"""When a record has to be approved, in words and figures: "In the August 2026 pay if approved by 12:00 on 2 September".

Pure. A record belongs to the first pay whose cut-off comes after its first day is over, and reaches the next cut-off
that comes, whichever that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from esrlink.clock import LONDON
from submittals.esr.cut_offs import Closing, PayCalendar, Reach
from submittals.records.state import State

When = Literal["late", "due", "later"]

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
    if not (is_made or state in WAITING_STATES):
        return None
    turn, reach = turn_of(calendar, now), calendar.reach(first_day, now)
    words = words_of(reach, state) or ""
    if turn.closing is None:
        return Deadline(words)
    then = None if turn.after is None else turn.after.pay_name
    return Deadline(
        words=f"{words[:-1]}, else in the {then}." if then and not is_made else words,
        approve_by=turn.closing.at,
        pay_name=reach.pay_name,
        rolls_to=reach.rolls_to or then,
        missed=reach.rolls_to is not None,
        seconds_left=int((turn.closing.at - now).total_seconds()),
    )


def words_of(reach: Reach, state: State) -> str | None:
    """The words of a deadline; none for a record that was sent or withdrawn."""
    is_made = state in _MADE
    if not (is_made or state in WAITING_STATES):
        return None
    if reach.next_cut_off is None:
        return "Payroll has not told the next cut-off yet."
    pay, by = reach.rolls_to or reach.pay_name, at_words(reach.next_cut_off)
    missed = f"It missed the {reach.pay_name}. " if reach.rolls_to else ""
    if is_made:
        return f"{missed}Approved: in the {pay} unless it is taken back before {by}."
    return f"{missed}In the {pay} if approved by {by}."


WAITING_STATES = (State.PENDING, State.RETURNED, State.REJECTED, State.ENRICHED, State.VALIDATED)
"""The states in which somebody has to do something before the record can be paid."""


@lru_cache(maxsize=256)
def at_words(moment: datetime) -> str:
    """12:00 on 2 September, in UK time."""
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B}"
