"""Housekeeping: answers that are kept to be repeated are forgotten after a day, a few thousand rows at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.register import registered_vpds
from esrlink.db.transient import is_transient
from esrlink.observability import metrics
from submittals.flow.answered import FORGET, KEPT

log = structlog.get_logger()

_BATCH = 5_000


class ForgettingAnswers:
    """Forgets the answers of all trusts; any number may do it at a time."""

    def __init__(self, database: Database, clock: Clock, *, every: timedelta = timedelta(hours=1)) -> None:
        self._database = database
        self._clock = clock
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Forget for ever. Passing faults wait for the next turn; any other error ends the loop."""
        while True:
            try:
                await self.forget()
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.RETRIED.labels(self._database.service, "answers").inc()
                log.warning("forgetting.waiting", what="answers", error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def forget(self) -> int:
        """Forget all that is due. Returns how many that were."""
        before, total = self._clock.now() - KEPT, 0
        async with self._database.read() as tx:
            vpds = await registered_vpds(tx)
        for vpd in vpds:
            gone = _BATCH
            while gone == _BATCH:
                async with self._database.write([vpd]) as tx:
                    gone = int(await tx.scalar(FORGET, {"vpd": vpd, "before": before, "batch": _BATCH}))
                total += gone
        return total
