"""Housekeeping: what the outbox, the inbox and the bus keep is forgotten in time, so that no table grows for ever.

Forgotten are published events, ids of events long in effect, and messages that every group has had. Never an event that
waits, a message that a group has still to read, or a dead letter: that one waits for a person.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import text

from esrlink.bus.port import Bus
from esrlink.db.database import Database
from esrlink.db.transient import is_transient
from esrlink.observability import metrics

log = structlog.get_logger()

# Each delete is a transaction of its own and short, so that nobody waits for it.
_BATCH = 5_000
_PUBLISHED = text(
    "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox"
    " WHERE published_at < clock_timestamp() - CAST(:age AS interval) LIMIT :batch FOR UPDATE SKIP LOCKED)"
)
_RECEIVED = text(
    "DELETE FROM inbox WHERE (consumer, event_id) IN (SELECT consumer, event_id FROM inbox"
    " WHERE received_at < clock_timestamp() - CAST(:age AS interval) LIMIT :batch FOR UPDATE SKIP LOCKED)"
)


@dataclass(frozen=True, slots=True)
class Keep:
    """How long each is kept, by the database's own clock. Ids outlast the log: a message read again must be known."""

    published: timedelta
    received: timedelta
    bus_log: timedelta


class Housekeeping:
    """Forgets for one service, and on the bus that it shares; any number may do it at a time."""

    def __init__(self, database: Database, bus: Bus, keep: Keep, *, every: timedelta = timedelta(hours=1)) -> None:
        self._database = database
        self._bus = bus
        self._keep = keep
        self._every = every.total_seconds()

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
        """Forget all that is due."""
        for statement, age in ((_PUBLISHED, self._keep.published), (_RECEIVED, self._keep.received)):
            gone = _BATCH
            while gone == _BATCH:
                async with self._database.write() as tx:
                    gone = (await tx.execute(statement, {"age": age, "batch": _BATCH})).rowcount
        await self._bus.forget(self._keep.bus_log)
