"""Transactions that say what they may do: `read` or `write`, and for which trusts.

One commit at the edge of a request or message, never inside. A `WriteTx` collects the events that it emits and writes
them to the outbox in the same transaction, just before the commit: a committed change is published, a rolled-back one
never is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.rows import namedtuple_row
from pydantic_core import from_json, to_json
from sqlalchemy import CursorResult, Executable, Row, RowMapping, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from esrlink import crash
from esrlink.clock import Clock, SystemClock
from esrlink.contracts import Event, Received
from esrlink.db.connecting import STATEMENT_TIMEOUT, connect_args, replace_if_ended
from esrlink.db.outbox import write_emitted
from esrlink.db.questions import Question, ask_together, order
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.observability.tracing import current_traceparent, follow

T = TypeVar("T")

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

_OPEN = text("SELECT set_config('esrlink.vpds', :vpds, true), set_config('transaction_read_only', :read_only, true)")
_OPEN_TO_ASK = "SELECT set_config('esrlink.vpds', %(vpds)s, true), set_config('transaction_read_only', 'on', true)"


class ReadTx:
    """A transaction that can only read, and only rows of its trusts."""

    def __init__(self, connection: AsyncConnection, driver: psycopg.AsyncConnection[Any], vpds: frozenset[str]) -> None:
        self.connection = connection
        self.vpds = vpds
        self._driver = driver

    async def ask(self, *questions: Question[Any]) -> None:
        """Ask all of these in one round trip, in this order; their answers are with them then."""
        await ask_together(self.connection, self._driver, questions)

    async def answer(self, question: Question[T]) -> T:
        """The answer to one question by itself."""
        await self.ask(question)
        return question.answer

    async def execute(self, statement: Executable, parameters: Parameters = None) -> CursorResult[Any]:
        """Run one statement; in a `ReadTx` PostgreSQL refuses any that writes."""
        return await self.connection.execute(statement, parameters)

    async def all(self, statement: Executable, parameters: Parameters = None) -> Sequence[Row[Any]]:
        """All rows."""
        return (await self.execute(statement, parameters)).all()

    async def one_or_none(self, statement: Executable, parameters: Parameters = None) -> Row[Any] | None:
        """The only row, or none."""
        return (await self.execute(statement, parameters)).one_or_none()

    async def mappings(self, statement: Executable, parameters: Parameters = None) -> Sequence[RowMapping]:
        """All rows as mappings."""
        return (await self.execute(statement, parameters)).mappings().all()

    async def scalar(self, statement: Executable, parameters: Parameters = None) -> Any:
        """The first column of the first row, or none."""
        return (await self.execute(statement, parameters)).scalar()

    async def driver(self) -> psycopg.AsyncConnection[Any]:
        """The psycopg connection below, for COPY in the same transaction."""
        return self._driver


class WriteTx(ReadTx):
    """A transaction that can write, and emits events that are published if, and only if, it commits."""

    def __init__(self, connection: AsyncConnection, driver: psycopg.AsyncConnection[Any], vpds: frozenset[str]) -> None:
        super().__init__(connection, driver, vpds)
        self.emitted: list[tuple[Event, str | None]] = []

    def emit(self, *events: Event, because: Received[Event] | str | None = None) -> None:
        """Publish these once this transaction has committed, in this order per key.

        `because` is what led to them, when that is not the work in hand as a whole: an event of many in one batch, or a
        traceparent that was kept with a row. They go on with its trace.
        """
        if because is None:
            traceparent = current_traceparent()
        else:
            traceparent = follow(because if isinstance(because, str) else because.traceparent)
        self.emitted.extend((event, traceparent) for event in events)


AlongWithEvents = Callable[[Sequence[Event], datetime], Sequence[Question[None]]]


class Database:
    """One service's database."""

    def __init__(
        self,
        url: str,
        *,
        service: str,
        clock: Clock | None = None,
        pool_size: int = 10,
        statement_timeout: timedelta = STATEMENT_TIMEOUT,
    ) -> None:
        self.service = service
        self.clock = clock or SystemClock()
        # Tells the relay of this process that there is something to publish; its poll finds what others wrote.
        self.wrote_events = asyncio.Event()
        self.event_commits = 0
        # What a service writes beside the events of a transaction, in it: the outbox holds their keys, so that rows
        # about one key are written in the order in which they are committed.
        self.along_with_events: AlongWithEvents | None = None
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            connect_args=connect_args(service, statement_timeout=statement_timeout),
            # An error's text goes to places that a row's values must not.
            hide_parameters=True,
            # Hundreds of rows go out as one value, and Python's own way takes several times as long.
            json_serializer=to_json,
            json_deserializer=from_json,
        )
        event.listen(self.engine.sync_engine, "checkout", replace_if_ended)
        self._asking = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def read(self, vpds: Iterable[str] = ()) -> AsyncIterator[ReadTx]:
        """A read-only transaction for these trusts. With none it sees only what belongs to no trust."""
        scope = frozenset(vpds)
        async with self._begin(scope, read_only=True) as (connection, driver):
            yield ReadTx(connection, driver, scope)

    async def ask(self, vpds: Iterable[str], question: LiteralString, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """All rows of one statement in psycopg's words (`%(name)s`), read for these trusts in a single round trip.

        For what is read hundreds of times a second. The trusts are stated and the statement runs in one transaction, which
        PostgreSQL itself ends with the round trip, whatever becomes of us: the connection keeps nothing of it.
        """
        stated = _stated(frozenset(vpds))
        async with self._asking.connect() as connection:
            driver = await _driver(connection)
            found = driver.cursor(row_factory=namedtuple_row)
            # Without BEGIN, all that is sent before the pipeline's end is one transaction.
            async with driver.pipeline():
                await driver.cursor().execute(_OPEN_TO_ASK, {"vpds": stated}, prepare=True)
                await found.execute(question, parameters, prepare=True)
            return await found.fetchall()

    @asynccontextmanager
    async def write(self, vpds: Iterable[str] = ()) -> AsyncIterator[WriteTx]:
        """A transaction for these trusts that commits on leaving, with its events, or leaves no trace."""
        scope = frozenset(vpds)
        async with self._begin(scope, read_only=False) as (connection, driver):
            tx = WriteTx(connection, driver, scope)
            yield tx
            _refuse_broken(driver)
            if tx.emitted:
                now = self.clock.now()
                events = [event for event, _ in tx.emitted]
                along = self.along_with_events(events, now) if self.along_with_events else ()
                await write_emitted(connection, driver, tx.emitted, service=self.service, now=now, along=along)
            crash.point("transaction.before_commit")
        crash.point("transaction.after_commit")
        if tx.emitted:
            self.event_commits += 1
            self.wrote_events.set()

    @asynccontextmanager
    async def _begin(
        self, vpds: frozenset[str], *, read_only: bool
    ) -> AsyncIterator[tuple[AsyncConnection, psycopg.AsyncConnection[Any]]]:
        stated = order(_OPEN, {"vpds": _stated(vpds), "read_only": "on" if read_only else "off"})
        async with self.engine.begin() as connection:
            driver = await _driver(connection)
            await ask_together(connection, driver, [stated])
            yield connection, driver

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _stated(vpds: frozenset[str]) -> str:
    """The trusts as the setting `esrlink.vpds` states them. Raises `ValueError` for what is no VPD."""
    bad = [vpd for vpd in vpds if not (len(vpd) == 3 and vpd.isascii() and vpd.isdigit())]
    if bad and vpds is not EVERY_TRUST:  # by identity: no value that came from outside can ever be it
        raise ValueError("a transaction's trusts are VPDs of three digits")
    return ",".join(sorted(vpds))


async def _driver(connection: AsyncConnection) -> psycopg.AsyncConnection[Any]:
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)  # noqa: S101 - the only driver that is configured
    return driver


def _refuse_broken(driver: psycopg.AsyncConnection[Any]) -> None:
    """PostgreSQL answers COMMIT after a failed statement with a silent rollback: nobody may take that for success."""
    if driver.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
        raise RuntimeError("a statement of this transaction failed and the error was swallowed: it is rolled back")
