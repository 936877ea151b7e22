"""What a file newly shows of absences and element entries, and what it no longer shows: all that a landing can be proved by.

The temporary table `shown` has a row for each absence (`AB`) and element entry (`EL`) that the import at hand brought,
changed or removed; `line` is empty for one that ESR removed. It is filled while people are taken, and only when a sent line
still awaits its proof: the first file of a trust would put all of them there for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from esr_gateway.from_esr.documents import Documents
from esr_gateway.layout import data_warehouse
from esrlink.db import ReadTx, WriteTx

_SHOWN = """
CREATE TEMP TABLE shown (record text NOT NULL, record_id text NOT NULL, assignment_number text, line text) ON COMMIT DROP
"""
_COPY = r"COPY shown FROM STDIN (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x1e', ESCAPE E'\x1e', NULL E'\x1d')"
_AWAITED = """
SELECT EXISTS (SELECT 1 FROM instruction
                WHERE vpd = :vpd AND state IN ('frozen', 'unknown', 'sent', 'accepted', 'missing', 'rejected', 'differs'))
"""


async def prepare(tx: WriteTx, samples: Sequence[str] = ()) -> None:
    """Make the table, with rows that stand for all of their record where nothing is awaited: they tell what files show."""
    await tx.execute(text(_SHOWN))
    key = Documents(data_warehouse()).key
    rows = [{"record": row[:2], "record_id": key(row)[1], "line": row} for row in samples]
    if rows:
        await tx.execute(text("INSERT INTO shown (record, record_id, line) VALUES (:record, :record_id, :line)"), rows)


async def shown_rows(tx: WriteTx) -> None:
    """Ready the table for questions, when all is in it."""
    await tx.execute(text("ANALYZE shown"))


async def is_awaited(tx: ReadTx, vpd: str) -> bool:
    """Whether there is anything to be proved."""
    return bool(await tx.scalar(text(_AWAITED), {"vpd": vpd}))


async def copy(tx: WriteTx, shown: str) -> None:
    """Add what `newly_shown` made."""
    driver = await tx.driver()
    async with driver.cursor() as cursor, cursor.copy(_COPY) as out:
        await out.write(shown)
