"""The file that holds the tables: takes batches of messages, each into effect once.

The events' ids and their rows are one transaction, so an event that comes again has no effect, and a process that is killed
leaves a batch whole or not at all. A message that cannot be taken is noted with its reason and the rest go on.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import structlog

from esr_reporting.catalogue import TABLES
from esr_reporting.opening import connect
from esr_reporting.reading import Kind, Readable, SetAside, read, set_aside
from esrlink import crash
from esrlink.clock import Clock
from esrlink.contracts import Message
from esrlink.errors import Conflict

log = structlog.get_logger()

# Long enough that opening costs little, short enough that somebody who reads a report hardly waits.
_HOLD_SECONDS = 2.0

_MACHINERY = """
CREATE TABLE about (layout VARCHAR, made_at TIMESTAMPTZ);
CREATE TABLE received (
    event_id UUID PRIMARY KEY, topic VARCHAR, vpd VARCHAR, time TIMESTAMPTZ, taken_at TIMESTAMPTZ, replayed BOOLEAN);
CREATE TABLE set_aside (
    digest VARCHAR PRIMARY KEY, topic VARCHAR, type VARCHAR, event_id UUID, vpd VARCHAR, kind VARCHAR, reason VARCHAR,
    set_aside_at TIMESTAMPTZ);
"""
_RECEIVE = """
INSERT INTO received
SELECT unnest(from_json_strict(?::JSON, '[{"event_id": "UUID", "topic": "VARCHAR", "vpd": "VARCHAR",
    "time": "TIMESTAMPTZ", "taken_at": "TIMESTAMPTZ", "replayed": "BOOLEAN"}]'), max_depth := 2)
ON CONFLICT DO NOTHING RETURNING event_id
"""
_SET_ASIDE = "INSERT INTO set_aside VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
# What a message may be to blame for. All else (a full disk, a lost file) ends the process, and nothing is committed.
_OF_THE_DATA = (duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException)

_SCHEMA = _MACHINERY + "".join(table.definition for table in TABLES)
LAYOUT = hashlib.sha256(_SCHEMA.encode()).hexdigest()


class OtherLayout(Conflict):
    """The file was made by another release, with other tables."""

    code, title = "other_layout", "The tables are of another release"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch."""

    fresh: int
    repeated: int
    set_aside: int


class Ledger:
    """One file of tables. It is opened when there is something to take, and let go of soon after."""

    def __init__(self, path: Path, clock: Clock, *, memory: str = "512MB", replay_topics: Collection[str] = ()) -> None:
        self.path = path
        self._clock = clock
        self._memory = memory
        self._replay_topics = tuple(replay_topics)
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._held_since = 0.0

    def take(self, messages: Sequence[Message]) -> Taken:
        """Take a batch into effect. Raises `Unavailable` when others hold the file too long, and `OtherLayout`."""
        connection = self._opened()
        found = [what for message in messages if (what := read(message, self._replay_topics)) is not None]
        readable = [what for what in found if isinstance(what, Readable)]
        aside = [what for what in found if isinstance(what, SetAside)]
        fresh = self._apply(connection, readable, aside)
        if time.monotonic() - self._held_since > _HOLD_SECONDS:
            self.let_go()
        return Taken(fresh, len(readable) - fresh, len(aside))

    def prepare(self) -> None:
        """Make the file and its tables if they are not there. Raises as `take` does."""
        self._opened()
        self.let_go()

    def let_go(self) -> None:
        """Let others at the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = connect(self.path, memory=self._memory)
            try:
                _prepare(connection, self._clock)
            except BaseException:
                connection.close()
                raise
            self._connection, self._held_since = connection, time.monotonic()
        return self._connection

    def _apply(
        self, connection: duckdb.DuckDBPyConnection, readable: Sequence[Readable], aside: Sequence[SetAside]
    ) -> int:
        """Apply all in one transaction; if one of them cannot be applied, find just that one and note it."""
        try:
            return self._transaction(connection, readable, aside)
        except _OF_THE_DATA as error:
            if not readable:
                raise
            if len(readable) == 1:
                # Never its text: a database error quotes the values of the row.
                one = set_aside(readable[0].message, Kind.UNFIT, type(error).__name__)
                log.error("reporting.set_aside", topic=one.topic, error=type(error).__name__)  # noqa: TRY400
                return self._transaction(connection, (), [*aside, one])
            half = len(readable) // 2
            return self._apply(connection, readable[:half], aside) + self._apply(connection, readable[half:], ())

    def _transaction(
        self, connection: duckdb.DuckDBPyConnection, readable: Sequence[Readable], aside: Sequence[SetAside]
    ) -> int:
        connection.execute("BEGIN")
        try:
            fresh = self._receive(connection, readable)
            by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for one in readable:
                if one.received.id in fresh:
                    by_table[one.row.table.name].append(one.row.values)
            for table in TABLES:
                if rows := by_table.get(table.name):
                    connection.execute(table.merge, [json.dumps(rows)])
            for what in aside:
                known = (what.digest, what.topic, what.type, what.event_id, what.vpd, what.kind, what.reason)
                connection.execute(_SET_ASIDE, [*known, self._clock.now()])
            crash.point("reporting.before_effect")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        return len(fresh)

    def _receive(self, connection: duckdb.DuckDBPyConnection, readable: Sequence[Readable]) -> set[Any]:
        """Note the events; return the ids of those that had not come before."""
        now = self._clock.now().isoformat()
        rows = {
            one.received.id: {
                "event_id": str(one.received.id),
                "topic": one.received.event.TOPIC,
                "vpd": one.received.event.vpd,
                "time": one.received.time.isoformat(),
                "taken_at": now,
                "replayed": one.received.replay,
            }
            for one in readable
        }
        if not rows:
            return set()
        return {row[0] for row in connection.execute(_RECEIVE, [json.dumps(list(rows.values()))]).fetchall()}


def _prepare(connection: duckdb.DuckDBPyConnection, clock: Clock) -> None:
    made = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'about'").fetchone()
    if made is None:
        connection.execute("BEGIN")
        for statement in _SCHEMA.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        connection.execute("INSERT INTO about VALUES (?, ?)", [LAYOUT, clock.now()])
        connection.execute("COMMIT")
        return
    layout = connection.execute("SELECT layout FROM about").fetchone()
    if layout is None or layout[0] != LAYOUT:
        raise OtherLayout(
            "These tables were made by another release, and tables are never migrated here: make them anew with"
            " `esrlink reporting rebuild`. Reports can be read until then with the release that made them."
        )
