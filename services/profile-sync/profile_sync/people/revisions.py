"""The history of a person: each revision that was applied, when, from which file, and what it changed.

What is older than the setting `keep_history` is forgotten in the background; the newest revision of a person never is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from esrlink.clock import Clock
from esrlink.db import Database, ReadTx
from profile_sync.forgetting import Forgetting
from profile_sync.tables import person_revision

_FORGET = text(
    """
    WITH gone AS (DELETE FROM person_revision WHERE ctid = ANY(ARRAY(
        SELECT r.ctid FROM person_revision r
         WHERE r.vpd = :vpd AND r.applied_at < :before
           AND EXISTS (SELECT 1 FROM person_revision n
                        WHERE n.vpd = r.vpd AND n.employee_number = r.employee_number AND n.revision > r.revision)
         LIMIT :batch FOR UPDATE SKIP LOCKED)) RETURNING 1)
    SELECT count(*) FROM gone
    """
)


async def revisions_of(
    tx: ReadTx, vpd: str, employee_number: str, *, before: int | None = None, limit: int = 50
) -> Sequence[Any]:
    """What is kept of a person's history, newest first; with `before`, from behind that revision."""
    wanted = (person_revision.c.vpd == vpd, person_revision.c.employee_number == employee_number)
    statement = select(person_revision).where(*wanted).order_by(person_revision.c.revision.desc()).limit(limit)
    return await tx.all(statement if before is None else statement.where(person_revision.c.revision < before))


def forgetting_history(database: Database, clock: Clock, keep: timedelta) -> Forgetting:
    """Forgets revisions that are older than `keep`."""
    return Forgetting(database, clock, keep, (_FORGET,), what="history")
