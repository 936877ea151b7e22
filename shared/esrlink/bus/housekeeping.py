"""Housekeeping: what the outbox, the archive, the inbox and the bus keep is forgotten in time, so that no table grows for ever.

Published events move from the outbox to the archive (`esrlink.bus.archive`). Forgotten are archived events, ids of events
long in effect, and messages that every group has had. Never an event that waits, a message that a group has still to read,
or a dead letter: that one waits for a person.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import text

from esrlink.bus.archive import BATCH, Archivist
from esrlink.bus.port import Bus
from esrlink.db.database import Database
from esrlink.db.transient import is_transient
from esrlink.observability import metrics

log = structlog.get_logger()

# `now()` and not `clock_timestamp()`: only a time that stands still within a statement can be looked up in an index.
_RECEIVED = text(
    "DELETE FROM inbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM inbox"
    " WHERE received_at < now() - CAST(:age AS interval) ORDER BY received_at LIMIT :batch FOR UPDATE SKIP LOCKED))"
)


@dataclass(frozen=True, slots=True)
class Keep:
    """How long each is kept, by the database's own clock. Ids outlast the log: a message read again must be known."""

    published: timedelta
    received: timedelta
    bus_log: timedelta
    archive: timedelta


class Housekeeping:
    """Forgets for one service, and on the bus that it shares; any number may do it at a time."""

    def __init__(self, database: Database, bus: Bus, keep: Keep, *, every: timedelta = timedelta(hours=1)) -> None:
        self._database = database
        self._bus = bus
        self._keep = keep
        self._every = every.total_seconds()
        self._archivist = Archivist(database, keep_published=keep.published, keep_archive=keep.archive)

    async def run(self) -> None:
        """Tidy for ever. Passing faults wait for the next turn; any other error ends the loop."""
        while True:
            try:
                await self.tidy()
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.RETRIED.labels(self._database.service, "housekeeping").inc()
                log.warning("housekeeping.waiting", service=self._database.service, error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def tidy(self) -> None:
        """Move and forget all that is due."""
        await self._archivist.tidy()
        gone = BATCH
        while gone == BATCH:
            async with self._database.write() as tx:
                gone = (await tx.execute(_RECEIVED, {"age": self._keep.received, "batch": BATCH})).rowcount
        await self._bus.forget(self._keep.bus_log)
