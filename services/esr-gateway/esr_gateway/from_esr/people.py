"""Publishes people whose picture really changed, after a merge: set-based to find them, in blocks to look at them.

The hash of the last published picture is kept for each person, so a row that ESR sends again, or a change in a column that
nobody may see, publishes nothing. Memory stays flat however many people a file touches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import tuple_row
from sqlalchemy import bindparam, text

from esr_gateway.from_esr.pictures import REGISTRATIONS, Dated, Painter, PersonRows, Surroundings, picture_hash
from esr_gateway.layout import OutboundLayout
from esrlink.clock import LONDON
from esrlink.contracts import ProfileImported
from esrlink.db import WriteTx
from esrlink.db.outbox import write_events

SERVICE = "esr-gateway"
_BLOCK = 500  # people at a time: their rows and events are a few megabytes


@dataclass(frozen=True, slots=True)
class Published:
    """How many people were published: as changed, and as gone from ESR."""

    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What every event of one import says of where it comes from."""

    vpd: str
    as_of: datetime
    source_file: str
    now: datetime


def _touched(layout: OutboundLayout) -> str:
    assignment = layout.record["AS"]

    def part(name: str) -> str:
        return f"split_part(a.line, '{layout.delimiter}', {assignment.index(name) + 1})"

    position_organisation = layout.record["PO"].index("Organisation ID") + 1
    return f"""
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT record_id AS person_id FROM changed WHERE record = 'PR'
 UNION SELECT parent_id FROM changed WHERE record IN ('AS', 'ET', 'CO')
 UNION SELECT a.parent_id FROM changed c
         JOIN esr_row a ON a.vpd = :vpd AND a.record = 'AS' AND {part("Position ID")} = c.record_id
        WHERE c.record = 'PO'
 UNION SELECT a.parent_id FROM changed c
         JOIN esr_row a ON a.vpd = :vpd AND a.record = 'AS' AND {part("Assignment Location ID")} = c.record_id
        WHERE c.record = 'LC'
 UNION SELECT a.parent_id FROM changed c
         JOIN esr_row a ON a.vpd = :vpd AND a.record = 'AS' AND {part("Organisation ID")} = c.record_id
        WHERE c.record = 'OR'
 UNION SELECT a.parent_id FROM changed c
         JOIN esr_row p ON p.vpd = :vpd AND p.record = 'PO'
                       AND split_part(p.line, '{layout.delimiter}', {position_organisation}) = c.record_id
         JOIN esr_row a ON a.vpd = :vpd AND a.record = 'AS' AND {part("Position ID")} = p.record_id
        WHERE c.record = 'OR'
 UNION SELECT a.parent_id FROM changed c
         JOIN esr_row a ON a.vpd = :vpd AND a.record = 'AS' AND {part("Supervisor Person ID")} = c.record_id
        WHERE c.record = 'PR'
"""  # noqa: S608 - column numbers of the layout


_ROWS = """
SELECT t.person_id, r.record, r.effective_from, r.effective_to, r.line
  FROM touched t JOIN esr_row r ON r.vpd = %(vpd)s AND r.record = 'PR' AND r.record_id = t.person_id
 UNION ALL
SELECT t.person_id, r.record, r.effective_from, r.effective_to, r.line
  FROM touched t JOIN esr_row r ON r.vpd = %(vpd)s AND r.parent_id = t.person_id AND r.record IN ('AS', 'CO')
 UNION ALL
SELECT t.person_id, r.record, r.effective_from, r.effective_to, r.line
  FROM touched t JOIN esr_row r ON r.vpd = %(vpd)s AND r.parent_id = t.person_id AND r.record = 'ET'
 WHERE split_part(r.line, %(delimiter)s, %(type_at)s) = %(type)s
 ORDER BY 1
"""
_KNOWN = text(
    "SELECT person_id, employee_number, family_name, given_name, revision, picture_hash, is_gone FROM person"
    " WHERE vpd = :vpd AND person_id = ANY(:ids)"
)
_REMEMBER = text("""
INSERT INTO person (vpd, person_id, employee_number, family_name, given_name, revision, picture_hash, is_gone)
SELECT :vpd, * FROM unnest(CAST(:ids AS text[]), CAST(:numbers AS text[]), CAST(:families AS text[]),
    CAST(:givens AS text[]), CAST(:revisions AS int[]), CAST(:hashes AS text[]), CAST(:gone AS bool[]))
ON CONFLICT (vpd, person_id) DO UPDATE SET employee_number = excluded.employee_number,
    family_name = excluded.family_name, given_name = excluded.given_name, revision = excluded.revision,
    picture_hash = excluded.picture_hash, is_gone = excluded.is_gone
""")
_LATEST = text("""
SELECT employee_number, max(revision) AS revision FROM person
 WHERE vpd = :vpd AND employee_number = ANY(:numbers) GROUP BY employee_number
""")
_HELD = text(
    "SELECT DISTINCT employee_number FROM person WHERE vpd = :vpd AND employee_number = ANY(:numbers) AND NOT is_gone"
)
_LEAVING = text("""
SELECT count(*) AS known, count(*) FILTER (WHERE NOT EXISTS (
    SELECT 1 FROM esr_row r WHERE r.vpd = :vpd AND r.record = 'PR' AND r.record_id = p.person_id)) AS leaving
  FROM person p WHERE p.vpd = :vpd AND NOT p.is_gone
""")
_GONE = text("""
SELECT p.person_id, p.employee_number, p.family_name, p.given_name,
       (SELECT max(q.revision) FROM person q WHERE q.vpd = :vpd AND q.employee_number = p.employee_number) AS revision
  FROM touched t JOIN person p ON p.vpd = :vpd AND p.person_id = t.person_id
 WHERE NOT p.is_gone
   AND NOT EXISTS (SELECT 1 FROM esr_row r WHERE r.vpd = :vpd AND r.record = 'PR' AND r.record_id = t.person_id)
 ORDER BY p.person_id
""")


async def publish_changes(
    tx: WriteTx, layout: OutboundLayout, moment: Moment, progress: Callable[[int], None] = lambda _: None
) -> Published:
    """Publish every person whom the merge before (its table `changed`) made look different. `progress` counts people."""
    await tx.execute(text(_touched(layout)), {"vpd": moment.vpd})
    await tx.execute(text("ANALYZE touched"))
    around = await _surroundings(tx, layout, moment.vpd)
    painter = Painter(layout, around, day=f"{moment.as_of.astimezone(LONDON):%Y%m%d}")
    changed = looked_at = 0
    renumbered: list[Any] = []
    async for people in _people(tx, layout, moment.vpd):
        changed += await _publish(tx, painter, people, moment, renumbered)
        looked_at += len(people)
        progress(looked_at)
    gone = await tx.all(_GONE, {"vpd": moment.vpd})
    await _remember(tx, moment.vpd, [(_farewell(row, moment), "") for row in gone])
    await _say_farewell(tx, renumbered, moment)
    return Published(changed, await _say_farewell(tx, gone, moment))


async def count_leaving(tx: WriteTx, vpd: str) -> tuple[int, int]:
    """How many people the trust has, and how many of them the rows no longer show after a merge."""
    row = (await tx.execute(_LEAVING, {"vpd": vpd})).one()
    return row.known, row.leaving


async def _publish(
    tx: WriteTx, painter: Painter, people: list[PersonRows], moment: Moment, renumbered: list[Any]
) -> int:
    """Publish those of `people` who changed; add to `renumbered` how those were known whose ESR number changed."""
    known = {
        row.person_id: row for row in await tx.all(_KNOWN, {"vpd": moment.vpd, "ids": [p.person_id for p in people]})
    }
    fresh: list[tuple[ProfileImported, str]] = []
    for rows in people:
        picture = painter.picture(rows, vpd=moment.vpd, as_of=moment.as_of, source_file=moment.source_file)
        digest = picture_hash(picture)
        before = known.get(rows.person_id)
        if before and before.picture_hash == digest and not before.is_gone:
            continue
        if before and before.employee_number != picture.employee_number and not before.is_gone:
            renumbered.append(before)
        fresh.append((picture, digest))
    latest = await _latest(tx, moment.vpd, [picture.employee_number for picture, _ in fresh])
    remembered: list[tuple[ProfileImported, str]] = []
    for picture, digest in fresh:
        # The world knows a person by the ESR number, which may pass from one of ESR's own ids to another.
        before = known.get(picture.person_id)
        revision = 1 + max(before.revision if before else 0, latest.get(picture.employee_number, 0))
        latest[picture.employee_number] = revision
        remembered.append((picture.model_copy(update={"revision": revision}), digest))
    await _remember(tx, moment.vpd, remembered)
    if remembered:
        await write_events(tx.connection, [event for event, _ in remembered], service=SERVICE, now=moment.now)
    return len(remembered)


async def _latest(tx: WriteTx, vpd: str, numbers: list[str]) -> dict[str, int]:
    rows = await tx.all(_LATEST, {"vpd": vpd, "numbers": numbers}) if numbers else []
    return {row.employee_number: row.revision for row in rows}


async def _say_farewell(tx: WriteTx, left: Sequence[Any], moment: Moment) -> int:
    """Publish that nobody has these people's ESR numbers any more, where nobody has; return for how many."""
    numbers = [row.employee_number for row in left]
    held = set((await tx.execute(_HELD, {"vpd": moment.vpd, "numbers": numbers})).scalars()) if numbers else set()
    events = [_farewell(row, moment) for row in left if row.employee_number not in held]
    for start in range(0, len(events), _BLOCK):
        await write_events(tx.connection, events[start : start + _BLOCK], service=SERVICE, now=moment.now)
    return len(events)


def _farewell(row: Any, moment: Moment) -> ProfileImported:
    return ProfileImported(
        vpd=moment.vpd,
        employee_number=row.employee_number,
        revision=row.revision + 1,
        as_of=moment.as_of,
        source_file=moment.source_file,
        gone=True,
        person_id=row.person_id,
        family_name=row.family_name,
        given_name=row.given_name,
    )


async def _remember(tx: WriteTx, vpd: str, published: list[tuple[ProfileImported, str]]) -> None:
    if not published:
        return
    events = [event for event, _ in published]
    await tx.execute(
        _REMEMBER,
        {
            "vpd": vpd,
            "ids": [event.person_id for event in events],
            "numbers": [event.employee_number for event in events],
            "families": [event.family_name for event in events],
            "givens": [event.given_name for event in events],
            "revisions": [event.revision for event in events],
            "hashes": [digest for _, digest in published],
            "gone": [event.gone for event in events],
        },
    )


async def _people(tx: WriteTx, layout: OutboundLayout, vpd: str) -> AsyncIterator[list[PersonRows]]:
    """The rows of the touched people, a block of people at a time."""
    values = {
        "vpd": vpd,
        "delimiter": layout.delimiter,
        "type": REGISTRATIONS,
        "type_at": layout.record["ET"].index("Information Type") + 1,
    }
    connection = await tx.driver()
    block: list[PersonRows] = []
    async with connection.cursor(name="touched_people", row_factory=tuple_row) as cursor:
        cursor.itersize = 5_000
        await cursor.execute(_ROWS, values)
        current = PersonRows("")
        async for person_id, record, start, end, line in cursor:
            if person_id != current.person_id:
                if len(block) >= _BLOCK:
                    yield [rows for rows in block if rows.persons]
                    block = []
                current = PersonRows(person_id)
                block.append(current)
            _add(current, record, Dated(start, end, line.split(layout.delimiter)))
    yield [rows for rows in block if rows.persons]


def _add(person: PersonRows, record: str, row: Dated) -> None:
    if record == "PR":
        person.persons.append(row)
    elif record == "AS":
        person.assignments.append(row)
    elif record == "CO":
        person.costings.append(row)
    else:
        person.extras.append(row.cells)


async def _surroundings(tx: WriteTx, layout: OutboundLayout, vpd: str) -> Surroundings:
    """Positions, organisations and locations of the trust (thousands at most), and the supervisors of touched people."""
    if not await tx.scalar(text("SELECT EXISTS (SELECT 1 FROM touched)")):
        return Surroundings()
    rows: dict[str, dict[str, list[Dated]]] = {
        "PO": defaultdict(list),
        "OR": defaultdict(list),
        "LC": defaultdict(list),
    }
    found = await tx.execute(
        text(
            "SELECT record, record_id, effective_from, effective_to, line FROM esr_row"
            " WHERE vpd = :vpd AND record IN :records"
        ).bindparams(bindparam("records", expanding=True)),
        {"vpd": vpd, "records": list(rows)},
    )
    for row in found:
        rows[row.record][row.record_id].append(
            Dated(row.effective_from, row.effective_to, row.line.split(layout.delimiter))
        )
    number_at = layout.record["PR"].index("Employee Number") + 1
    supervisor_at = layout.record["AS"].index("Supervisor Person ID") + 1
    supervisors = await tx.all(
        text(
            "SELECT DISTINCT p.record_id, split_part(p.line, :delimiter, :number_at) AS number FROM esr_row p"
            " WHERE p.vpd = :vpd AND p.record = 'PR' AND p.record_id IN ("
            "  SELECT split_part(a.line, :delimiter, :supervisor_at) FROM touched t"
            "  JOIN esr_row a ON a.vpd = :vpd AND a.record = 'AS' AND a.parent_id = t.person_id)"
        ),
        {"vpd": vpd, "delimiter": layout.delimiter, "number_at": number_at, "supervisor_at": supervisor_at},
    )
    return Surroundings(
        positions=rows["PO"],
        organisations=rows["OR"],
        locations={record_id: dated[-1].cells for record_id, dated in rows["LC"].items()},
        employee_numbers={row.record_id: row.number for row in supervisors},
    )
