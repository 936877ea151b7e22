"""Whose figures may have changed: notes for whoever reckons them, made in the transaction that changed something.

Notes are only ever added, so that nobody who puts work waits for the reckoning, and none is lost to it: it takes those that it
sees, and what is committed later has a note of its own. What changes a plan is noted by the database.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from esrlink.db import WriteTx

_TOUCH = text("INSERT INTO touched (vpd, employee_number) SELECT :vpd, unnest(CAST(:numbers AS text[]))")
_TAKE = text("""
WITH oldest AS (SELECT id FROM touched WHERE vpd = :vpd ORDER BY id LIMIT :most),
     taken AS (DELETE FROM touched t USING oldest o WHERE t.vpd = :vpd AND t.id = o.id RETURNING t.employee_number)
SELECT DISTINCT employee_number FROM taken ORDER BY employee_number
""")


async def touch(tx: WriteTx, vpd: str, numbers: Iterable[str]) -> None:
    """Note that figures of these people may have changed; in one statement, none for nobody."""
    if told := sorted(set(numbers)):
        await tx.execute(_TOUCH, {"vpd": vpd, "numbers": told})


async def take_touched(tx: WriteTx, vpd: str, most: int) -> list[str]:
    """Take the oldest notes of a trust away, and say whom they are about."""
    return [row.employee_number for row in await tx.all(_TAKE, {"vpd": vpd, "most": most})]
