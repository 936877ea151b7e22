"""Whose figures may have changed: notes for whoever reckons them, made in the transaction that changed something.

Notes are only ever added, so that nobody who puts work waits for the reckoning, and none is lost to it: it takes those that it
sees, and what is committed later has a note of its own. What changes a plan is noted by the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from esrlink.db import ReadTx, WriteTx


class Note(NamedTuple):
    """Whose figures may have changed, and which work: that of the month with this first day, of every month, or none."""

    number: str
    month: date | None = None
    every_month: bool = False


_TOUCH = text("""
INSERT INTO touched (vpd, employee_number, month, every_month)
SELECT :vpd, n.* FROM unnest(CAST(:numbers AS text[]), CAST(:months AS date[]), CAST(:every AS boolean[])) AS n
""")
_TAKE = text("""
WITH oldest AS (SELECT id FROM touched WHERE vpd = :vpd ORDER BY id LIMIT :most),
     taken AS (DELETE FROM touched t USING oldest o WHERE t.vpd = :vpd AND t.id = o.id RETURNING t.*)
SELECT DISTINCT employee_number, month, every_month FROM taken
""")
_NOTED = text("""
SELECT DISTINCT employee_number, month, every_month FROM touched
 WHERE vpd = :vpd AND employee_number = ANY(CAST(:numbers AS text[])) AND (month IS NOT NULL OR every_month)
""")


async def touch(tx: WriteTx, vpd: str, notes: Iterable[Note]) -> None:
    """Note that figures of these people may have changed; in one statement, none for nobody."""
    told = set(notes)
    if told:
        numbers, months, every = zip(*told, strict=True)
        await tx.execute(_TOUCH, {"vpd": vpd, "numbers": list(numbers), "months": list(months), "every": list(every)})


async def take_touched(tx: WriteTx, vpd: str, most: int) -> list[Note]:
    """Take the oldest notes of a trust away, and say what they are about."""
    return [Note(*row) for row in await tx.all(_TAKE, {"vpd": vpd, "most": most})]


async def noted(tx: ReadTx, vpd: str, numbers: Sequence[str]) -> Collection[Note]:
    """The notes of changed work of these people that nobody has taken yet."""
    return {Note(*row) for row in await tx.all(_NOTED, {"vpd": vpd, "numbers": list(numbers)})}
