"""Whom a file concerns besides the people whose rows it shows: found set against set, and told to their buckets in the spill.

- A delete names a record id and nobody's person id, and a row may pass from one person to another: whoever holds the id is told.
- A row that was set aside in a snapshot says that its record is still there: whoever holds it is told to keep it.
- When what a row points at has changed, or a dated row begins or ends to be in force, the person is looked at once more.

Who holds a record is in `person.keys`. One pass over all of a trust's keys costs less than an index on them would with every row
that is written.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text

from esr_gateway.from_esr.dealing import NUMBERED
from esr_gateway.from_esr.documents import Documents, Instruction
from esr_gateway.from_esr.spill import Spill
from esr_gateway.outbound_layout import PERSON, OutboundLayout
from esrlink.db import WriteTx

_BLOCK = 5_000

_SAID = """
WITH said AS MATERIALIZED (
    SELECT n, op, record, record_id, effective_from, effective_to, record || record_id AS key,
           CASE record WHEN :person THEN record_id ELSE parent_id END AS person_id
      FROM stage WHERE op IN ('A', 'D') AND record = ANY(:records)),
holder AS (
    SELECT key, person_id FROM said WHERE op = 'A'
     UNION SELECT k.key, p.person_id FROM person p CROSS JOIN unnest(p.keys) AS k(key)
            WHERE p.vpd = :vpd AND k.key IN (SELECT key FROM said))
SELECT h.person_id, s.n, CASE s.op WHEN 'D' THEN 'D' ELSE 'M' END AS op, s.record, s.record_id,
       s.effective_from, s.effective_to
  FROM said s JOIN holder h ON h.key = s.key WHERE s.op = 'D' OR h.person_id <> s.person_id
"""
_KEPT = """
SELECT p.person_id, 0 AS n, 'K' AS op, x.record, x.record_id, '' AS effective_from, '' AS effective_to
  FROM person p CROSS JOIN unnest(p.keys) AS k(key)
  JOIN (SELECT DISTINCT record, record_id FROM stage WHERE op = 'X') AS x ON x.record || x.record_id = k.key
 WHERE p.vpd = :vpd AND x.record = ANY(:records)
"""
# By which number each person of the file is known on the day: the row in force, of several the one that begins last.
_NUMBERED_NOW = """
CREATE TEMP TABLE numbered ON COMMIT DROP AS
SELECT DISTINCT ON (record_id) record_id AS person_id, line AS employee_number FROM stage
 WHERE op = 'A' AND record = :person
 ORDER BY record_id, (effective_from <= :day AND (effective_to = '' OR effective_to >= :day)) DESC, effective_from DESC
"""
# Somebody's number is shown with everybody whom they supervise.
_POINTERS = """
CREATE TEMP TABLE pointer ON COMMIT DROP AS
SELECT record || record_id AS key FROM changed WHERE record IN ('PO', 'OR', 'LC')
 UNION SELECT 'PO' || p.record_id FROM changed c
         JOIN esr_row p ON p.vpd = :vpd AND p.record = 'PO' AND split_part(p.line, :delimiter, :organisation_at) = c.record_id
        WHERE c.record = 'OR'
 UNION SELECT 'SV' || n.person_id FROM numbered n LEFT JOIN person p ON p.vpd = :vpd AND p.person_id = n.person_id
        WHERE p.employee_number IS DISTINCT FROM n.employee_number OR p.is_gone
 UNION SELECT 'SV' || record_id FROM stage WHERE op = 'D' AND record = :person
 UNION SELECT 'SV' || p.person_id FROM person p
        WHERE :is_snapshot AND p.vpd = :vpd AND NOT p.is_gone AND p.employee_number IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM numbered n WHERE n.person_id = p.person_id)
"""
_TOUCHED = """
SELECT p.person_id, 0 AS n, 'T' AS op, '' AS record, '' AS record_id, '' AS effective_from, '' AS effective_to
  FROM person p WHERE p.vpd = :vpd AND p.repaint_on <= :day AND p.document <> ''
 UNION SELECT p.person_id, 0, 'T', '', '', '', ''
  FROM person p CROSS JOIN unnest(p.keys) AS k(key) JOIN pointer t ON t.key = k.key WHERE p.vpd = :vpd
"""
_RANKS = """
SELECT person_id, max(rank) AS rank
  FROM (SELECT record_id AS person_id, dense_rank() OVER (PARTITION BY line ORDER BY record_id) - 1 AS rank
          FROM stage WHERE op = 'A' AND record = :person AND line IN (
               SELECT line FROM stage WHERE op = 'A' AND record = :person
                GROUP BY line HAVING min(record_id) <> max(record_id))) AS r
 GROUP BY person_id HAVING max(rank) > 0
"""
_SUPERVISORS = """
SELECT i.person_id, coalesce(n.employee_number, p.employee_number) AS employee_number
  FROM unnest(CAST(:ids AS text[])) AS i(person_id)
  LEFT JOIN numbered n ON n.person_id = i.person_id
  LEFT JOIN person p ON p.vpd = :vpd AND p.person_id = i.person_id AND NOT p.is_gone
                    AND CASE WHEN :is_snapshot
                             THEN i.person_id IN (SELECT record_id FROM stage WHERE op = 'X' AND record = :person)
                             ELSE i.person_id NOT IN (SELECT record_id FROM stage WHERE op = 'D' AND record = :person) END
 WHERE n.person_id IS NOT NULL OR p.person_id IS NOT NULL
"""


async def instruct(
    tx: WriteTx, layout: OutboundLayout, vpd: str, spill: Spill, *, is_snapshot: bool, has_rejected: bool, day: date
) -> None:
    """Tell the buckets. To be called when the stage and the reference rows are as the file says."""
    records = {"vpd": vpd, "records": sorted(layout.of_people)}
    documents = Documents(layout)
    await number_people(tx, day)
    if not is_snapshot:
        await _tell(tx, spill, documents, _SAID, {**records, "person": PERSON}, is_numbered=True)
    elif has_rejected:
        await _tell(tx, spill, documents, _KEPT, records, is_numbered=False)
    await tx.execute(
        text(_POINTERS),
        {
            "vpd": vpd,
            "person": PERSON,
            "delimiter": layout.delimiter,
            "organisation_at": layout.record["PO"].index("Organisation ID") + 1,
            "is_snapshot": is_snapshot,
        },
    )
    await _tell(tx, spill, documents, _TOUCHED, {"vpd": vpd, "day": day}, is_numbered=not is_snapshot)


async def number_people(tx: WriteTx, day: date) -> None:
    """Make the table of the numbers by which the file's people are known on that day."""
    await tx.execute(text(_NUMBERED_NOW), {"person": PERSON, "day": f"{day:%Y%m%d}"})
    await tx.execute(text("ANALYZE numbered"))


async def ranks(tx: WriteTx) -> dict[str, int]:
    """Of several people of the file who have or had one employee number, all but the first: a later one counts more."""
    rows = await tx.all(text(_RANKS), {"person": PERSON})
    return {row.person_id: row.rank for row in rows}


async def supervisor_numbers(tx: WriteTx, vpd: str, ids: set[str], *, is_snapshot: bool) -> dict[str, str]:
    """The employee numbers of these people once the file is taken; nobody who is gone."""
    rows = await tx.all(
        text(_SUPERVISORS), {"vpd": vpd, "ids": sorted(ids), "is_snapshot": is_snapshot, "person": PERSON}
    )
    return {row.person_id: row.employee_number for row in rows if row.employee_number}


async def _tell(
    tx: WriteTx, spill: Spill, documents: Documents, statement: str, values: dict[str, Any], *, is_numbered: bool
) -> None:
    result = await tx.connection.stream(text(statement), values)
    async for rows in result.partitions(_BLOCK):
        people = [row.person_id for row in rows]
        lines = [
            documents.written(
                row.person_id, Instruction(row.op, row.record, row.record_id, row.effective_from, row.effective_to)
            )
            for row in rows
        ]
        if is_numbered:
            lines = [f"{line}{NUMBERED}{row.n}" for line, row in zip(lines, rows, strict=True)]
        spill.add(people, lines)
