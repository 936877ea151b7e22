"""Builds the tables anew from the oldest message on the bus, beside those in use, and puts them in their place when complete.

Nothing is ever silently forgotten: when the bus no longer has what the old tables know, the rebuild stops and says what to
replay; started again, it goes on. The old tables answer reports, and a running consumer fills them, until the very end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from esr_reporting.builds import Build, Builds
from esr_reporting.catalogue import TABLES
from esr_reporting.consumer import Consumer
from esr_reporting.ledger import OtherLayout
from esr_reporting.opening import attach, connect
from esrlink.errors import Conflict

# An event may reach the old tables while we look at both: then the new ones have it at the second look.
_LOOKS = 2
# For the person who is to replay them: which topics fill a table.
_TOPICS = {
    "person": "esr.profile.imported",
    "link": "profile.linked, profile.unlinked, profile.review_needed",
    "submitted": "submittal.submitted",
    "absence": "submittal.approved",
    "attendance": "submittal.approved",
    "withdrawal": "submittal.withdrawn",
    "outcome": "esr.record.settled",
    "run": "esr.run.sent",
    "job_plan": "jobplan.updated",
}


class Incomplete(Conflict):
    """The new tables lack rows that the old ones have."""

    code, title = "rebuild_incomplete", "The bus no longer has all events"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made: rows by table, and the rows that the old tables had and these have not."""

    rows: Mapping[str, int]
    missing: Mapping[str, int]


async def rebuild(
    builds: Builds, consumer: Consumer, *, memory: str, quiet: timedelta, poll: timedelta, anyway: bool
) -> Rebuilt:
    """Fill new tables until nothing has come for `quiet`, compare them with the old ones, and put them in their place.

    Raises `Incomplete` when rows are missing, unless `anyway`; and `Unavailable` when the bus does not answer.
    """
    old = builds.current()
    for _ in range(_LOOKS):
        fresh = await _filled(builds, consumer, _quiet_for(quiet, poll))
        rows, missing = compare(old, fresh, memory=memory)
        if not missing:
            break
    if missing and not anyway:
        raise Incomplete(_told(missing))
    builds.finish()
    return Rebuilt(rows, missing)


async def _filled(builds: Builds, consumer: Consumer, until: Callable[[int], bool]) -> Build:
    fresh = builds.unfinished() or builds.begin()
    try:
        await consumer.fill(fresh, until=until)
    except OtherLayout:  # it was begun by another release
        builds.abandon()
        fresh = builds.begin()
        await consumer.fill(fresh, until=until)
    return fresh


def _quiet_for(quiet: timedelta, poll: timedelta) -> Callable[[int], bool]:
    empty = 0

    def enough(messages: int) -> bool:
        nonlocal empty
        empty = 0 if messages else empty + 1
        return empty * poll >= quiet

    return enough


def compare(old: Build | None, fresh: Build, *, memory: str) -> tuple[dict[str, int], dict[str, int]]:
    """Rows of the fresh tables, and by table how many rows of the old ones, told by their keys, they lack."""
    with connect(None, memory=memory) as connection:
        attach(connection, fresh.path, "fresh")
        rows = {table.name: _count(connection, f"SELECT count(*) FROM fresh.{table.name}") for table in TABLES}  # noqa: S608
        if old is None or not old.path.exists():
            return rows, {}
        attach(connection, old.path, "old")
        there = set(connection.execute(_OLD_COLUMNS).fetchall())
        missing = {
            table.name: _count(
                connection,
                f"SELECT count(*) FROM old.{table.name} ANTI JOIN fresh.{table.name} USING ({', '.join(table.key)})",  # noqa: S608
            )
            for table in TABLES
            if all((table.name, column) in there for column in table.key)
        }
        return rows, {name: count for name, count in missing.items() if count}


_OLD_COLUMNS = "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'old'"


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def _told(missing: Mapping[str, int]) -> str:
    lines = [f"{name}: {count} rows ({_TOPICS[name]})" for name, count in missing.items()]
    return (
        "The bus no longer has everything that the tables in use were made from. Missing from the new ones: "
        + "; ".join(lines)
        + ". Publish those topics again (`esrlink replay TOPIC --from … --to … --to-topic reporting.rebuild`) and start this"
        " rebuild again with `--topic reporting.rebuild`: it goes on from here. `--anyway` puts the new tables in place as"
        " they are."
    )
