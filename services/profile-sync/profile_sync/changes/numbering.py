"""Giving changes their places in the feed, once they are committed.

A number that is drawn when a row is written says nothing of when it is committed: whoever reads "after the last number"
loses the row of a slow transaction that drew a lower one. So rows are numbered afterwards, by one transaction at a time,
which sees committed rows only and holds its lock to its own commit: no lower place can ever appear behind a reader.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import psycopg
import structlog
from sqlalchemy import ARRAY, Text, bindparam, text

from esrlink.db import Database
from esrlink.db.connecting import connect_args
from esrlink.db.transient import is_transient
from esrlink.db.urls import libpq_url
from esrlink.observability import metrics
from profile_sync.trusts import registered_trusts

log = structlog.get_logger()

_BATCH = 5_000
_CHANNEL = "profile_sync_changes"
# As often as the relay looks; whoever asks for changes has them numbered at once.
_POLL = 0.25
_PAUSE = 1.0

_PENDING = text("SELECT 1 FROM change WHERE position IS NULL LIMIT 1")
_LOCK = text("SELECT pg_advisory_xact_lock(:lock)").bindparams(lock=0x43_48_47)  # "CHG"
_NUMBER = text(
    """
    WITH due AS MATERIALIZED (SELECT id FROM change WHERE position IS NULL ORDER BY id LIMIT :batch),
         numbered AS MATERIALIZED (SELECT id, nextval('change_position') AS position FROM due),
         done AS (UPDATE change c SET position = n.position FROM numbered n WHERE c.id = n.id RETURNING c.vpd)
    SELECT count(*) AS rows, array_agg(DISTINCT vpd) AS vpds FROM done
    """
)
_NOTIFY = text("SELECT pg_notify(:channel, array_to_string(CAST(:vpds AS text[]), ','))").bindparams(
    bindparam("vpds", type_=ARRAY(Text)), channel=_CHANNEL
)


class Bell:
    """Wakes those who wait for changes of a trust, in this process."""

    def __init__(self) -> None:
        self._waiting: list[tuple[frozenset[str], asyncio.Event]] = []

    @asynccontextmanager
    async def listening(self, vpds: Iterable[str]) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever there may be something new of these trusts; who waits clears it first."""
        entry = (frozenset(vpds), asyncio.Event())
        self._waiting.append(entry)
        try:
            yield entry[1]
        finally:
            self._waiting.remove(entry)

    def ring(self, vpds: Iterable[str]) -> None:
        """There is something new of these trusts."""
        changed = frozenset(vpds)
        for wanted, event in self._waiting:
            if wanted & changed:
                event.set()


async def number(database: Database, vpds: Iterable[str]) -> int:
    """Number all committed changes of these trusts, and wake who waits for them anywhere. Returns how many there were."""
    wanted, total = list(vpds), 0
    async with database.read(wanted) as tx:
        if await tx.scalar(_PENDING) is None:
            return 0
    rows = _BATCH
    while rows == _BATCH:
        async with database.write(wanted) as tx:
            await tx.execute(_LOCK)
            numbered = (await tx.execute(_NUMBER, {"batch": _BATCH})).one()
            if numbered.rows:
                await tx.execute(_NOTIFY, {"vpds": numbered.vpds})
        rows = numbered.rows
        total += rows
    return total


class Numbering:
    """Numbers the changes of all trusts, and rings the bell when any process has numbered some."""

    def __init__(self, database: Database, bell: Bell) -> None:
        self._database = database
        self._bell = bell

    async def run(self) -> None:
        """Number for ever. Passing faults are waited out; any other error ends the loop."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.RETRIED.labels(self._database.service, "changes").inc()
                log.warning("changes.waiting", service=self._database.service, error=type(error).__name__)
                await asyncio.sleep(_PAUSE)

    async def _listen(self) -> None:
        service = self._database.service
        conninfo = libpq_url(self._database.engine.url.render_as_string(hide_password=False))
        async with await psycopg.AsyncConnection.connect(
            conninfo, autocommit=True, **connect_args(f"{service} changes")
        ) as connection:
            await connection.execute(f"LISTEN {_CHANNEL}")
            while True:
                async with self._database.read() as tx:
                    vpds = await registered_trusts(tx)
                await number(self._database, vpds)
                async for told in connection.notifies(timeout=_POLL, stop_after=1):
                    self._bell.ring(told.payload.split(","))
