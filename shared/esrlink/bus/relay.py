"""The relay: empties a service's outbox onto the bus, at least once, one active relay for each lane.

It reads unpublished rows (never "after the last id", which would lose a row that commits late), publishes a batch, waits
for every acknowledgement, and marks the batch. The lanes' locks live on the same connection as the marking: a relay whose
connection is cut can neither mark nor hold its lanes, and another takes over. What was published and not marked is
published again; the event id removes the double.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import structlog
from psycopg.rows import dict_row

from esrlink import crash
from esrlink.bus.port import Bus
from esrlink.contracts import Message
from esrlink.db.connecting import connect_args
from esrlink.db.database import Database
from esrlink.db.outbox import SHARDS
from esrlink.db.urls import libpq_url
from esrlink.errors import Unavailable
from esrlink.observability import metrics

log = structlog.get_logger()

# 500 rows a batch publish some 150 times faster than one by one; more gains little and holds more memory.
BATCH = 500
_LANES = 0x4553_524C  # lock class of the lanes

_UNPUBLISHED = """
SELECT seq, topic, key, headers, value FROM outbox
 WHERE published_at IS NULL AND shard = ANY(%s) ORDER BY seq LIMIT %s
"""


class Relay:
    """Publishes what one service committed."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        poll: timedelta = timedelta(milliseconds=250),
        pause: timedelta = timedelta(seconds=1),
    ) -> None:
        self._database = database
        self._bus = bus
        self._poll = poll.total_seconds()
        self._pause = pause.total_seconds()
        self._lanes: set[int] = set()

    async def run(self) -> None:
        """Publish for ever. Passing faults are waited out; any other error ends the loop, and with it the process."""
        while True:
            try:
                await self._lead()
            except (Unavailable, psycopg.OperationalError) as error:
                metrics.RETRIED.labels(self._database.service, "relay").inc()
                log.warning("relay.waiting", service=self._database.service, error=type(error).__name__)
                await asyncio.sleep(self._pause)

    async def _lead(self) -> None:
        self._lanes = set()
        conninfo = libpq_url(self._database.engine.url.render_as_string(hide_password=False))
        async with await psycopg.AsyncConnection.connect(
            conninfo, autocommit=True, row_factory=dict_row, **connect_args(f"{self._database.service} relay")
        ) as connection:
            while True:
                if len(self._lanes) < SHARDS:
                    await self._take_lanes(connection)
                self._database.wrote_events.clear()
                if not self._lanes or not await self._publish_batch(connection):
                    await self._wait()

    async def _take_lanes(self, connection: psycopg.AsyncConnection[dict[str, Any]]) -> None:
        for lane in set(range(SHARDS)) - self._lanes:
            taken = await connection.execute("SELECT pg_try_advisory_lock(%s, %s) AS taken", [_LANES, lane])
            row = await taken.fetchone()
            if row and row["taken"]:
                self._lanes.add(lane)

    async def _publish_batch(self, connection: psycopg.AsyncConnection[dict[str, Any]]) -> int:
        rows = await (await connection.execute(_UNPUBLISHED, [sorted(self._lanes), BATCH])).fetchall()
        if not rows:
            return 0
        crash.point("outbox.before_publish")
        await self._bus.publish([Message(r["topic"], r["key"], r["value"], r["headers"]) for r in rows])
        crash.point("outbox.published")
        await connection.execute(
            "UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY(%s)", [[r["seq"] for r in rows]]
        )
        for row in rows:
            metrics.PUBLISHED.labels(self._database.service, row["topic"]).inc()
        return len(rows)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._database.wrote_events.wait(), self._poll)
        except TimeoutError:
            return
