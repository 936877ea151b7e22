"""Retrying all: a job that takes the letters of a topic or class into effect, oldest first, and can be watched and cancelled.

It is about the letters that waited when it was asked for, and only those of the asker's trusts. Left out are letters whose
effect is ambiguous, and letters that an earlier one about the same person still waits before: their order is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Select, Text, cast, func, insert, select, text, update

from esrlink.bus.dead_letters import LetterFilter, LetterState, matching
from esrlink.bus.dead_letters_deciding import WrongState
from esrlink.bus.reasons import ReasonClass
from esrlink.db.database import ReadTx, WriteTx
from esrlink.db.infrastructure import dead_letter, dead_letter_job
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.errors import NotFound
from esrlink.ids import new_id


class JobState(StrEnum):
    """Whether the job goes on."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how far it has come. What is in none of the counts in the end was settled by somebody else meanwhile."""

    id: UUID
    requested_by: str
    requested_at: datetime
    vpds: frozenset[str]
    topic: str | None
    reason_class: ReasonClass | None
    state: JobState
    total: int
    applied: int
    failed: int
    left_out: int
    finished_at: datetime | None
    after_parked_at: datetime | None
    after_id: UUID | None

    @property
    def done(self) -> int:
        """The letters that it has been through."""
        return self.applied + self.failed + self.left_out

    @property
    def scope(self) -> frozenset[str]:
        """The trusts of its transactions; the command line asks for all."""
        return EVERY_TRUST if self.vpds == EVERY_TRUST else self.vpds


async def request_job(tx: WriteTx, wanted: LetterFilter, by: str) -> Job:
    """Ask for all waiting letters of the transaction's trusts that the filter lets through to be retried."""
    values = {
        "id": new_id(),
        "requested_by": by,
        "requested_at": func.clock_timestamp(),
        "vpds": sorted(tx.vpds),
        "topic": wanted.topic,
        "reason_class": wanted.reason_class,
        "total": 0,
    }
    row = (await tx.execute(insert(dead_letter_job).values(values).returning(dead_letter_job))).one()
    letters = _letters(select(func.count()).select_from(dead_letter), _job_of(row))
    counted = update(dead_letter_job).where(dead_letter_job.c.id == row.id).values(total=await tx.scalar(letters))
    return _job_of((await tx.execute(counted.returning(dead_letter_job))).one())


async def find_job(tx: ReadTx, job_id: UUID, vpds: Collection[str]) -> Job:
    """One job, if it is about no other trusts than these. Raises `NotFound`."""
    row = await tx.one_or_none(_visible(select(dead_letter_job), vpds).where(dead_letter_job.c.id == job_id))
    if row is None:
        raise NotFound("There is no such job that you may see.")
    return _job_of(row)


async def newest_jobs(tx: ReadTx, vpds: Collection[str], limit: int = 1) -> Sequence[Job]:
    """The newest jobs that are about no other trusts than these."""
    statement = _visible(select(dead_letter_job), vpds).order_by(dead_letter_job.c.requested_at.desc()).limit(limit)
    return [_job_of(row) for row in await tx.all(statement)]


async def running_jobs(tx: ReadTx) -> Sequence[Job]:
    """The jobs that go on, the oldest first."""
    statement = select(dead_letter_job).where(dead_letter_job.c.state == JobState.RUNNING)
    return [_job_of(row) for row in await tx.all(statement.order_by(dead_letter_job.c.requested_at))]


async def cancel_job(tx: WriteTx, job_id: UUID, vpds: Collection[str]) -> Job:
    """Stop a job where it is; what it did stays. Raises `NotFound`, and `WrongState` when it has ended."""
    await find_job(tx, job_id, vpds)
    if not await _end(tx, job_id, JobState.CANCELLED):
        raise WrongState("The job has ended already.")
    return await find_job(tx, job_id, vpds)


async def finish_job(tx: WriteTx, job_id: UUID) -> None:
    """Note that nothing is left to do."""
    await _end(tx, job_id, JobState.FINISHED)


async def next_letters(tx: ReadTx, job: Job, limit: int) -> Sequence[Row[Any]]:
    """Id, trust, class and moment of the letters that come next."""
    columns = (dead_letter.c.id, dead_letter.c.parked_at, dead_letter.c.reason_class)
    ordered = _letters(select(*columns), job).order_by(dead_letter.c.parked_at, dead_letter.c.id)
    return await tx.all(ordered.limit(limit))


_ADVANCE = text(
    "UPDATE dead_letter_job SET after_parked_at = :parked_at, after_id = :letter, applied = applied + :applied,"
    " failed = failed + :failed, left_out = left_out + :left_out WHERE id = :job"
)
_TURN = text(
    "SELECT id FROM dead_letter_job WHERE id = :job AND state = 'running'"
    " AND (after_parked_at IS NULL OR (after_parked_at, after_id) < (:parked_at, :letter)) FOR UPDATE SKIP LOCKED"
)


async def take_turn(tx: WriteTx, job: Job, letter: Row[Any]) -> bool:
    """Hold the job until the transaction ends. False where another replica has it, has come further, or it was cancelled."""
    values = {"job": job.id, "parked_at": letter.parked_at, "letter": letter.id}
    return await tx.scalar(_TURN, values) is not None


async def advance(
    tx: WriteTx, job: Job, letter: Row[Any], *, applied: int = 0, failed: int = 0, left_out: int = 0
) -> None:
    """The job is through with this letter."""
    counts = {"applied": applied, "failed": failed, "left_out": left_out}
    await tx.execute(_ADVANCE, {"job": job.id, "parked_at": letter.parked_at, "letter": letter.id, **counts})


def _letters(statement: Select[Any], job: Job) -> Select[Any]:
    wanted = LetterFilter(LetterState.PARKED, job.topic, job.reason_class)
    statement = matching(statement, wanted).where(dead_letter.c.parked_at <= job.requested_at)
    if job.scope is not EVERY_TRUST:
        statement = statement.where(dead_letter.c.vpd.in_(job.vpds))
    if job.after_parked_at is not None:
        statement = statement.where(
            func.row(dead_letter.c.parked_at, dead_letter.c.id) > func.row(job.after_parked_at, job.after_id)
        )
    return statement


def _visible(statement: Select[Any], vpds: Collection[str]) -> Select[Any]:
    if vpds is EVERY_TRUST:
        return statement
    return statement.where(dead_letter_job.c.vpds.op("<@")(cast(sorted(vpds), ARRAY(Text))))


async def _end(tx: WriteTx, job_id: UUID, state: JobState) -> bool:
    ended = update(dead_letter_job).where(dead_letter_job.c.id == job_id, dead_letter_job.c.state == JobState.RUNNING)
    values = {"state": state.value, "finished_at": func.clock_timestamp()}
    return await tx.scalar(ended.values(values).returning(dead_letter_job.c.id)) is not None


def _job_of(row: Row[Any]) -> Job:
    values = {field.name: getattr(row, field.name) for field in fields(Job)}
    values["vpds"], values["state"] = frozenset(row.vpds), JobState(row.state)
    values["reason_class"] = ReasonClass(row.reason_class) if row.reason_class else None
    return Job(**values)
