"""Taking a cohort's plan into effect, block by block, and taking it back the same way.

A person says so once; the work follows in the background, in blocks of one transaction each. Each row has its own outcome, and
what was done and what is told of it are one transaction: whoever is killed leaves a whole block or nothing of it, and any
replica goes on. The cohort's row is held meanwhile, so no two work on one cohort. A row that breaks its block is tried alone, so
that it holds up nobody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import JSONB

from esrlink import crash
from esrlink.bus.patience import patiently
from esrlink.clock import Clock
from esrlink.db import Database, WriteTx
from esrlink.db.register import registered_vpds
from esrlink.db.transient import is_transient
from esrlink.errors import Conflict, EsrLinkError
from esrlink.ids import NewId
from profile_sync.cohorts.outcomes import Outcome, apply_rows, undo_rows
from profile_sync.cohorts.planning import lock_cohort, refuse_working
from profile_sync.links.locks import hold_trust
from profile_sync.tables import cohort, cohort_person
from profile_sync.trail import Author, note

log = structlog.get_logger()

# A block holds the trust's links together with other changes of profiles; this many take a fraction of a second.
BLOCK = 200

# Seconds until somebody's word is noticed: a person waits, but two statements are all that it costs.
_EVERY = 1.0

_STORE = text(
    """
    UPDATE cohort_person t
       SET outcome = g.outcome, outcome_code = g.code, outcome_sentence = g.sentence, outcome_at = :now,
           facts = COALESCE(g.facts, t.facts), told_action = g.told_action, told_profile_id = g.told_profile_id,
           decision_id = g.decision_id, difference = NULL, acknowledged = NULL, acknowledged_profile_id = NULL,
           acknowledged_note = NULL, acknowledged_by = NULL, acknowledged_at = NULL, version = t.version + 1
      FROM jsonb_to_recordset(:rows) AS g(employee_number text, product text, department text, outcome text, code text,
           sentence text, facts jsonb, told_action text, told_profile_id text, decision_id uuid)
     WHERE t.vpd = :vpd AND t.cohort_id = :cohort_id
       AND (t.employee_number, t.product, t.department) = (g.employee_number, g.product, g.department)
    """
).bindparams(bind("rows", type_=JSONB))


async def begin_applying(
    tx: WriteTx, vpd: str, cohort_id: UUID, version: int | None, *, by: Author, now: datetime
) -> None:
    """Have a cohort applied: all rows that were not, those that failed before among them.

    Raises `NotFound`, `StaleVersion`, and `Conflict` while it is being applied or undone.
    """
    row = await lock_cohort(tx, vpd, cohort_id, version)
    refuse_working(row)
    await _again(tx, vpd, cohort_id, ("failed", "skipped", "undone"), None)
    values = {"state": "applying", "version": row.version + 1, "applied_by": by.subject, "applied_at": now}
    await tx.execute(update(cohort).where(*_this(vpd, cohort_id)).values(values))
    await note(tx, vpd, by, "cohort.applied", cohort_id, now, version=row.version)


async def begin_undoing(
    tx: WriteTx, vpd: str, cohort_id: UUID, version: int | None, *, by: Author, now: datetime
) -> None:
    """Have all that a cohort did taken back. Raises as `begin_applying`, and `Conflict` where it did nothing."""
    row = await lock_cohort(tx, vpd, cohort_id, version)
    refuse_working(row)
    here = (cohort_person.c.vpd == vpd, cohort_person.c.cohort_id == cohort_id)
    done = cohort_person.c.outcome.in_(("done", "kept"))
    if not await tx.scalar(select(func.count()).select_from(cohort_person).where(*here, done)):
        raise Conflict("Nothing of this cohort was applied, so there is nothing to undo.")
    await _again(tx, vpd, cohort_id, ("kept",), "done")
    values = {"state": "undoing", "version": row.version + 1, "undone_by": by.subject, "undone_at": now}
    await tx.execute(update(cohort).where(*_this(vpd, cohort_id)).values(values))
    await note(tx, vpd, by, "cohort.undone", cohort_id, now, version=row.version)


async def _again(tx: WriteTx, vpd: str, cohort_id: UUID, outcomes: Sequence[str], to: str | None) -> None:
    c = cohort_person.c
    values = {"outcome": to, "outcome_code": None, "outcome_sentence": None, "outcome_at": None}
    here = (c.vpd == vpd, c.cohort_id == cohort_id, c.outcome.in_(outcomes))
    await tx.execute(update(cohort_person).where(*here).values(values))


@dataclass(frozen=True, slots=True)
class Applying:
    """Works off what people had applied or undone, in every trust that is set up; any number may do it at a time."""

    database: Database
    clock: Clock
    new_id: NewId
    block: int = BLOCK

    async def work(self) -> int:
        """Do all that there is to do. Returns how many blocks that took; a cohort that another replica holds is left to it."""
        async with self.database.read() as tx:
            vpds = await registered_vpds(tx)
        async with self.database.read(vpds) as tx:
            working = cohort.c.state.in_(("applying", "undoing"))
            rows = await tx.all(select(cohort.c.vpd, cohort.c.cohort_id).where(working).order_by(cohort.c.vpd))
        blocks = 0
        for row in rows:
            while await self._next_block(row.vpd, row.cohort_id):
                blocks += 1
        return blocks

    async def run(self) -> None:
        """Work for ever. Passing faults are waited out; any other error ends the loop."""
        while True:
            await patiently(self.work, service=self.database.service, what="cohorts")
            await asyncio.sleep(_EVERY)

    async def _next_block(self, vpd: str, cohort_id: UUID) -> bool:
        """One block; alone each row of it that keeps the others from it. Returns whether there may be more."""
        try:
            return await self._do(vpd, cohort_id, self.block)
        except Exception as error:
            if is_transient(error):
                raise
            log.warning("cohort.block_failed", vpd=vpd, error=type(error).__name__)
        for _ in range(self.block):
            try:
                if not await self._do(vpd, cohort_id, 1):
                    return False
            except Exception as error:
                if is_transient(error):
                    raise
                await self._do(vpd, cohort_id, 1, failing=error)
        return True

    async def _do(self, vpd: str, cohort_id: UUID, most: int, failing: Exception | None = None) -> bool:
        now = self.clock.now()
        async with self.database.write([vpd]) as tx:
            await hold_trust(tx, vpd, alone=False)
            working = cohort.c.state.in_(("applying", "undoing"))
            held = select(cohort).where(*_this(vpd, cohort_id), working).with_for_update(skip_locked=True)
            terms = await tx.one_or_none(held)
            if terms is None:
                return False
            rows = await _waiting(tx, terms, most)
            if not rows:
                state = "applied" if terms.state == "applying" else "undone"
                await tx.execute(update(cohort).where(*_this(vpd, cohort_id)).values(state=state))
                return False
            if failing is not None:
                outcomes = [_failed(row, failing, terms.state) for row in rows]
            elif terms.state == "applying":
                outcomes = await apply_rows(tx, terms, rows, now=now, new_id=self.new_id)
            else:
                outcomes = await undo_rows(tx, terms, rows, now=now, new_id=self.new_id)
            given = [one.as_row() for one in outcomes]
            await tx.execute(_STORE, {"rows": given, "vpd": vpd, "cohort_id": cohort_id, "now": now})
        crash.point("cohort.block_done")
        return True


async def _waiting(tx: WriteTx, terms: Any, most: int) -> Sequence[Any]:
    c = cohort_person.c
    waits = c.outcome.is_(None) if terms.state == "applying" else c.outcome == "done"
    here = (c.vpd == terms.vpd, c.cohort_id == terms.cohort_id, waits)
    order = (c.employee_number, c.product, c.department)
    return await tx.all(select(cohort_person).where(*here).order_by(*order).limit(most))


def _failed(row: Any, error: Exception, state: str) -> Outcome:
    expected = isinstance(error, EsrLinkError)
    code = error.code if isinstance(error, EsrLinkError) else "internal"
    sentence = str(error) if expected else "Something went wrong on our side. Apply once more, or tell your operator."
    if state == "undoing":
        return Outcome.keeping(row, code, sentence)
    return Outcome(row, "failed", code, sentence)


def _this(vpd: str, cohort_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return cohort.c.vpd == vpd, cohort.c.cohort_id == cohort_id
