"""What a product says it has done of what it was told: seen by the coordinator, and changing no profile and no link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam as bind
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import WriteTx
from profile_sync.cohorts.expecting import Key
from profile_sync.cohorts.planning import lock_cohort

# The withdrawal of a row is acknowledged apart from what was withdrawn, so each names what it is about.
_STORE = text(
    """
    UPDATE cohort_person t
       SET acknowledged = g.state, acknowledged_profile_id = g.profile_id, acknowledged_note = g.note,
           acknowledged_by = :by, acknowledged_at = :now
      FROM jsonb_to_recordset(:rows) AS g(employee_number text, product text, department text, withdrawn boolean,
           state text, profile_id text, note text)
     WHERE t.vpd = :vpd AND t.cohort_id = :cohort_id AND t.told_action IS NOT NULL
       AND (t.employee_number, t.product, t.department) = (g.employee_number, g.product, g.department)
       AND CASE WHEN g.withdrawn THEN t.outcome = 'undone' ELSE t.outcome IN ('done', 'kept') END
 RETURNING t.employee_number, t.product, t.department
    """
).bindparams(bind("rows", type_=JSONB))


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A product did what a row says, or refuses to. `profile_id`: the profile that it made, where that is another one."""

    key: Key
    withdrawn: bool
    state: Literal["done", "refused"]
    profile_id: str | None = None
    note: str | None = None


async def acknowledge(
    tx: WriteTx, vpd: str, cohort_id: UUID, said: Sequence[Acknowledgement], *, by: str, now: datetime
) -> set[Key]:
    """Keep what a product says, one for each row at most. Returns the rows that it is kept of; the others were not told so.

    Raises `NotFound` for the cohort.
    """
    await lock_cohort(tx, vpd, cohort_id, None)
    rows = [
        {
            "employee_number": one.key[0],
            "product": one.key[1],
            "department": one.key[2],
            "withdrawn": one.withdrawn,
            "state": one.state,
            "profile_id": one.profile_id,
            "note": one.note,
        }
        for one in said
    ]
    given = {"rows": rows, "vpd": vpd, "cohort_id": cohort_id, "by": by, "now": now}
    return {(row.employee_number, row.product, row.department) for row in await tx.all(_STORE, given)}
