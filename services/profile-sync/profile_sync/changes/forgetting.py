"""Forgetting changes and deliveries of long ago, and remembering up to where."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy import text

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.transient import is_transient
from esrlink.observability import metrics
from profile_sync.changes.numbering import registered_trusts

log = structlog.get_logger()

_BATCH = 5_000
_CHANGES = text(
    """
    WITH due AS (SELECT id FROM change WHERE vpd = :vpd AND changed_at < :before AND position IS NOT NULL
                  ORDER BY changed_at LIMIT :batch FOR UPDATE SKIP LOCKED),
         gone AS (DELETE FROM change c USING due d WHERE c.id = d.id RETURNING c.position),
         kept AS (INSERT INTO change_floor (vpd, position) SELECT :vpd, max(position) FROM gone HAVING count(*) > 0
                      ON CONFLICT (vpd) DO UPDATE SET position = greatest(change_floor.position, excluded.position))
    SELECT count(*) FROM gone
    """
)
_DELIVERIES = text(
    """
    WITH gone AS (DELETE FROM webhook_delivery WHERE (vpd, delivery_id) IN (
                  SELECT vpd, delivery_id FROM webhook_delivery WHERE vpd = :vpd AND created_at < :before
                   ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED) RETURNING webhook_id, state),
         missed AS (UPDATE webhook w SET missed_at = :now
                     WHERE w.vpd = :vpd AND w.webhook_id IN (SELECT webhook_id FROM gone WHERE state <> 'delivered'))
    SELECT count(*) FROM gone
    """
)


class ForgettingChanges:
    """Forgets what is older than `keep`, of every trust that is set up; any number may do it at a time."""

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
                metrics.RETRIED.labels(self._database.service, "old changes").inc()
                log.warning("changes.not_forgotten", service=self._database.service, error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def forget(self) -> None:
        """Forget all that is due."""
        now = self._clock.now()
        before = now - self._keep
        async with self._database.read() as tx:
            vpds = await registered_trusts(tx)
        for vpd in vpds:
            for statement in (_CHANGES, _DELIVERIES):
                gone = _BATCH
                while gone == _BATCH:
                    async with self._database.write([vpd]) as tx:
                        gone = await tx.scalar(statement, {"vpd": vpd, "before": before, "now": now, "batch": _BATCH})
