"""The bus on PostgreSQL, for the try-out and single sites: one log table, one cursor for each group and topic.

Writers take turns (one advisory lock, batches keep it short), so that ids are in commit order and a reader can never
pass over a row that commits late. One member of a group reads at a time; another takes over when its connection ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from esrlink.bus.port import Ends
from esrlink.contracts import Message
from esrlink.db.connecting import connect_args
from esrlink.db.urls import libpq_url
from esrlink.errors import Unavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS bus_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    headers jsonb NOT NULL,
    value bytea NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS bus_log_topic_id ON bus_log (topic, id);
CREATE TABLE IF NOT EXISTS bus_cursor (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (consumer_group, topic)
);
ALTER TABLE bus_cursor ADD COLUMN IF NOT EXISTS seen_at timestamptz NOT NULL DEFAULT clock_timestamp();
"""
_CHANNEL = "esrlink_bus"
_WRITERS = 0x4553_5201
_READERS = 0x4553_52  # lock class; the second half is the hash of the group

_APPEND = """
INSERT INTO bus_log (topic, key, headers, value)
SELECT m.topic, m.key, m.headers, m.value
  FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::bytea[]) WITH ORDINALITY AS m (topic, key, headers, value, n)
 ORDER BY m.n
"""

_POLL = """
SELECT m.id, m.topic, m.key, m.headers, m.value
  FROM unnest(%(topics)s::text[], %(positions)s::bigint[]) AS c (topic, position)
 CROSS JOIN LATERAL (
       SELECT * FROM bus_log l WHERE l.topic = c.topic AND l.id > c.position ORDER BY l.id LIMIT %(limit)s) AS m
 ORDER BY m.id LIMIT %(limit)s
"""

_ADVANCE = """
UPDATE bus_cursor c SET position = p.position, seen_at = clock_timestamp()
  FROM unnest(%s::text[], %s::bigint[]) AS p (topic, position)
 WHERE c.consumer_group = %s AND c.topic = p.topic AND c.position < p.position
"""

_SEEN = "UPDATE bus_cursor SET seen_at = clock_timestamp() WHERE consumer_group = %s AND topic = ANY(%s)"

_ENDS = "SELECT topic, max(id) FROM bus_log WHERE topic = ANY(%s) GROUP BY topic"
_HAS_TAKEN = """
SELECT coalesce(bool_and(coalesce(c.position, 0) >= e.last), true)
  FROM unnest(%s::text[], %s::bigint[]) AS e (topic, last)
  LEFT JOIN bus_cursor c ON c.consumer_group = %s AND c.topic = e.topic
"""

# A group of which nobody was seen for so long is no more; without this one that was given up would hold the log for ever.
_GROUP_LIVES = timedelta(days=30)
_FORGET_BATCH = 5_000
_FORGET = """
DELETE FROM bus_log WHERE id IN (
       SELECT l.id FROM bus_log l
        WHERE l.written_at < clock_timestamp() - %s::interval
          AND NOT EXISTS (SELECT FROM bus_cursor c
                           WHERE c.topic = l.topic AND c.position < l.id AND c.seen_at > clock_timestamp() - %s::interval)
        ORDER BY l.id LIMIT %s FOR UPDATE SKIP LOCKED)
"""


class PostgresBus:
    """A `Bus` in one PostgreSQL database; `url` is a database of its own."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        self._conninfo = libpq_url(url)
        self._starting = asyncio.Lock()
        self._started = False
        self._pool = AsyncConnectionPool(
            self._conninfo,
            min_size=1,
            max_size=pool_size,
            open=False,
            timeout=5,
            kwargs={"autocommit": True, **connect_args("bus")},
            # A connection that the server closed meanwhile is replaced before anybody gets it.
            check=AsyncConnectionPool.check_connection,
        )

    async def start(self) -> None:
        """Connect and make the tables if they are not there."""
        async with self._starting:
            if not self._started:
                await self._start()
                self._started = True

    async def _start(self) -> None:
        try:
            await self._pool.open(wait=True, timeout=10)
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])
                await connection.execute(_SCHEMA)
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable("the bus database does not answer") from error

    async def stop(self) -> None:
        """Close the connections."""
        await self._pool.close(timeout=5)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Append `messages` in order, in one transaction."""
        if not messages:
            return
        await self.start()
        columns = (
            [m.topic for m in messages],
            [m.key for m in messages],
            [Jsonb(dict(m.headers)) for m in messages],
            [m.value for m in messages],
        )
        try:
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])
                await connection.execute(_APPEND, columns)
                await connection.execute(f"NOTIFY {_CHANNEL}")
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable("the bus database does not answer") from error

    async def forget(self, older_than: timedelta) -> None:
        """Delete messages of that age, but none that a known group has still to read."""
        await self.start()
        try:
            gone = _FORGET_BATCH
            while gone == _FORGET_BATCH:
                async with self._pool.connection() as connection:
                    gone = (await connection.execute(_FORGET, [older_than, _GROUP_LIVES, _FORGET_BATCH])).rowcount
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable("the bus database does not answer") from error

    async def ends(self, topics: Sequence[str]) -> Ends:
        """Where these topics end now."""
        await self.start()
        try:
            async with self._pool.connection() as connection:
                rows = await (await connection.execute(_ENDS, [list(topics)])).fetchall()
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable("the bus database does not answer") from error
        return {(topic, 0): last for topic, last in rows}

    async def has_taken(self, group: str, ends: Ends) -> bool:
        """Whether `group` has committed everything that was published before `ends`."""
        await self.start()
        topics, lasts = [topic for topic, _ in ends], list(ends.values())
        try:
            async with self._pool.connection() as connection:
                row = await (await connection.execute(_HAS_TAKEN, [topics, lasts, group])).fetchone()
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable("the bus database does not answer") from error
        return bool(row and row[0])

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[PostgresSubscription]:
        """Wait for our turn in `group`, then read from where it stopped."""
        await self.start()
        try:
            connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, row_factory=dict_row, **connect_args(f"bus {group}")
            )
        except psycopg.OperationalError as error:
            raise Unavailable("the bus database does not answer") from error
        async with connection:
            yield PostgresSubscription(connection, group, list(topics))


class PostgresSubscription:
    """One member's view of a group: positions are read on joining and kept in step by `commit`."""

    def __init__(self, connection: psycopg.AsyncConnection[dict[str, Any]], group: str, topics: list[str]) -> None:
        self._connection = connection
        self._group = group
        self._topics = topics
        self._positions: dict[str, int] | None = None

    async def poll(self, limit: int, timeout: timedelta) -> Sequence[Message]:
        """Up to `limit` messages, waiting for a write (or our turn in the group) up to `timeout`."""
        try:
            if self._positions is None and not await self._join():
                await asyncio.sleep(min(timeout.total_seconds(), 1.0))
                return []
            messages = await self._next(limit)
            if not messages:
                await self._wait(timeout)
                messages = await self._next(limit)
        except psycopg.OperationalError as error:
            raise Unavailable("the bus database does not answer") from error
        return messages

    async def commit(self) -> None:
        """Remember that this group has everything polled so far."""
        if self._positions:
            try:
                await self._connection.execute(
                    _ADVANCE, [list(self._positions), list(self._positions.values()), self._group]
                )
            except psycopg.OperationalError as error:
                raise Unavailable("the bus database does not answer") from error

    async def _join(self) -> bool:
        turn = await self._connection.execute(
            "SELECT pg_try_advisory_lock(%s, hashtext(%s)) AS mine", [_READERS, self._group]
        )
        row = await turn.fetchone()
        if not row or not row["mine"]:
            return False
        await self._connection.execute(
            "INSERT INTO bus_cursor (consumer_group, topic) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [self._group, self._topics],
        )
        await self._connection.execute(_SEEN, [self._group, self._topics])
        rows = await self._connection.execute(
            "SELECT topic, position FROM bus_cursor WHERE consumer_group = %s AND topic = ANY(%s)",
            [self._group, self._topics],
        )
        self._positions = {row["topic"]: row["position"] for row in await rows.fetchall()}
        await self._connection.execute(f"LISTEN {_CHANNEL}")
        return True

    async def _next(self, limit: int) -> list[Message]:
        positions = self._positions or {}
        rows = await self._connection.execute(
            _POLL, {"topics": list(positions), "positions": list(positions.values()), "limit": limit}
        )
        messages = []
        for row in await rows.fetchall():
            positions[row["topic"]] = row["id"]
            messages.append(Message(row["topic"], row["key"], row["value"], row["headers"]))
        return messages

    async def _wait(self, timeout: timedelta) -> None:
        async for _ in self._connection.notifies(timeout=timeout.total_seconds(), stop_after=1):
            pass
