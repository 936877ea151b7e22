"""What the pages of runs and of the calendar share: who may act there, and how a run's steps and figures are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends

from esrlink.auth import Principal, Role, signed_in

Officer = Annotated[Principal, Depends(signed_in(Role.PAYROLL_OFFICER))]
"""May sign runs."""

Decider = Annotated[Principal, Depends(signed_in(Role.PAYROLL_OFFICER, Role.OPERATOR))]
"""May hold and release records, reopen runs, open supplementary ones, and settle what is in doubt."""

Planner = Annotated[Principal, Depends(signed_in(Role.PAYROLL_OFFICER, Role.ADMINISTRATOR))]
"""May change the payroll calendar."""

_STEPS = ("open", "frozen", "approved", "sending", "sent", "settled")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run's life. `is_done` and `is_now` say where the run is; `at` and `by` are told where they are known."""

    name: str
    is_done: bool
    is_now: bool
    at: datetime | None = None
    by: str | None = None
    note: str | None = None


def steps_of(row: Any, *, is_unsigned: bool) -> Sequence[Step]:
    """The steps of a run's life. A run in doubt stands at `sending`, which then says so."""
    state = "sending" if row.state == "unknown" else row.state
    at = _STEPS.index(state)
    moments = {
        "open": row.cut_off,
        "frozen": row.frozen_at,
        "approved": row.approved_at,
        "sent": row.sent_at,
    }
    notes = {
        "open": "until the cut-off",
        "approved": "not signed: the trust sends without" if is_unsigned and not row.approved_by else None,
        "sending": "in doubt" if row.state == "unknown" else None,
    }
    return [
        Step(
            name,
            is_done=number < at or state == "settled",
            is_now=number == at,
            at=moments.get(name) if number <= at else None,
            by=row.approved_by if name == "approved" and number <= at else None,
            note=notes.get(name) if number <= at or name == "open" else None,
        )
        for number, name in enumerate(_STEPS)
    ]


def amount_of(row: Any) -> Decimal | None:
    """The money of a run in pounds, all elements together; none where it has only absences."""
    amounts = [Decimal(total["amount"]) for total in row.totals if total["amount"] is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def may(person: Principal) -> dict[str, Any]:
    """What the page offers to this person."""
    return {
        "may_sign": Role.PAYROLL_OFFICER in person.roles,
        "may_decide": bool(person.roles & {Role.PAYROLL_OFFICER, Role.OPERATOR}),
        "may_plan": bool(person.roles & {Role.PAYROLL_OFFICER, Role.ADMINISTRATOR}),
    }
