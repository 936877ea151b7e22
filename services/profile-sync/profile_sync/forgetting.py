"""Forgetting what is older than a trust's hub keeps, in the background and a few thousand rows at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import TextClause

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.transient import is_transient
from esrlink.observability import metrics
from profile_sync.trusts import registered_trusts

log = structlog.get_logger()

# One that lasts would hold up imports of the trust.
_BATCH = 5_000


class Forgetting:
    """Forgets what is older than `keep`, of every trust that is set up; any number may do it at a time.

    Each of the `statements` takes `vpd`, `now`, `before` and `batch`, forgets so many rows of that
    trust at most, and says how many.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        keep: timedelta,
        statements: Sequence[TextClause],
        *,
        what: str,
        every: timedelta = timedelta(hours=1),
    ) -> None:
        self._database = database
        self._clock = clock
        self._keep = keep
        self._statements = statements
        self._what = what
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Forget for ever. Passing faults wait for the next turn; any other error ends the loop."""
        while True:
            try:
                await self.forget()
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.RETRIED.labels(self._database.service, self._what).inc()
                log.warning("forgetting.waiting", what=self._what, error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def forget(self) -> int:
        """Forget all that is due. Returns how many rows that were."""
        now, total = self._clock.now(), 0
        values = {"now": now, "before": now - self._keep, "batch": _BATCH}
        async with self._database.read() as tx:
            vpds = await registered_trusts(tx)
        for vpd in vpds:
            for statement in self._statements:
                gone = _BATCH
                while gone == _BATCH:
                    async with self._database.write([vpd]) as tx:
                        gone = int(await tx.scalar(statement, {"vpd": vpd, **values}))
                    total += gone
        return total
