"""From a file's rows to the stored ones: COPY into a temporary table, then set-based merges that touch only what changed.

All of it happens in the import's transaction. PostgreSQL refuses COPY into a table under row-level security, so the stage is
a temporary table, and what goes on from there is an INSERT that the policy checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from esr_gateway.from_esr.go_rows import GoReader, Row
from esr_gateway.from_esr.verdicts import RejectedRow
from esr_gateway.layout import OutboundLayout
from esrlink.db import WriteTx

_KEPT = 10_000  # rows set aside that are kept word by word: whoever mends a file needs no more, and storage has an end
_BLOCK = 4_000  # rows in one write: some 25 ms of parsing, so that other work of the process gets its turn

_STAGE = """
CREATE TEMP TABLE stage (
    n integer NOT NULL, op "char" NOT NULL, record text NOT NULL, record_id text NOT NULL,
    effective_from text NOT NULL, effective_to text NOT NULL, parent_id text NOT NULL, line text NOT NULL
) ON COMMIT DROP
"""
_CHANGED = """
CREATE TEMP TABLE changed (record text NOT NULL, record_id text NOT NULL, parent_id text NOT NULL) ON COMMIT DROP
"""
# The reader lets no control character through, so these three can stand for separator, quote and null.
_COPY = r"COPY stage FROM STDIN (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x1e', ESCAPE E'\x1e', NULL E'\x1d')"

# Within one file the last word on a row counts: a repeated row replaces, a later delete removes.
_LAST_WORD = (
    """
DELETE FROM stage s USING (
    SELECT record, record_id, effective_from, max(n) AS n FROM stage WHERE op = 'A'
     GROUP BY record, record_id, effective_from HAVING count(*) > 1) AS d
 WHERE s.op = 'A' AND s.n < d.n AND s.record = d.record AND s.record_id = d.record_id
   AND s.effective_from = d.effective_from
""",
    """
DELETE FROM stage s USING stage d
 WHERE d.op = 'D' AND s.op = 'A' AND s.n < d.n AND s.record = d.record AND s.record_id = d.record_id
""",
)
_DELETES = """
WITH removed AS (
    DELETE FROM esr_row r USING stage d
     WHERE d.op = 'D' AND r.vpd = :vpd AND r.record = d.record AND r.record_id = d.record_id
    RETURNING r.record, r.record_id, r.parent_id)
INSERT INTO changed SELECT * FROM removed
"""
# Dated rows of one id never overlap: a new row displaces the stored ones that begin within it.
_DISPLACED = """
WITH removed AS (
    DELETE FROM esr_row r USING stage s
     WHERE s.op = 'A' AND s.effective_to <> '' AND r.vpd = :vpd AND r.record = s.record AND r.record_id = s.record_id
       AND r.effective_from > s.effective_from AND r.effective_from <= s.effective_to
       AND NOT EXISTS (SELECT 1 FROM stage k WHERE k.op = 'A' AND k.record = r.record AND k.record_id = r.record_id
                          AND k.effective_from = r.effective_from)
    RETURNING r.record, r.record_id, r.parent_id)
INSERT INTO changed SELECT * FROM removed
"""
# What a snapshot does not show is gone; but a row that was set aside says that its record is still there.
_ABSENT = """
WITH removed AS (
    DELETE FROM esr_row r
     WHERE r.vpd = :vpd
       AND NOT EXISTS (SELECT 1 FROM stage s WHERE s.op = 'A' AND s.record = r.record AND s.record_id = r.record_id
                          AND s.effective_from = r.effective_from)
       AND NOT EXISTS (SELECT 1 FROM stage x WHERE x.op = 'X' AND x.record = r.record AND x.record_id = r.record_id)
    RETURNING r.record, r.record_id, r.parent_id)
INSERT INTO changed SELECT * FROM removed
"""
_DIFFERENCE = """
CREATE TEMP TABLE difference ON COMMIT DROP AS
SELECT s.n, s.record, s.record_id, s.parent_id, r.parent_id AS old_parent_id
  FROM stage s LEFT JOIN esr_row r ON r.vpd = :vpd AND r.record = s.record AND r.record_id = s.record_id
                                  AND r.effective_from = s.effective_from
 WHERE s.op = 'A' AND r.line IS DISTINCT FROM s.line
"""
_MERGE = """
INSERT INTO esr_row (vpd, record, record_id, effective_from, effective_to, parent_id, line)
SELECT :vpd, s.record, s.record_id, s.effective_from, s.effective_to, s.parent_id, s.line
  FROM difference d JOIN stage s ON s.n = d.n
ON CONFLICT (vpd, record, record_id, effective_from)
DO UPDATE SET effective_to = excluded.effective_to, parent_id = excluded.parent_id, line = excluded.line
"""
_NOTE_MERGED = """
INSERT INTO changed
SELECT record, record_id, parent_id FROM difference
 UNION SELECT record, record_id, old_parent_id FROM difference WHERE old_parent_id <> parent_id
"""
_WITHOUT_PARENT = """
SELECT count(*) FROM stage s
 WHERE s.op = 'A' AND s.parent_id <> ''
   AND NOT EXISTS (SELECT 1 FROM esr_row p WHERE p.vpd = :vpd AND p.record = 'PR' AND p.record_id = s.parent_id)
   AND NOT (s.record = 'PI' AND EXISTS (
        SELECT 1 FROM esr_row p WHERE p.vpd = :vpd AND p.record = 'PO' AND p.record_id = s.parent_id))
"""


async def stage_rows(
    tx: WriteTx, layout: OutboundLayout, path: Path, trailer_count: int, progress: Callable[[int], None]
) -> tuple[GoReader, list[RejectedRow]]:
    """Read the file into the stage; return the reader and the first 10,000 rows that were set aside (it counts them all).

    `progress` is told the bytes read so far. Raises `Quarantined` as the reader does.
    """
    rejected: list[RejectedRow] = []

    def keep(row: RejectedRow) -> None:
        if len(rejected) < _KEPT:
            rejected.append(row)

    reader = GoReader(layout, keep)
    await tx.execute(text(_STAGE))
    connection = await tx.driver()
    async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for block in _blocks(reader.rows(path, trailer_count)):
            await copy.write(block)
            progress(reader.counts.bytes_read)
    await tx.execute(text("ANALYZE stage"))
    return reader, rejected


async def merge(tx: WriteTx, vpd: str, *, is_snapshot: bool) -> None:
    """Make the stored rows those of the file; the table `changed` then names every record that is not as it was."""
    await tx.execute(text(_CHANGED))
    for statement in _LAST_WORD:
        await tx.execute(text(statement))
    for statement in (_DELETES, *([_ABSENT] if is_snapshot else [_DISPLACED]), _DIFFERENCE, _MERGE, _NOTE_MERGED):
        await tx.execute(text(statement), {"vpd": vpd})
    await tx.execute(text("ANALYZE changed"))


async def rows_without_parent(tx: WriteTx, vpd: str) -> int:
    """How many rows of the file belong to a person (or position) that ESR has not shown yet. They wait; they are not lost."""
    return int(await tx.scalar(text(_WITHOUT_PARENT), {"vpd": vpd}) or 0)


def _blocks(rows: Iterator[Row]) -> Iterable[str]:
    while block := "".join(map(_staged, islice(rows, _BLOCK))):
        yield block


def _staged(row: Row) -> str:
    number, op, record, record_id, start, end, parent, line = row
    return f"{number}\x1f{op}\x1f{record}\x1f{record_id}\x1f{start}\x1f{end}\x1f{parent}\x1f{line}\n"
