"""Replay: publishes events again that were published before, so that a consumer that lost its state can be rebuilt.

They go through the outbox like any other, in their order per key, with the same ids and marked `ce_replay`: who has them
knows them by their ids. They are put there a few at a time, so that what is committed meanwhile does not wait behind a
million of them. Nothing is remembered of a replay that was killed: started again it begins from the start, and what came
twice is known by its id. Only events that are on the bus already are published again, never one that waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import ARRAY, BigInteger, bindparam, text

from esrlink import crash
from esrlink.bus.replay_request import ReplayRequest
from esrlink.db.connecting import connect_args
from esrlink.db.database import Database, WriteTx
from esrlink.db.outbox import lock_every_key, lock_keys
from esrlink.db.urls import libpq_url

BATCH = 1_000
# A relay publishes these in well under a second, and no live event waits longer for its turn.
AT_ONCE = 5 * BATCH
_POLL = timedelta(milliseconds=100)
# Millions of keys are sorted once, by PostgreSQL, on its disk.
_PLANNING = timedelta(minutes=30)

# The newest of each key is told by all events of the key that there are, also by one that still waits to be published. Begun
# before the others and committed after them, an event is older than its place says: by no more than a transaction lasts.
_NEWEST = """
SELECT seq, key, partition_key, vpd, created_at FROM (
       SELECT DISTINCT ON (key) seq, key, coalesce(headers->>'ce_partitionkey', key) AS partition_key,
              headers->>'ce_vpd' AS vpd, created_at, published FROM (
              SELECT seq, key, headers, created_at, true AS published FROM event_archive
               WHERE topic = %(topic)s AND created_at >= %(since)s - interval '1 day'
               UNION ALL
              SELECT seq, key, headers, created_at, published_at IS NOT NULL FROM outbox
               WHERE topic = %(topic)s AND NOT headers ? 'ce_replay') AS every
        ORDER BY key, seq DESC) AS newest
 WHERE published
"""
_EVERY = """
SELECT seq, key, partition_key, vpd, created_at FROM (
       SELECT seq, key, coalesce(headers->>'ce_partitionkey', key) AS partition_key, headers->>'ce_vpd' AS vpd, created_at
         FROM event_archive WHERE topic = %(topic)s AND created_at >= %(since)s AND created_at < %(until)s
        UNION ALL
       SELECT seq, key, coalesce(headers->>'ce_partitionkey', key), headers->>'ce_vpd', created_at
         FROM outbox WHERE topic = %(topic)s AND published_at IS NOT NULL AND NOT headers ? 'ce_replay') AS every
 WHERE true
"""
_WANTED = (
    " AND created_at >= %(since)s AND created_at < %(until)s AND (%(vpds)s::text[] IS NULL OR vpd = ANY(%(vpds)s))"
)

_LAST = text("SELECT coalesce(max(seq), 0) FROM outbox")
_NEWS = text("SELECT DISTINCT key FROM outbox WHERE seq > :after AND topic = :topic AND NOT headers ? 'ce_replay'")
_AGAIN = text("""
INSERT INTO outbox (event_id, shard, topic, key, headers, value)
SELECT event_id, shard, :target, key, headers || '{"ce_replay": "true"}', value FROM (
       SELECT seq, event_id, shard, key, headers, value FROM event_archive WHERE seq = ANY(:seqs)
        UNION ALL
       SELECT seq, event_id, shard, key, headers, value FROM outbox WHERE seq = ANY(:seqs)) AS found
 ORDER BY seq
RETURNING seq
""").bindparams(bindparam("seqs", type_=ARRAY(BigInteger)))
_WAITING = text("SELECT count(*) FROM outbox WHERE seq = ANY(:seqs) AND published_at IS NULL").bindparams(
    bindparam("seqs", type_=ARRAY(BigInteger))
)


@dataclass(frozen=True, slots=True)
class TrustCount:
    """What there is to publish again of one trust, and when the first and last of it were committed."""

    vpd: str
    events: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is: events put into the outbox, and of those published; and how long nothing has moved."""

    put: int
    published: int
    quiet: timedelta


@dataclass(frozen=True, slots=True)
class _Planned:
    seq: int
    key: str
    partition_key: str


async def count(database: Database, request: ReplayRequest) -> list[TrustCount]:
    """What `request` asks for, by trust."""
    by_trust = (
        f"SELECT vpd, count(*), min(created_at), max(created_at) FROM ({_sql(request)}) AS w GROUP BY 1 ORDER BY 1"  # noqa: S608 - no value of anybody's
    )
    async with _connection(database) as connection:
        rows = await (await connection.execute(by_trust, _parameters(request))).fetchall()
    return [TrustCount(*row) for row in rows]


async def replay(
    database: Database, request: ReplayRequest, tell: Callable[[Progress], None] = lambda _: None
) -> Progress:
    """Publish again what `request` asks for and wait until a relay has done it; `tell` hears of every step."""
    return await _Replay(database, request, tell).run()


class _Replay:
    def __init__(self, database: Database, request: ReplayRequest, tell: Callable[[Progress], None]) -> None:
        self._database = database
        self._request = request
        self._tell = tell
        self._outstanding: deque[list[int]] = deque()
        self._put = self._published = 0
        self._moved_at = 0.0
        # Of a state, keys with a newer event since the plan was made; and up to where the outbox was looked through for them.
        self._overtaken: set[str] = set()
        self._looked_to = 0

    async def run(self) -> Progress:
        self._moved_at = asyncio.get_running_loop().time()
        if self._request.newest_only:
            async with self._database.write() as tx:
                await lock_every_key(tx.connection)
                self._looked_to = int(await tx.scalar(_LAST))
        async for batch in self._plan():
            async with self._database.write() as tx:
                seqs = await self._put_again(tx, batch)
            self._put += len(seqs)
            self._outstanding.append(seqs)
            self._moved_at = asyncio.get_running_loop().time()
            self._tell(self._progress())
            crash.point("replay.batch")
            await self._let_publish(AT_ONCE - BATCH)
        await self._let_publish(0)
        return self._progress()

    async def _plan(self) -> AsyncIterator[list[_Planned]]:
        """The events in their order. The list stays with PostgreSQL: here is one batch of it at a time."""
        async with (
            _connection(self._database) as connection,
            connection.cursor("replay", withhold=True) as cursor,
        ):
            query = f"SELECT seq, key, partition_key FROM ({_sql(self._request)}) AS wanted ORDER BY seq"  # noqa: S608 - as above
            await cursor.execute(query, _parameters(self._request))
            while rows := await cursor.fetchmany(BATCH):
                yield [_Planned(*row) for row in rows]

    async def _put_again(self, tx: WriteTx, batch: Sequence[_Planned]) -> list[int]:
        """Put one batch into the outbox; gives its places there. A key's order holds against everybody who emits for it."""
        if self._request.newest_only:
            # Every key: only so is nothing on its way that was drawn before and is committed after the look below.
            await lock_every_key(tx.connection)
            news = await tx.all(_NEWS, {"after": self._looked_to, "topic": self._request.topic})
            self._overtaken |= {row.key for row in news}
            batch = [one for one in batch if one.key not in self._overtaken]
        else:
            await lock_keys(tx.connection, [one.partition_key for one in batch])
        parameters = {"seqs": [one.seq for one in batch], "target": self._request.target}
        seqs = [row.seq for row in await tx.all(_AGAIN, parameters)]
        if self._request.newest_only:
            self._looked_to = int(await tx.scalar(_LAST))
        return seqs

    async def _let_publish(self, most: int) -> None:
        """Wait until a relay has published so many that at most `most` are left."""
        while self._outstanding and self._put - self._published > most:
            await self._look()

    async def _look(self) -> None:
        oldest = self._outstanding[0]
        async with self._database.read() as tx:
            waiting = int(await tx.scalar(_WAITING, {"seqs": oldest}))
        if waiting == 0:
            self._outstanding.popleft()
            self._published += len(oldest)
            self._moved_at = asyncio.get_running_loop().time()
        self._tell(self._progress())
        if waiting:
            await asyncio.sleep(_POLL.total_seconds())

    def _progress(self) -> Progress:
        quiet = timedelta(seconds=asyncio.get_running_loop().time() - self._moved_at)
        return Progress(self._put, self._published, quiet)


@asynccontextmanager
async def _connection(database: Database) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    conninfo = libpq_url(database.engine.url.render_as_string(hide_password=False))
    arguments = connect_args(f"{database.service} replay", statement_timeout=_PLANNING)
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True, **arguments) as connection:
        yield connection


def _sql(request: ReplayRequest) -> str:
    return (_NEWEST if request.newest_only else _EVERY) + _WANTED


def _parameters(request: ReplayRequest) -> dict[str, Any]:
    return {
        "topic": request.topic,
        "since": request.since,
        "until": request.until,
        "vpds": list(request.vpds) or None,
    }
