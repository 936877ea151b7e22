"""Instructions: approved submittal versions as the gateway holds them until a run takes them.

Approvals and withdrawals may come in any order, those of other versions too: a withdrawal wins over its approval, and a newer
version over an older one (`superseding`), unless a run has already frozen the instruction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB

from esr_gateway.tables import instruction
from esr_gateway.to_esr.periods import whole_calendar
from esr_gateway.to_esr.reaching import run_for
from esr_gateway.to_esr.reference import reference_of
from esr_gateway.to_esr.settling import Fact, settle
from esr_gateway.to_esr.superseding import supersede
from esrlink.contracts import Outcome, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import ReadTx, WriteTx

TAKEABLE = ("waiting", "held")
_LOCK_CLASS = 0x4553_5249
# The first approval of a version is the one that counts. Where only its withdrawal came before, it says what was withdrawn.
_TAKE = text("""
INSERT INTO instruction AS i (vpd, submittal_id, version, employee_number, kind, state, reference, content, approved_at,
                              received_at, traceparent, product, department)
SELECT :vpd, r.submittal_id, r.version, r.employee_number, r.kind, 'waiting', r.reference, r.content, r.approved_at, :now,
       r.traceparent, r.content#>>'{source,profile,product}', r.content#>>'{source,profile,department}'
  FROM jsonb_to_recordset(:rows) AS r(
       submittal_id uuid, version int, employee_number text, kind text, reference text, content jsonb,
       approved_at timestamptz, traceparent text)
ON CONFLICT (vpd, submittal_id, version) DO UPDATE
   SET kind = excluded.kind, content = excluded.content, approved_at = excluded.approved_at,
       traceparent = excluded.traceparent, product = excluded.product, department = excluded.department
 WHERE i.content IS NULL
""").bindparams(bindparam("rows", type_=JSONB))
# Withdrawn already: a newer version took its place, and here is what the department says of it.
_WITHDRAW = text("""
INSERT INTO instruction AS i (vpd, submittal_id, version, employee_number, state, reference, received_at, reason)
SELECT :vpd, r.submittal_id, r.version, r.employee_number, 'withdrawn', r.reference, :now, r.reason
  FROM jsonb_to_recordset(:rows) AS r(
       submittal_id uuid, version int, employee_number text, reference text, reason text)
ON CONFLICT (vpd, submittal_id, version) DO UPDATE
   SET state = 'withdrawn', code = NULL, reason = excluded.reason
 WHERE i.state IN ('waiting', 'held', 'withdrawn')
""").bindparams(bindparam("rows", type_=JSONB))
_TOLD = text("""
UPDATE instruction i SET run_code = f.run_code
  FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS int[]), CAST(:codes AS text[])) AS f (submittal_id, version, run_code)
 WHERE i.vpd = :vpd AND i.submittal_id = f.submittal_id AND i.version = f.version
""")
_HOLD = text("SELECT pg_advisory_xact_lock(:lock_class, :vpd)")


async def hold_intake(tx: WriteTx, vpd: str) -> None:
    """One at a time takes instructions of a trust in, takes them back or freezes them, until this transaction ends.

    Replicas share the topics out by person, and the versions of one record may be of two: side by side, neither would see
    the other's. And an instruction that comes while a run is frozen is told of the one after.
    """
    await tx.execute(_HOLD, {"lock_class": _LOCK_CLASS, "vpd": int(vpd)})


async def take(
    tx: WriteTx,
    vpd: str,
    approvals: Sequence[SubmittalApproved],
    now: datetime,
    *,
    traces: Mapping[tuple[UUID, int], str] | None = None,
) -> None:
    """Hold approved versions for the run that they will reach, and say which that is.

    `traces` has the traceparents of the approvals by submittal and version.
    """
    await hold_intake(tx, vpd)
    rows = [
        {
            "submittal_id": str(approved.submittal_id),
            "version": approved.version,
            "employee_number": approved.employee_number,
            "kind": approved.kind,
            "reference": reference_of(approved.submittal_id, approved.version),
            "content": approved.model_dump(mode="json"),
            "approved_at": approved.approved_at.isoformat(),
            "traceparent": (traces or {}).get((approved.submittal_id, approved.version)),
        }
        for approved in {(one.submittal_id, one.version): one for one in approvals}.values()
    ]
    await tx.execute(_TAKE, {"vpd": vpd, "now": now, "rows": rows})
    submittals = {one.submittal_id for one in approvals}
    await supersede(tx, vpd, submittals)
    await schedule(tx, vpd, now, only_new=submittals)


async def withdraw(tx: WriteTx, vpd: str, withdrawals: Sequence[SubmittalWithdrawn], now: datetime) -> None:
    """Take instructions back that are not in a run yet. One that is stays: what is frozen is never edited."""
    await hold_intake(tx, vpd)
    rows = [
        {
            "submittal_id": str(withdrawn.submittal_id),
            "version": withdrawn.version,
            "employee_number": withdrawn.employee_number,
            "reference": reference_of(withdrawn.submittal_id, withdrawn.version),
            "reason": withdrawn.reason,
        }
        for withdrawn in {(one.submittal_id, one.version): one for one in withdrawals}.values()
    ]
    await tx.execute(_WITHDRAW, {"vpd": vpd, "now": now, "rows": rows})
    await supersede(tx, vpd, {one.submittal_id for one in withdrawals})


async def schedule(
    tx: WriteTx, vpd: str, now: datetime, *, only_new: Collection[UUID] | None = None, attempt: int = 1
) -> None:
    """Tell every instruction that waits which run it will reach, where that is new; and why, where it is a later one.

    With `only_new`, only those of these submittals that were never told, for the how-manieth time (`attempt`) in all. The caller
    holds the intake.
    """
    calendar = await whole_calendar(tx, vpd)
    if not any(period.is_open for period in calendar):
        return
    statement = select(
        instruction.c.submittal_id,
        instruction.c.version,
        instruction.c.employee_number,
        instruction.c.run_code,
        instruction.c.approved_at,
    ).where(instruction.c.vpd == vpd, instruction.c.state == "waiting", instruction.c.content.is_not(None))
    if only_new is not None:
        these = any_(literal(sorted(only_new), ARRAY(Uuid)))
        statement = statement.where(instruction.c.submittal_id == these, instruction.c.run_code.is_(None))
    facts = []
    for row in await tx.all(statement):
        told = run_for(calendar, row.approved_at, row.run_code)
        if told is not None and told.period.run_code != row.run_code:
            facts.append(
                Fact(
                    row.submittal_id,
                    row.version,
                    row.employee_number,
                    Outcome.SCHEDULED,
                    code=told.code,
                    reason=told.reason,
                    run_code=told.period.run_code,
                    pay_name=told.period.pay_name,
                    attempt=attempt,
                )
            )
    if not facts:
        return
    await settle(tx, vpd, facts, now)
    await tx.execute(
        _TOLD,
        {
            "vpd": vpd,
            "ids": [fact.submittal_id for fact in facts],
            "versions": [fact.version for fact in facts],
            "codes": [fact.run_code for fact in facts],
        },
    )


async def counts(tx: ReadTx, vpd: str) -> dict[str, int]:
    """How many instructions are in each state; a withdrawal whose approval never came is none."""
    rows = await tx.all(
        select(instruction.c.state, func.count().label("n"))
        .where(instruction.c.vpd == vpd, instruction.c.content.is_not(None))
        .group_by(instruction.c.state)
    )
    return {row.state: row.n for row in rows}
