"""The loop that works jobs off: letter by letter, each with its effect, its state and the job's progress in one transaction.

So a process that is killed leaves no letter half done, and any replica goes on where it was. Several replicas may run it:
the turn on the job's row makes sure that one letter is worked on once.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row

from esrlink import crash
from esrlink.bus.dead_letters import Letter, LetterState, earlier_of_the_same, find_letter, hold_letter
from esrlink.bus.patience import patiently
from esrlink.bus.reasons import ReasonClass, reason_of
from esrlink.bus.retrying import Retrying
from esrlink.bus.retrying_jobs import Job, advance, find_job, finish_job, next_letters, running_jobs, take_turn
from esrlink.db.database import WriteTx
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.db.transient import is_of_another_release, is_transient

log = structlog.get_logger()

_BATCH = 100


class RetryLoop:
    """Works the jobs of one service off, one after the other. `every` is how soon a new one is noticed."""

    def __init__(self, retrying: Retrying, *, every: timedelta = timedelta(seconds=1)) -> None:
        self._retrying = retrying
        self._database = retrying.database
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Work for ever. Passing faults are waited out."""
        while True:
            await patiently(self.work_off, service=self._database.service, what="retry_all")
            await asyncio.sleep(self._every)

    async def work_off(self) -> None:
        """Work off all jobs that there are."""
        async with self._database.read() as tx:
            jobs = await running_jobs(tx)
        for job in jobs:
            while await self.batch(job.id):
                pass

    async def batch(self, job_id: UUID) -> bool:
        """Work on a job for a while. False when it has ended, or another replica works on it."""
        async with self._database.read(EVERY_TRUST) as tx:
            job = await find_job(tx, job_id, EVERY_TRUST)
        async with self._database.read(job.scope) as tx:
            letters = await next_letters(tx, job, _BATCH)
        if not letters:
            async with self._database.write() as tx:
                await finish_job(tx, job_id)
            log.info("retry_all.finished", service=self._database.service, applied=job.applied, failed=job.failed)
            return False
        for row in letters:
            if not await self._next(job, row):
                return False
        return True

    async def _next(self, job: Job, row: Row[Any]) -> bool:
        """Work on one letter. False when the turn is not ours."""
        async with self._database.read(job.scope) as tx:
            letter = await find_letter(tx, row.id)
        scope = await self._retrying.scope_of(letter)
        try:
            async with self._database.write(scope) as tx:
                if not await take_turn(tx, job, row):
                    return False
                await self._settle(tx, job, row)
                crash.point("retry_all.before_commit")
        except Exception as error:
            if is_transient(error) or is_of_another_release(error):
                raise
            # The effect was fine, but not its commit: without this the job would meet the same letter for ever.
            return await self._note_failed_commit(job, row, letter, error)
        crash.point("retry_all.after_commit")
        return True

    async def _settle(self, tx: WriteTx, job: Job, row: Row[Any]) -> None:
        letter = await hold_letter(tx, row.id)
        if letter.state is not LetterState.PARKED:
            await advance(tx, job, row)  # settled by somebody else meanwhile
        elif letter.reason_class is ReasonClass.AMBIGUOUS or await earlier_of_the_same(tx, letter.id):
            await advance(tx, job, row, left_out=1)
        else:
            retried = await self._retrying.settle(tx, letter.id, job.requested_by)
            is_failed = retried.failure is not None
            await advance(tx, job, row, applied=int(not is_failed), failed=int(is_failed))

    async def _note_failed_commit(self, job: Job, row: Row[Any], letter: Letter, error: Exception) -> bool:
        async with self._database.write(await self._retrying.scope_of(letter)) as tx:
            if not await take_turn(tx, job, row):
                return False
            await self._retrying.note_failure(tx, letter, reason_of(error), job.requested_by)
            await advance(tx, job, row, failed=1)
        return True
