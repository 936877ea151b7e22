"""The history of a person: each revision that was applied, when, from which file, and what it changed.

What is older than the setting `keep_history` is forgotten in the background; the newest revision of a person never is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select, text

from esrlink.clock import Clock
from esrlink.db import Database, ReadTx
from esrlink.db.transient import is_transient
from esrlink.observability import metrics
from profile_sync.tables import person_revision, trust

log = structlog.get_logger()

# One that lasts would hold up imports of the trust.
_BATCH = 5_000

_FORGET = text(
    """
    DELETE FROM person_revision WHERE ctid = ANY(ARRAY(
        SELECT r.ctid FROM person_revision r
         WHERE r.vpd = :vpd AND r.applied_at < :before
           AND EXISTS (SELECT 1 FROM person_revision n
                        WHERE n.vpd = r.vpd AND n.employee_number = r.employee_number AND n.revision > r.revision)
         LIMIT :batch FOR UPDATE SKIP LOCKED))
    """
)


async def revisions_of(
    tx: ReadTx, vpd: str, employee_number: str, *, before: int | None = None, limit: int = 50
) -> Sequence[Any]:
    """What is kept of a person's history, newest first; with `before`, from behind that revision."""
    wanted = (person_revision.c.vpd == vpd, person_revision.c.employee_number == employee_number)
    statement = select(person_revision).where(*wanted).order_by(person_revision.c.revision.desc()).limit(limit)
    return await tx.all(statement if before is None else statement.where(person_revision.c.revision < before))


class Forgetting:
    """Forgets the old history of every trust that is set up; any number may do it at a time."""

    def __init__(
        self, database: Database, clock: Clock, keep: timedelta, *, every: timedelta = timedelta(hours=1)
    ) -> None:
        self._database = database
        self._clock = clock
        self._keep = keep
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Forget for ever. Passing faults wait for the next turn; any other error ends the loop."""
        while True:
            try:
                await self.forget()
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.RETRIED.labels(self._database.service, "history").inc()
                log.warning("history.waiting", service=self._database.service, error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def forget(self) -> int:
        """Forget all that is due. Returns how many revisions that were."""
        before, total = self._clock.now() - self._keep, 0
        async with self._database.read() as tx:
            vpds = [row.vpd for row in await tx.all(select(trust.c.vpd).order_by(trust.c.vpd))]
        for vpd in vpds:
            gone = _BATCH
            while gone == _BATCH:
                async with self._database.write([vpd]) as tx:
                    gone = (await tx.execute(_FORGET, {"vpd": vpd, "before": before, "batch": _BATCH})).rowcount
                total += gone
        return total
