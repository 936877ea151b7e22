"""The flow that the fault tests put under load: committed events, relays and consumers as processes, effects in a table.

A person's event number n is committed beside a row that says so, and its effect is a row that tells its place. So the
tables alone can prove that each committed event took effect once, and in order.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    insert,
    text,
)
from sqlalchemy.pool import NullPool

from esrlink.contracts import ProfileImported, Received
from esrlink.db import Database, WriteTx, install
from esrlink.db.infrastructure import DEAD_LETTER_TABLES, NAMING
from esrlink.db.migrations import _grant
from esrlink.db.tenancy import enable_sql
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres

VPD = "277"
GROUP = "storm"
_TAKE_EFFECT = text(
    "INSERT INTO effect (person, number)"
    " SELECT person, number FROM unnest(CAST(:people AS text[]), CAST(:numbers AS int[]))"
    " WITH ORDINALITY AS t (person, number, n) ORDER BY n"
)
metadata = MetaData(naming_convention=NAMING)
install(metadata)
written = Table(
    "written", metadata, Column("person", Text, primary_key=True), Column("number", Integer, primary_key=True)
)
effect = Table(
    "effect",
    metadata,
    Column("place", BigInteger, Identity(), primary_key=True),
    Column("person", Text, nullable=False),
    Column("number", Integer, nullable=False),
    UniqueConstraint("person", "number"),
)


def make_database(postgres: EmbeddedPostgres, name: str) -> str:
    """A database with these tables; gives its address for the running role."""
    postgres.ensure_database(name)
    engine = create_engine(sqlalchemy_url(postgres.owner_url(name)), poolclass=NullPool)
    with engine.connect() as connection:
        metadata.create_all(connection)
        for table in DEAD_LETTER_TABLES:
            connection.execute(text(enable_sql(table)))
        _grant(connection, APP_ROLE)
        connection.commit()
    engine.dispose()
    return sqlalchemy_url(postgres.app_url(name))


class Writer:
    """Commits events for people in turn, each with the next number of that person."""

    def __init__(self, database: Database, people: int) -> None:
        self._database = database
        self._people = [f"{number:08d}" for number in range(people)]
        self._next: Counter[str] = Counter()
        self._turn = 0
        self.committed = 0

    async def commit(self, count: int) -> None:
        """One transaction with `count` events."""
        numbered = []
        for _ in range(count):
            person = self._people[self._turn % len(self._people)]
            self._turn += 1
            self._next[person] += 1
            numbered.append((person, self._next[person]))
        async with self._database.write([VPD]) as tx:
            await tx.execute(insert(written), [{"person": person, "number": number} for person, number in numbered])
            tx.emit(*(event(person, number) for person, number in numbered))
        self.committed += count


def event(person: str, number: int) -> ProfileImported:
    """The `number`th event of a person: of the size of a real one."""
    return ProfileImported(
        vpd=VPD,
        employee_number=person,
        revision=number,
        as_of="2026-08-03T00:00:00Z",  # type: ignore[arg-type]
        source_file="GO_277_GDW_GOC_20260803_00000001.DAT",
        person_id=person,
        family_name="Example",
        given_name="Invented",
        email=f"invented.{person}@trust.example",
    )


async def take_effect(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
    """The consumer's handler: the effect of an event is a row."""
    await tx.execute(
        _TAKE_EFFECT,
        {
            "people": [one.event.employee_number for one in received],
            "numbers": [one.event.revision for one in received],
        },
    )


class Part:
    """A relay or a consumer as a process of its own, which can be killed and is started again."""

    def __init__(self, kind: str, environment: dict[str, str], log: Path) -> None:
        self.kind = kind
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.part", self.kind],
                env={**os.environ, **self._environment},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    @property
    def ended(self) -> int | None:
        """Its exit status, if it ended by itself."""
        return None if self._process is None else self._process.poll()
