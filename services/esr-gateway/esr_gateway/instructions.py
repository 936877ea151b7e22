"""Instructions: approved submittal versions as the gateway holds them until a run takes them.

An approval and its withdrawal may come in any order: the withdrawal wins, unless a run has already frozen the instruction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.pay_calendar import open_periods
from esr_gateway.reference import reference_of
from esr_gateway.settling import Fact, settle
from esr_gateway.tables import instruction
from esrlink.contracts import Outcome, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import ReadTx, WriteTx

TAKEABLE = ("waiting", "held")
_LOCK_CLASS = 0x4553_5249
_SHARE = text("SELECT pg_advisory_xact_lock_shared(:lock_class, :vpd)")
_CLOSE = text("SELECT pg_advisory_xact_lock(:lock_class, :vpd)")


async def take(tx: WriteTx, vpd: str, approvals: Sequence[SubmittalApproved], now: datetime) -> None:
    """Hold approved versions for the run that they will reach, and say which that is."""
    rows = [
        {
            "vpd": vpd,
            "submittal_id": approved.submittal_id,
            "version": approved.version,
            "employee_number": approved.employee_number,
            "kind": approved.kind,
            "state": "waiting",
            "reference": reference_of(approved.submittal_id, approved.version),
            "content": approved.model_dump(mode="json"),
            "approved_at": approved.approved_at,
            "received_at": now,
        }
        for approved in {(one.submittal_id, one.version): one for one in approvals}.values()
    ]
    statement = upsert(instruction)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["vpd", "submittal_id", "version"],
            # Only its withdrawal has come before: remember what was withdrawn, and leave it withdrawn.
            set_={name: statement.excluded[name] for name in ("kind", "content", "approved_at")},
            where=instruction.c.content.is_(None),
        ),
        rows,
    )
    # A run that is being frozen at this moment is waited for: it is not the one that these will reach.
    await tx.execute(_SHARE, {"lock_class": _LOCK_CLASS, "vpd": int(vpd)})
    await schedule(tx, vpd, now, only_new=True)


async def close_intake(tx: WriteTx, vpd: str) -> None:
    """Let no new instruction be told of a run until this transaction has ended: for whoever freezes one."""
    await tx.execute(_CLOSE, {"lock_class": _LOCK_CLASS, "vpd": int(vpd)})


async def withdraw(tx: WriteTx, vpd: str, withdrawals: Sequence[SubmittalWithdrawn], now: datetime) -> None:
    """Take instructions back that are not in a run yet. One that is stays: what is frozen is never edited."""
    statement = upsert(instruction)
    rows = [
        {
            "vpd": vpd,
            "submittal_id": withdrawn.submittal_id,
            "version": withdrawn.version,
            "employee_number": withdrawn.employee_number,
            "state": "withdrawn",
            "reference": reference_of(withdrawn.submittal_id, withdrawn.version),
            "received_at": now,
            "reason": withdrawn.reason,
        }
        for withdrawn in {(one.submittal_id, one.version): one for one in withdrawals}.values()
    ]
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["vpd", "submittal_id", "version"],
            set_={"state": "withdrawn", "reason": statement.excluded.reason},
            where=instruction.c.state.in_(TAKEABLE),
        ),
        rows,
    )


async def schedule(tx: WriteTx, vpd: str, now: datetime, *, only_new: bool = False) -> None:
    """Tell every instruction that waits (or only those that were never told) which run it will reach, where that is new."""
    periods = await open_periods(tx, vpd)
    if not periods:
        return
    statement = select(
        instruction.c.submittal_id,
        instruction.c.version,
        instruction.c.employee_number,
        instruction.c.run_code,
        instruction.c.approved_at,
    ).where(instruction.c.vpd == vpd, instruction.c.state == "waiting", instruction.c.content.is_not(None))
    if only_new:
        statement = statement.where(instruction.c.run_code.is_(None))
    waiting = await tx.all(statement)
    facts = []
    for row in waiting:
        period = next((period for period in periods if row.approved_at <= period.cut_off), None)
        if period is not None and period.run_code != row.run_code:
            facts.append(
                Fact(
                    row.submittal_id,
                    row.version,
                    row.employee_number,
                    Outcome.SCHEDULED,
                    run_code=period.run_code,
                    pay_name=period.pay_name,
                )
            )
    if not facts:
        return
    await settle(tx, vpd, facts, now)
    for code in {fact.run_code for fact in facts}:
        keys = [(fact.submittal_id, fact.version) for fact in facts if fact.run_code == code]
        await tx.execute(
            update(instruction)
            .where(instruction.c.vpd == vpd, tuple_(instruction.c.submittal_id, instruction.c.version).in_(keys))
            .values(run_code=code)
        )


async def take_for_run(tx: WriteTx, vpd: str, cut_off: datetime) -> Sequence[Any]:
    """The instructions that a run with this cut-off takes, locked; reversals first, then in the order of approval."""
    return await tx.all(
        select(instruction)
        .where(
            instruction.c.vpd == vpd,
            instruction.c.state.in_(TAKEABLE),
            instruction.c.content.is_not(None),
            instruction.c.approved_at <= cut_off,
        )
        .order_by(
            instruction.c.content["reversal"].as_boolean().desc(),
            instruction.c.approved_at,
            instruction.c.submittal_id,
            instruction.c.version,
        )
        .with_for_update()
    )


async def counts(tx: ReadTx, vpd: str) -> dict[str, int]:
    """How many instructions are in each state; a withdrawal whose approval never came is none."""
    rows = await tx.all(
        select(instruction.c.state, func.count().label("n"))
        .where(instruction.c.vpd == vpd, instruction.c.content.is_not(None))
        .group_by(instruction.c.state)
    )
    return {row.state: row.n for row in rows}
