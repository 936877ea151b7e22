"""The records that somebody has to do something about before they can be paid, some at a time, in the order of their ids.

They are found by the index of the queue, by state; what is done already is never read. One statement a block.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from esrlink.db import Database, ReadTx
from submittals.content import Kind
from submittals.deadlines.when import WAITING_STATES
from submittals.records.state import State

BLOCK = 10_000

# What waits is found by its state before anything is put in order: in the order of ids PostgreSQL would walk through all that
# is done. Who had a hand in a record is asked only where somebody has to check it.
_NEXT = text("""
WITH waiting AS MATERIALIZED (
    SELECT w.id FROM submittal w
     WHERE w.vpd = :vpd AND w.state = ANY(:states)
       AND (CAST(:departments AS text[]) IS NULL OR w.product || '/' || w.department = ANY(:departments))
       AND (CAST(:after AS uuid) IS NULL OR w.id > :after)
), next AS MATERIALIZED (
    SELECT id FROM waiting ORDER BY id LIMIT :limit
)
SELECT s.id, s.product, s.department, s.record_id, s.profile_id, s.claimed_by, s.employee_number, s.kind, s.state,
       s.first_day, s.reason, s.endorsed, s.updated_at, h.kinds, h.bys, h.people, h.groups, h.clients
  FROM next
  JOIN submittal s ON s.vpd = :vpd AND s.id = next.id
  LEFT JOIN LATERAL (
       SELECT array_agg(d.kind ORDER BY d.number) AS kinds, array_agg(d.by ORDER BY d.number) AS bys,
              array_agg(d.person ORDER BY d.number) AS people, array_agg(d.validation_group ORDER BY d.number) AS groups,
              array_agg(d.client ORDER BY d.number) AS clients
         FROM decision d WHERE s.state = 'enriched' AND d.vpd = s.vpd AND d.submittal_id = s.id
       ) h ON true
 ORDER BY s.id
""")


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who decided on a record: what, under which name, the employee number where known, and for which group.

    `client` is who sent it, a person's own sign-in name among others; none: a rule did it.
    """

    kind: str
    by: str
    person: str | None = None
    group: str | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits. `hands` are those who decided on it, oldest first; only of one that somebody has to validate.

    `endorsed`: payroll's final approval is to come.
    """

    id: UUID
    product: str
    department: str
    record_id: str
    profile_id: str
    claimed_by: str | None
    employee_number: str | None
    kind: Kind
    state: State
    first_day: date
    reason: str | None
    since: datetime
    endorsed: bool = False
    hands: tuple[Hand, ...] = ()


async def block(
    tx: ReadTx, vpd: str, departments: frozenset[str] | None, after: UUID | None = None, limit: int = BLOCK
) -> list[Waiting]:
    """The next records behind `after` that wait in these departments ("product/department" keys; none = all)."""
    values = {
        "vpd": vpd,
        "states": list(WAITING_STATES),
        "departments": None if departments is None else sorted(departments),
        "after": after,
        "limit": limit,
    }
    return [_waiting(row) for row in await tx.all(_NEXT, values)]


async def blocks(
    database: Database, vpd: str, departments: frozenset[str] | None, after: UUID | None = None, size: int = BLOCK
) -> AsyncIterator[list[Waiting]]:
    """All of them, block by block, each read by itself: nothing is held while somebody downloads."""
    while True:
        async with database.read([vpd]) as tx:
            found = await block(tx, vpd, departments, after, size)
        if found:
            yield found
        if len(found) < size:
            return
        after = found[-1].id


def _waiting(row: Any) -> Waiting:
    return Waiting(
        id=row.id,
        product=row.product,
        department=row.department,
        record_id=row.record_id,
        profile_id=row.profile_id,
        claimed_by=row.claimed_by,
        employee_number=row.employee_number,
        kind=row.kind,
        state=State(row.state),
        first_day=row.first_day,
        reason=row.reason,
        since=row.updated_at,
        endorsed=row.endorsed,
        hands=tuple(map(Hand, *([row.kinds, row.bys, row.people, row.groups, row.clients] if row.kinds else [()] * 5))),
    )
