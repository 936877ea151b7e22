"""What belongs to a pay and is not in it: every record with where it stands and why, so that nobody has to ask.

Read block by block in the order of days and ids. What its run carried, or an earlier one, is not left out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from esrlink.db import Database, ReadTx
from submittals.reports.periods import Pay

BLOCK = 1_000

_NEXT = text("""
SELECT s.id AS submittal_id, s.product, s.department, s.record_id, s.version, s.kind, s.employee_number, s.profile_id,
       s.first_day, s.state, s.reason, s.field, coalesce(v.content->>'pay_element', v.content->>'absence_type') AS element,
       (v.content->>'units')::numeric AS units, (v.content->>'amount')::numeric AS amount
  FROM submittal s
  JOIN submittal_version v ON v.vpd = s.vpd AND v.submittal_id = s.id AND v.version = s.version
 WHERE s.vpd = :vpd AND s.first_day >= :first_day AND s.first_day < :next_first_day
   AND (CAST(:after_day AS date) IS NULL OR (s.first_day, s.id) > (CAST(:after_day AS date), CAST(:after_id AS uuid)))
   AND (CAST(:departments AS text[]) IS NULL OR s.product || '/' || s.department = ANY(:departments))
   AND NOT s.sent AND s.state NOT IN ('withdrawn', 'superseded', 'rejected')
   AND coalesce(v.content->>'in_lieu', 'false') <> 'true'
 ORDER BY s.first_day, s.id LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that belongs to the pay and was not sent; `reason` and `field` where somebody has something to mend."""

    product: str
    department: str
    record_id: str
    submittal_id: UUID
    version: int
    kind: str
    employee_number: str | None
    profile_id: str
    first_day: date
    element: str | None
    units: Decimal | None
    amount: Decimal | None
    state: str
    reason: str | None
    field: str | None


COLUMNS = tuple(field.name for field in fields(LeftOut))


async def left_out(
    tx: ReadTx, pay: Pay, departments: frozenset[str] | None, after: LeftOut | None = None, limit: int = BLOCK
) -> list[LeftOut]:
    """The next records that are not in the pay, in these departments ("product/department" keys; none = all)."""
    values = {
        "vpd": pay.vpd,
        "first_day": pay.first_day,
        "next_first_day": pay.next_first_day,
        "departments": None if departments is None else sorted(departments),
        "after_day": after.first_day if after else None,
        "after_id": after.submittal_id if after else None,
        "limit": limit,
    }
    return [LeftOut(**row) for row in await tx.mappings(_NEXT, values)]


async def all_left_out(
    database: Database, pay: Pay, departments: frozenset[str] | None
) -> AsyncIterator[list[LeftOut]]:
    """All of them, block by block."""
    after = None
    while True:
        async with database.read([pay.vpd]) as tx:
            found = await left_out(tx, pay, departments, after)
        if found:
            yield found
        if len(found) < BLOCK:
            return
        after = found[-1]
