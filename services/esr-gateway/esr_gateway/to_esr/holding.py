"""A person holds an instruction back, lets it go again, or takes it back altogether: before a run has frozen it, never after.

What a person holds stays out of every run, whatever the rules say, until a person releases it. A newer version of the record
takes the place of one that is held: it is another record, and nobody has held it yet.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from esr_gateway.tables import fact, instruction, pay_period
from esr_gateway.to_esr.instructions import TAKEABLE, hold_intake, schedule
from esr_gateway.to_esr.settling import Fact, settle
from esrlink import audit
from esrlink.contracts import Outcome
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, Invalid, NotFound

_LONGEST_REASON = 500


class InARun(Conflict):
    """A run has frozen the instruction, or it is settled: it can only be corrected."""

    code, title = "in_a_run", "The record is in a run already"


class NotHeld(Conflict):
    """Nobody holds the instruction back."""

    code, title = "not_held", "Nobody holds this record back"


async def hold(tx: WriteTx, vpd: str, submittal_id: UUID, version: int, *, by: str, reason: str, now: datetime) -> None:
    """Keep the instruction out of runs until somebody releases it. Its department is told, with the reason.

    Raises `NotFound`, `InARun`, or `Invalid` without a reason. Holding what is held already changes who does, and why.
    """
    reason = _reason(reason)
    found = await _find(tx, vpd, submittal_id, version)
    await _tell(tx, vpd, found, "held_by_person", reason, now)
    await _set(tx, found, state="held", held_by=by, code="held_by_person", reason=reason)
    await _record(tx, found, by, "instruction.held", now, reason)


async def release(tx: WriteTx, vpd: str, submittal_id: UUID, version: int, *, by: str, now: datetime) -> None:
    """Let an instruction that a person held go with the next run. Its department is told which that is.

    Raises `NotFound`, `InARun` or `NotHeld`.
    """
    found = await _find(tx, vpd, submittal_id, version)
    if found.held_by is None:
        raise NotHeld("Nobody holds this record back; what a rule holds goes by itself once its cause is mended.")
    await _set(tx, found, state="waiting", held_by=None, code=None, reason=None, run_code=None)
    await _record(tx, found, by, "instruction.released", now)
    told = await _times(tx, found, Outcome.SCHEDULED)
    await schedule(tx, vpd, now, only_new={submittal_id}, attempt=told + 1)


async def withdraw(
    tx: WriteTx, vpd: str, submittal_id: UUID, version: int, *, by: str, reason: str, now: datetime
) -> None:
    """Take the instruction back for good: it goes in no run. Its department is told, and may send a new version.

    Raises `NotFound`, `InARun`, or `Invalid` without a reason.
    """
    reason = _reason(reason)
    found = await _find(tx, vpd, submittal_id, version)
    await _tell(tx, vpd, found, "withdrawn_by_payroll", f"Payroll took it back: {reason}", now)
    await _set(tx, found, state="withdrawn", held_by=None, code="withdrawn_by_payroll", reason=reason)
    await _record(tx, found, by, "instruction.withdrawn", now, reason)


async def _find(tx: WriteTx, vpd: str, submittal_id: UUID, version: int) -> Any:
    await hold_intake(tx, vpd)  # no run is frozen meanwhile
    found = await tx.one_or_none(
        select(instruction).where(
            instruction.c.vpd == vpd,
            instruction.c.submittal_id == submittal_id,
            instruction.c.version == version,
            instruction.c.content.is_not(None),
        )
    )
    if found is None:
        raise NotFound("There is no such record that you may see.", field="submittal_id")
    if found.state not in TAKEABLE:
        raise InARun(f"It is {found.state}: what is in a run is never edited, only corrected.", field="submittal_id")
    return found


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if not said:
        raise Invalid("Say why: the department reads it.", field="reason")
    if len(said) > _LONGEST_REASON:
        raise Invalid(f"Say it in {_LONGEST_REASON} characters.", field="reason")
    return said


async def _set(tx: WriteTx, found: Any, **values: Any) -> None:
    await tx.execute(
        update(instruction)
        .where(
            instruction.c.vpd == found.vpd,
            instruction.c.submittal_id == found.submittal_id,
            instruction.c.version == found.version,
        )
        .values(**values)
    )


async def _tell(tx: WriteTx, vpd: str, found: Any, code: str, reason: str, now: datetime) -> None:
    """Publish that it is held. Each time anew: a record may be held, released and held again before its run."""
    name = await tx.scalar(
        select(pay_period.c.pay_name).where(pay_period.c.vpd == vpd, pay_period.c.run_code == found.run_code)
    )
    # From 2 on: the first is the run's own, should a rule hold it there after it was released.
    attempt = await _times(tx, found, Outcome.HELD) + 2
    told = Fact(
        found.submittal_id,
        found.version,
        found.employee_number,
        Outcome.HELD,
        code=code,
        reason=reason,
        run_code=found.run_code,
        pay_name=name,
        attempt=attempt,
    )
    await settle(tx, vpd, [told], now)


async def _times(tx: ReadTx, found: Any, outcome: Outcome) -> int:
    count = select(func.count()).where(
        fact.c.vpd == found.vpd,
        fact.c.submittal_id == found.submittal_id,
        fact.c.version == found.version,
        fact.c.outcome == outcome.value,
    )
    return int(await tx.scalar(count) or 0)


async def _record(tx: WriteTx, found: Any, by: str, action: str, now: datetime, reason: str | None = None) -> None:
    detail = {"version": found.version, "employee_number": found.employee_number}
    if reason is not None:
        detail["reason"] = reason
    await audit.record(tx, found.vpd, actor=by, action=action, about=str(found.submittal_id), at=now, detail=detail)
