"""Which assignment a record belongs to: the one valid on the day worked, since pay goes to an assignment, never a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto

from submittals.content import Kind
from submittals.esr.people import AssignmentRow

ACTING_UP = "Acting Up"
CAREER_BREAK = "Career Break"
SUSPENDED = frozenset({"Suspend Assignment", "Suspend With Pay", "Suspend No Pay"})
# ESR's words; the list seen so far may be incomplete, so an unknown one counts as working and is pointed out.
WORKING = frozenset({"Active Assignment", ACTING_UP, "Internal Secondment"})
TERMINATED, NOT_BEGUN = "Terminated", "Offer Accepted"
ENDED = frozenset({TERMINATED, NOT_BEGUN, "Inactive Not Worked"})
# Employed, and perhaps on leave, but not at work for this trust.
AWAY = SUSPENDED | {
    CAREER_BREAK,
    "Maternity",
    "Out on External Secondment - Paid",
    "Out on External Secondment - Unpaid",
}


class Lack(Enum):
    """Why no assignment was found."""

    UNKNOWN = auto()  # ESR has not shown any post of the person
    NOT_YET = auto()
    BETWEEN = auto()
    LEFT = auto()
    SUSPENDED = auto()
    CAREER_BREAK = auto()
    OTHER = auto()  # the chosen one is not in force, or has another status that does not fit


@dataclass(frozen=True, slots=True)
class Resolution:
    """The assignment that was found, if any, and what a person should know of how.

    `others` are further assignments that would have done as well. When none was found: `lack` says why, `status` is that
    of the nearest one, `since` the day on which employment ended or is to begin.
    """

    assignment: AssignmentRow | None = None
    others: tuple[str, ...] = ()
    status: str | None = None
    unknown_status: bool = False
    lack: Lack = Lack.OTHER
    since: date | None = None


def assignment_on(
    day: date, rows: Sequence[AssignmentRow], *, kind: Kind, cost_code: str | None, chosen: str | None = None
) -> Resolution:
    """The assignment in force on `day`.

    A chosen one is taken or nothing. Of several, the one in the department's cost centre, else the primary one; when
    neither decides alone, the others are named. Attendance needs a working status, absence an employed one.
    """
    in_force = all_in_force = _in_force(day, rows)
    if not in_force:
        return _outside(day, rows)
    if chosen is not None:
        in_force = [row for row in in_force if row.assignment_number == chosen]
    fit = [row for row in in_force if row.status not in ENDED and not (kind == "attendance" and row.status in AWAY)]
    if not fit:
        return _unfit(in_force, gone=len(in_force) == len(all_in_force))
    ordered = sorted(
        fit, key=lambda row: (row.status not in WORKING, not row.is_primary, row.assignment_number, row.effective_from)
    )
    in_department = [row for row in ordered if cost_code is not None and row.cost_centre == cost_code]
    pick = (in_department or ordered)[0]
    decided = len(in_department) == 1
    others = () if decided else tuple(row.assignment_number for row in (in_department or ordered) if row is not pick)
    return Resolution(pick, others, unknown_status=pick.status not in WORKING | AWAY | ENDED)


def full_time_part(day: date, rows: Sequence[AssignmentRow]) -> Decimal | None:
    """How much of full time the person works on `day` over all posts (1 is full time); none where ESR does not say."""
    parts = [row.fte for row in _in_force(day, rows) if row.status not in ENDED | AWAY]
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(parts) else None


def _in_force(day: date, rows: Sequence[AssignmentRow]) -> list[AssignmentRow]:
    return [row for row in rows if row.effective_from <= day and (row.effective_to is None or day <= row.effective_to)]


def _outside(day: date, rows: Sequence[AssignmentRow]) -> Resolution:
    """No row is in force: before, between or after all posts that ESR shows."""
    if not rows:
        return Resolution(lack=Lack.UNKNOWN)
    begins = min((row.effective_from for row in rows if row.effective_from > day), default=None)
    last = max((row.effective_to for row in rows if row.effective_to and row.effective_to < day), default=None)
    if last is None:
        return Resolution(lack=Lack.NOT_YET, since=begins)
    return Resolution(lack=Lack.LEFT if begins is None else Lack.BETWEEN, since=last)


def _unfit(in_force: Sequence[AssignmentRow], *, gone: bool) -> Resolution:
    """Rows are in force and none fits. `gone`: these are all posts of the person, not only a chosen one."""
    if not in_force:
        return Resolution()
    row = in_force[0]
    if row.status in SUSPENDED:
        return Resolution(status=row.status, lack=Lack.SUSPENDED)
    if row.status == CAREER_BREAK:
        return Resolution(status=row.status, lack=Lack.CAREER_BREAK)
    if gone and all(one.status == TERMINATED for one in in_force):
        since = max(one.effective_from for one in in_force) - timedelta(days=1)
        return Resolution(status=row.status, lack=Lack.LEFT, since=since)
    if gone and all(one.status == NOT_BEGUN for one in in_force):
        return Resolution(status=row.status, lack=Lack.NOT_YET)
    return Resolution(status=row.status)
