"""What became of instructions: each fact is written down once, moves its instruction on, and is published.

The same fact a second time (a confirmation that comes again, a crash between steps) changes and publishes nothing. An
instruction never moves back: what ESR showed later counts more than what it said earlier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esr_gateway.to_esr.periods import pay_run_from_code
from esrlink.contracts import Outcome, RecordSettled
from esrlink.db import WriteTx

_ORDER = ("waiting", "held", "frozen", "unknown", "sent", "accepted", "rejected", "differs", "landed")
_BLOCK = 1_000

# One parameter, however many rows: a list of VALUES costs more to compile than to run.
_WRITE_DOWN = text("""
INSERT INTO fact (vpd, submittal_id, version, outcome, about, code, reason, field, file_name, row_number, occurred_at)
SELECT :vpd, r.submittal_id, r.version, r.outcome, r.about, r.code, r.reason, r.field, r.file_name, r.row_number, :now
  FROM jsonb_to_recordset(:rows) AS r(
       submittal_id uuid, version int, outcome text, about text, code text, reason text, field text, file_name text,
       row_number int)
ON CONFLICT DO NOTHING
RETURNING submittal_id, version, outcome, about
""").bindparams(bindparam("rows", type_=JSONB))

_MOVE_ON = text("""
UPDATE instruction i SET state = :state, code = f.code, reason = f.reason
  FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS int[]), CAST(:codes AS text[]), CAST(:reasons AS text[]))
       AS f (submittal_id, version, code, reason)
 WHERE i.vpd = :vpd AND i.submittal_id = f.submittal_id AND i.version = f.version AND i.state = ANY(:before)
""")

_TRACES = text("""
SELECT i.submittal_id, i.version, i.traceparent
  FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS int[])) AS f (submittal_id, version)
  JOIN instruction i ON i.vpd = :vpd AND i.submittal_id = f.submittal_id AND i.version = f.version
 WHERE i.traceparent IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about one instruction. `run_code` is a code such as MN2705."""

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

    @property
    def about(self) -> str:
        """Being told of a run, or held from one, may happen once for each run; all else once."""
        return self.run_code or "" if self.outcome in {Outcome.SCHEDULED, Outcome.HELD} else ""


async def settle(tx: WriteTx, vpd: str, facts: Iterable[Fact], now: datetime) -> int:
    """Write down and publish those of `facts` that are new; return how many were."""
    remaining = iter(facts)
    count = 0
    while block := list(islice(remaining, _BLOCK)):
        count += await _settle_block(tx, vpd, block, now)
    return count


async def _settle_block(tx: WriteTx, vpd: str, facts: Sequence[Fact], now: datetime) -> int:
    by_key = {(f.submittal_id, f.version, f.outcome.value, f.about): f for f in facts}
    rows = [
        {
            "submittal_id": str(f.submittal_id),
            "version": f.version,
            "outcome": f.outcome.value,
            "about": f.about,
            "code": f.code,
            "reason": f.reason,
            "field": f.field,
            "file_name": f.file_name,
            "row_number": f.row_number,
        }
        for f in by_key.values()
    ]
    written = {tuple(row) for row in await tx.all(_WRITE_DOWN, {"vpd": vpd, "now": now, "rows": rows})}
    fresh = [one for key, one in by_key.items() if key in written]
    await _move_on(tx, vpd, fresh)
    traces = await _traces(tx, vpd, fresh)
    for one in fresh:
        tx.emit(_event(vpd, one, now), because=traces.get((one.submittal_id, one.version)))
    return len(fresh)


async def _traces(tx: WriteTx, vpd: str, facts: Sequence[Fact]) -> dict[tuple[UUID, int], str]:
    """The traceparents of these instructions' approvals, so that what became of each goes on with its own trace."""
    ids, versions = [one.submittal_id for one in facts], [one.version for one in facts]
    rows = await tx.all(_TRACES, {"vpd": vpd, "ids": ids, "versions": versions})
    return {(row.submittal_id, row.version): row.traceparent for row in rows}


async def _move_on(tx: WriteTx, vpd: str, facts: Sequence[Fact]) -> None:
    by_outcome: Mapping[Outcome, list[Fact]] = defaultdict(list)
    for one in facts:
        if one.outcome is not Outcome.SCHEDULED:  # it still waits; only where to is known
            by_outcome[one.outcome].append(one)
    for outcome, some in by_outcome.items():
        await tx.execute(
            _MOVE_ON,
            {
                "vpd": vpd,
                "state": outcome.value,
                "ids": [one.submittal_id for one in some],
                "versions": [one.version for one in some],
                "codes": [one.code for one in some],
                "reasons": [one.reason for one in some],
                "before": list(_ORDER[: _ORDER.index(outcome.value) + 1]),
            },
        )


def _event(vpd: str, one: Fact, now: datetime) -> RecordSettled:
    return RecordSettled(
        vpd=vpd,
        employee_number=one.employee_number,
        submittal_id=one.submittal_id,
        version=one.version,
        outcome=one.outcome,
        occurred_at=now,
        code=one.code,
        reason=one.reason,
        field=one.field,
        run_id=one.run_id,
        run=pay_run_from_code(one.run_code) if one.run_code else None,
        pay_name=one.pay_name,
        file_name=one.file_name,
        row_number=one.row_number,
    )
