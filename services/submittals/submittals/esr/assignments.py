"""Which assignment a record belongs to: the one valid on the day worked, since pay goes to an assignment, never a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from submittals.content import Kind
from submittals.esr.people import AssignmentRow

# ESR's words; the list seen so far may be incomplete, so an unknown one counts as working and is pointed out.
WORKING = frozenset({"Active Assignment", "Acting Up", "Internal Secondment"})
ENDED = frozenset({"Terminated", "Offer Accepted", "Inactive Not Worked"})
# Employed, and perhaps on leave, but not at work for this trust.
AWAY = frozenset(
    {
        "Career Break",
        "Maternity",
        "Out on External Secondment - Paid",
        "Out on External Secondment - Unpaid",
        "Suspend Assignment",
        "Suspend With Pay",
        "Suspend No Pay",
    }
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The assignment that was found, if any, and what a person should know of how.

    `others` are further assignments that would have done as well; `status` is that of the nearest one when none did.
    """

    assignment: AssignmentRow | None = None
    others: tuple[str, ...] = ()
    status: str | None = None
    unknown_status: bool = False


def assignment_on(
    day: date, rows: Sequence[AssignmentRow], *, kind: Kind, cost_code: str | None, chosen: str | None = None
) -> Resolution:
    """The assignment in force on `day`.

    A chosen one is taken or nothing. Of several, the one in the department's cost centre, else the primary one; when
    neither decides alone, the others are named. Attendance needs a working status, absence an employed one.
    """
    in_force = [
        row for row in rows if row.effective_from <= day and (row.effective_to is None or day <= row.effective_to)
    ]
    if chosen is not None:
        in_force = [row for row in in_force if row.assignment_number == chosen]
    fit = [row for row in in_force if row.status not in ENDED and not (kind == "attendance" and row.status in AWAY)]
    if not fit:
        return Resolution(status=in_force[0].status if in_force else None)
    ordered = sorted(
        fit, key=lambda row: (row.status not in WORKING, not row.is_primary, row.assignment_number, row.effective_from)
    )
    in_department = [row for row in ordered if cost_code is not None and row.cost_centre == cost_code]
    pick = (in_department or ordered)[0]
    decided = len(in_department) == 1
    others = () if decided else tuple(row.assignment_number for row in (in_department or ordered) if row is not pick)
    return Resolution(pick, others, unknown_status=pick.status not in WORKING | AWAY | ENDED)
