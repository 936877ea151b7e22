"""The relay: empties a service's outbox onto the bus, at least once, one active relay for each lane.

It reads unpublished rows (never "after the last id", which would lose a row that commits late), publishes a batch, waits
for every acknowledgement, and marks the batch. The lanes' locks live on the same connection as the marking: a relay whose
connection is cut can neither mark nor hold its lanes, and another takes over. What was published and not marked is
published again; the event id removes the double.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
import structlog
from psycopg.types.json import set_json_loads
from pydantic_core import from_json

from esrlink import crash
from esrlink.bus.port import Bus
from esrlink.contracts import Message
from esrlink.db.connecting import connect_args
from esrlink.db.database import Database
from esrlink.db.urls import libpq_url
from esrlink.errors import Unavailable
from esrlink.observability import metrics
from esrlink.outbox_rows import SHARDS

log = structlog.get_logger()

# Of one lane. A batch costs two round trips whatever it holds; more than this gains little and holds more memory.
BATCH = 500
_LANES = 0x4553_524C  # lock class of the lanes
_CHANNEL = "esrlink_outbox"
# Whoever commits a thousand times a second need not say so a thousand times: a NOTIFY holds up other commits.
_NOTIFY_PAUSE = 0.005

# Each lane's oldest rows by the lanes' own index, in its order: any other plan reads the whole backlog for every batch, or
# every row that was published before it. The planner guesses wrong just when it matters, after an outage with all rows
# unpublished; so a lane is asked for as a range (an equality would let it walk the primary key), and PLAN does the rest. A
# generic plan would also compare each row with each of those on their way, one by one: with it the throughput halves.
FETCH = """
SELECT o.* FROM unnest(%(lanes)s::int[]) AS lane
 CROSS JOIN LATERAL (
       SELECT seq, topic, key, headers, value FROM outbox
        WHERE published_at IS NULL AND shard >= lane AND shard < lane + 1 AND seq <> ALL(%(ahead)s::bigint[])
        ORDER BY shard, seq LIMIT %(limit)s) AS o
 ORDER BY o.seq
"""
PLAN = "SET enable_bitmapscan = off; SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan"
_MARK = "UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY(%s)"


class _Row(NamedTuple):
    seq: int
    topic: str
    key: str
    headers: dict[str, str]
    value: bytes


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
        self._told = 0

    async def run(self) -> None:
        """Publish for ever. Passing faults are waited out; any other error ends the loop, and with it the process."""
        while True:
            try:
                await self._lead()
            except (Unavailable, psycopg.OperationalError) as error:
                metrics.RETRIED.labels(self._database.service, "relay").inc()
                why = error.detail if isinstance(error, Unavailable) else ""
                log.warning("relay.waiting", service=self._database.service, error=type(error).__name__, why=why)
                await asyncio.sleep(self._pause)

    async def _lead(self) -> None:
        self._lanes = set()
        conninfo = libpq_url(self._database.engine.url.render_as_string(hide_password=False))
        async with await psycopg.AsyncConnection.connect(
            conninfo, autocommit=True, **connect_args(f"{self._database.service} relay")
        ) as connection:
            set_json_loads(from_json, connection)
            # One that comes while a statement runs is handed to us by the driver, and shows on the socket no more.
            connection.add_notify_handler(lambda _: self._database.wrote_events.set())
            await connection.execute(PLAN)
            # A mark that a power cut takes back is an event that is published again, which its id makes harmless: no mark
            # need wait for the disk.
            await connection.execute("SET synchronous_commit = off")
            await connection.execute(f"LISTEN {_CHANNEL}")
            while True:
                if len(self._lanes) < SHARDS:
                    await self._take_lanes(connection)
                self._database.wrote_events.clear()
                await self._empty_all(connection)
                await self._tell_others(connection)
                await self._wait(connection)

    async def _take_lanes(self, connection: psycopg.AsyncConnection[Any]) -> None:
        for lane in set(range(SHARDS)) - self._lanes:
            taken = await connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LANES, lane])
            row = await taken.fetchone()
            if row and row[0]:
                self._lanes.add(lane)

    async def _empty_all(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Empty our lanes, in two halves beside each other: while one waits for the brokers, the other makes its batch."""
        lanes = sorted(self._lanes)
        halves = [half for half in (lanes[::2], lanes[1::2]) if half]
        emptying = [asyncio.ensure_future(self._empty(connection, half)) for half in halves]
        try:
            await asyncio.gather(*emptying)
        finally:
            for half in emptying:
                half.cancel()
            await asyncio.gather(*emptying, return_exceptions=True)

    async def _empty(self, connection: psycopg.AsyncConnection[Any], lanes: Sequence[int]) -> None:
        """Publish batch after batch until none is left; while one is on its way, the one before is marked and the next read.

        No batch is sent before all of the one before it is acknowledged: were that one to fail, the order of a key
        would be lost.
        """
        acknowledged: list[_Row] = []
        batch = await self._fetch(connection, lanes, ahead=[])
        while batch:
            crash.point("outbox.before_publish")
            sending = asyncio.ensure_future(
                self._bus.publish([Message(r.topic, r.key, r.value, r.headers) for r in batch])
            )
            try:
                await self._mark(connection, acknowledged)
                # Who did not fill a batch has left nothing behind; whoever commits meanwhile wakes us for another turn.
                following = await self._fetch(connection, lanes, ahead=batch) if len(batch) >= BATCH else []
                await sending
            finally:
                # Without our connection we lead no more, and nothing may go out beside what the next one sends.
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
            crash.point("outbox.published")
            acknowledged, batch = batch, following
        await self._mark(connection, acknowledged)

    async def _fetch(
        self, connection: psycopg.AsyncConnection[Any], lanes: Sequence[int], *, ahead: Sequence[_Row]
    ) -> list[_Row]:
        """The oldest rows of each of `lanes` that are neither published nor in `ahead`, which is on its way."""
        asked = {"lanes": lanes, "ahead": [row.seq for row in ahead], "limit": BATCH}
        found = await connection.execute(FETCH, asked, binary=True)
        return [_Row(*row) for row in await found.fetchall()]

    async def _mark(self, connection: psycopg.AsyncConnection[Any], rows: Sequence[_Row]) -> None:
        if not rows:
            return
        await connection.execute(_MARK, [[row.seq for row in rows]])
        for topic, count in Counter(row.topic for row in rows).items():
            metrics.PUBLISHED.labels(self._database.service, topic).inc(count)

    async def _tell_others(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Wake the relays that lead lanes which we do not, if this process has committed events since it last did."""
        committed = self._database.event_commits
        if len(self._lanes) < SHARDS and committed != self._told:
            self._told = committed
            await connection.execute(f"NOTIFY {_CHANNEL}")
            await asyncio.sleep(_NOTIFY_PAUSE)

    async def _wait(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Until this process commits events, another one says that it did, or it is time to look all the same."""
        loop, wake = asyncio.get_running_loop(), self._database.wrote_events
        # Between two statements the server sends nothing but a notification (or the end).
        loop.add_reader(connection.fileno(), wake.set)
        try:
            async with asyncio.timeout(self._poll):
                await wake.wait()
        except TimeoutError:
            return
        finally:
            loop.remove_reader(connection.fileno())
