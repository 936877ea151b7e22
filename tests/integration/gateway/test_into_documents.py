"""The step from a row for each of ESR's rows to a document for each person, and back: nothing is lost, nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from esr_gateway.bootstrap import service
from esrlink.db.migrations import downgrade, upgrade
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import LAYOUT, Go, assignment, person, position, row

COSTING = row(
    "CO",
    person_id="P20000001",
    assignment_id="A20000001",
    costing_allocation_id="C1",
    effective_start_date="20260101",
    effective_end_date="20261231",
)
ROWS = [
    person(),
    assignment(),
    COSTING,
    assignment("20000002"),
    row("ET", person_id="P20000001", person_extra_information_id="E1"),
]


def as_stored(line: str) -> tuple[str, str, str, str, str, str]:
    record = LAYOUT.record[line[:2]]
    cells = line.split("~")
    names = (record.id, record.effective_from, record.effective_to, record.parent)
    found = [cells[record.index(name)] if name else "" for name in names]
    return line[:2], found[0], found[1], found[2], found[3], line


STORED = sorted(as_stored(line) for line in [position(), *ROWS])
_READ = "SELECT record, record_id, effective_from, effective_to, parent_id, line FROM esr_row"


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A gateway's database as it was before, with rows in it."""
    name = f"documents_{uuid4().hex[:12]}"
    postgres.ensure_database(name)
    url = postgres.owner_url(name)
    upgrade(service.migrations, url, app_role=APP_ROLE)
    downgrade(service.migrations, url, to="0004")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET esrlink.vpds = '277'")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO esr_row VALUES ('277', %s, %s, %s, %s, %s, %s)", STORED)
            cursor.execute(
                "INSERT INTO person VALUES ('277', 'P20000001', '20000001', 'Okafor', 'Ana', 3, 'hash', false)"
            )
        yield connection
    postgres.drop_database(name)


def test_rows_become_documents_and_rows_again(
    postgres: EmbeddedPostgres, database: psycopg.Connection[tuple[object, ...]]
) -> None:
    url = postgres.owner_url(database.info.dbname)
    upgrade(service.migrations, url, app_role=APP_ROLE)
    people = database.execute(
        "SELECT person_id, employee_number, revision, document, keys, waiting_rows, repaint_on FROM person ORDER BY 1"
    ).fetchall()
    assert [(one[0], one[1], one[2], one[5], str(one[6])) for one in people] == [
        ("P20000001", "20000001", 3, 0, "2000-01-01"),
        ("P20000002", None, 0, 1, "2000-01-01"),
    ]
    mine = sorted(line for line in ROWS if "P20000001" in line)
    assert people[0][3] == "\x1e".join(mine)
    assert sorted(people[0][4]) == ["ASA20000001", "COC1", "ETE1", "PRP20000001"]  # type: ignore[call-overload]
    assert [one[0] for one in database.execute(_READ).fetchall()] == ["PO"]
    downgrade(service.migrations, url, to="0004")
    assert sorted(database.execute(_READ).fetchall()) == STORED
    assert database.execute("SELECT person_id, revision FROM person").fetchall() == [("P20000001", 3)]


async def test_documents_that_a_migration_made_are_completed_at_the_next_poll(gateway: GatewayUnderTest) -> None:
    await gateway.receive(Go([position(), person(), assignment(), COSTING]))
    kept = "SELECT digest, keys, repaint_on, works_until, revision FROM person"
    async with gateway.hub.database.write(["277"]) as tx:
        before = (await tx.execute(text(kept))).all()
        await tx.execute(
            text("UPDATE person SET digest = '', keys = '{}', works_until = NULL, repaint_on = '2000-01-01'")
        )
        await tx.execute(text("UPDATE exchange SET repainted_on = NULL"))
    await gateway.poll()
    async with gateway.hub.database.read(["277"]) as tx:
        after = (await tx.execute(text(kept))).all()
    assert [(*one[:1], sorted(one[1]), *one[2:]) for one in after] == [(*b[:1], sorted(b[1]), *b[2:]) for b in before]
    assert len(await gateway.people()) == 1
