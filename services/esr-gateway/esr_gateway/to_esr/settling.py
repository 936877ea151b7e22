"""What became of instructions: each fact is written down once, moves its instruction on, and is published.

The same fact a second time (a confirmation that comes again, a crash between steps) changes and publishes nothing. An
instruction never moves back: what ESR showed later counts more than what it said earlier. The one way back is that of a file
of which two people found that it was never sent (`resolving`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esr_gateway.to_esr.periods import pay_run_from_code
from esrlink.contracts import Outcome, PayRun, RecordSettled
from esrlink.db import WriteTx

_ORDER = ("waiting", "held", "frozen", "unknown", "sent", "accepted", "missing", "rejected", "differs", "landed")
_BLOCK = 5_000

# Of several facts about one instruction the furthest along moves it. That it was told of a run moves nothing: it waits still.
_MOVE_ON = """
, furthest AS (
    SELECT DISTINCT ON (submittal_id, version) * FROM new WHERE outcome <> 'scheduled'
     ORDER BY submittal_id, version, array_position(:order, outcome) DESC
), moved AS (
    UPDATE instruction i SET state = f.outcome, code = f.code, reason = f.reason FROM furthest f
     WHERE i.vpd = :vpd AND i.submittal_id = f.submittal_id AND i.version = f.version
       AND array_position(:order, i.state) <= array_position(:order, f.outcome)
)
SELECT n.submittal_id, n.version, n.outcome, n.about, n.row_number, i.employee_number, i.traceparent
  FROM new n LEFT JOIN instruction i ON i.vpd = :vpd AND i.submittal_id = n.submittal_id AND i.version = n.version
"""
_NEW = "RETURNING submittal_id, version, outcome, about, code, reason, row_number"
_ORDERED = bindparam("order", value=list(_ORDER), type_=ARRAY(Text))
# One parameter, however many rows: a list of VALUES costs more to compile than to run.
_SETTLE = text(f"""
WITH new AS (
    INSERT INTO fact (vpd, submittal_id, version, outcome, about, code, reason, field, file_name, row_number, occurred_at)
    SELECT :vpd, r.submittal_id, r.version, r.outcome, r.about, r.code, r.reason, r.field, r.file_name, r.row_number, :now
      FROM jsonb_to_recordset(:rows) AS r(
           submittal_id uuid, version int, outcome text, about text, code text, reason text, field text, file_name text,
           row_number int)
    ON CONFLICT DO NOTHING
    {_NEW}
){_MOVE_ON}
""").bindparams(bindparam("rows", type_=JSONB), _ORDERED)  # noqa: S608 - no value of anybody's
# All lines of a file at once: what is the same of each never leaves the database.
_SETTLE_FILE = text(f"""
WITH new AS (
    INSERT INTO fact (vpd, submittal_id, version, outcome, about, code, reason, field, file_name, row_number, occurred_at)
    SELECT l.vpd, l.submittal_id, l.version, :outcome, :about, :code, :reason, :field, l.file_name, l.row_number, :now
      FROM line l WHERE l.vpd = :vpd AND l.file_name = :file_name
    ON CONFLICT DO NOTHING
    {_NEW}
){_MOVE_ON} ORDER BY n.row_number
""").bindparams(_ORDERED)  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about one instruction. `run_code` is a code such as MN2705; `attempt` is how often its file is sent."""

    submittal_id: UUID
    version: int
    employee_number: str
    outcome: Outcome
    code: str | None = None
    reason: str | None = None
    field: str | None = None
    run_id: UUID | None = None
    run_code: str | None = None
    pay_name: str | None = None
    file_name: str | None = None
    row_number: int | None = None
    attempt: int = 1

    @property
    def about(self) -> str:
        """What lets a fact come again: being told of a run, or held from one, for each; being in doubt, for each attempt."""
        return about(self.outcome, self.run_code, self.attempt)


@dataclass(frozen=True, slots=True)
class FileFact:
    """One fact about every line of a file of the run. Else as `Fact`."""

    file_name: str
    outcome: Outcome
    run_id: UUID
    run_code: str
    pay_name: str
    code: str | None = None
    reason: str | None = None
    field: str | None = None
    attempt: int = 1


def about(outcome: Outcome, run_code: str | None, attempt: int) -> str:
    """What tells facts of one outcome apart: the run, the attempt to send, or nothing, for what can be only once."""
    if outcome in {Outcome.SCHEDULED, Outcome.HELD}:
        return f"{run_code or ''}{f' {attempt}' if attempt > 1 else ''}"
    return str(attempt) if outcome is Outcome.UNKNOWN and attempt > 1 else ""


async def settle(tx: WriteTx, vpd: str, facts: Iterable[Fact], now: datetime) -> int:
    """Write down and publish those of `facts` that are new; return how many were."""
    remaining = iter(facts)
    count = 0
    while block := list(islice(remaining, _BLOCK)):
        count += await _settle_block(tx, vpd, block, now)
    return count


async def settle_file(tx: WriteTx, vpd: str, fact: FileFact, now: datetime) -> int:
    """Write down and publish one fact of every line of a file, where it is new; return of how many it was."""
    said = {"outcome": fact.outcome.value, "code": fact.code, "reason": fact.reason, "field": fact.field}
    named = {"vpd": vpd, "file_name": fact.file_name, "about": about(fact.outcome, fact.run_code, fact.attempt)}
    fresh = await tx.all(_SETTLE_FILE, {**said, **named, "now": now})
    for row in fresh:
        tx.emit(_event(vpd, fact, row, now), because=row.traceparent)
    return len(fresh)


async def _settle_block(tx: WriteTx, vpd: str, facts: Sequence[Fact], now: datetime) -> int:
    by_key = {(f.submittal_id, f.version, f.outcome.value, f.about): f for f in facts}
    rows = [
        {
            "submittal_id": str(f.submittal_id),
            "version": f.version,
            "outcome": f.outcome.value,
            "about": told,
            "code": f.code,
            "reason": f.reason,
            "field": f.field,
            "file_name": f.file_name,
            "row_number": f.row_number,
        }
        for (_, _, _, told), f in by_key.items()
    ]
    new = await tx.all(_SETTLE, {"vpd": vpd, "now": now, "rows": rows})
    traces = {(row.submittal_id, row.version, row.outcome, row.about): row.traceparent for row in new}
    # In the order given: it is the order of what happened.
    for key, one in by_key.items():
        if key in traces:
            tx.emit(_event(vpd, one, one, now), because=traces[key])
    return len(new)


@lru_cache(maxsize=256)
def _pay_run(code: str) -> PayRun:
    return pay_run_from_code(code)


def _event(vpd: str, one: Fact | FileFact, whose: Any, now: datetime) -> RecordSettled:
    """The event of a fact; `whose` has the instruction's id, version, person and row."""
    return RecordSettled(
        vpd=vpd,
        employee_number=whose.employee_number,
        submittal_id=whose.submittal_id,
        version=whose.version,
        outcome=one.outcome,
        occurred_at=now,
        code=one.code,
        reason=one.reason,
        field=one.field,
        run_id=one.run_id,
        run=_pay_run(one.run_code) if one.run_code else None,
        pay_name=one.pay_name,
        file_name=one.file_name,
        row_number=whose.row_number,
    )
