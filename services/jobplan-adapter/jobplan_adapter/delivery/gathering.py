"""Reads what the figures of many people are made of, in as many statements for thousands as for one: plans and paid extra."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import text

from esrlink.db import ReadTx
from jobplan_adapter.delivery.months import STANDING
from jobplan_adapter.delivery.worked import Extra, pas_of_extra
from jobplan_adapter.plans.versions import HeldVersion, held_json

# Compiling the statement of a small department takes longer than running it, and sums of a whole trust must not go to disk.
_TUNE = text("SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true)")

# Without what no figure is made of.
_COUNTED: Final = (
    "v.content - ARRAY['sign_offs', 'spa_activities', 'flexible', 'unread', 'directorate', 'contract_type']"
)
_VERSIONS = text(f"""
SELECT h.employee_number AS number,
       jsonb_agg({held_json(_COUNTED)} ORDER BY v.recorded_at, v.provider, v.plan_id, v.version)::text AS versions
  FROM plan h JOIN plan_version v USING (vpd, provider, plan_id)
 WHERE h.vpd = :vpd AND h.employee_number = ANY(CAST(:numbers AS text[]))
   AND (v.version = h.version OR v.state = 'signed_off')
 GROUP BY h.employee_number
""")  # noqa: S608 - of constants
_HELD = TypeAdapter(list[HeldVersion])

_EXTRA = text(f"""
SELECT e.employee_number AS number, e.unit, sum(e.units) AS units FROM extra e
 WHERE e.vpd = :vpd AND e.employee_number = ANY(CAST(:numbers AS text[])) AND e.date BETWEEN :first AND :last AND {STANDING}
 GROUP BY 1, 2
""")  # noqa: S608 - of constants


async def tune(tx: ReadTx) -> None:
    """Make the transaction fit for large sums."""
    await tx.execute(_TUNE)


async def versions_of_people(tx: ReadTx, vpd: str, numbers: Sequence[str]) -> dict[str, list[HeldVersion]]:
    """The versions that matter for the figures of these people, oldest first."""
    rows = await tx.all(_VERSIONS, {"vpd": vpd, "numbers": list(numbers)})
    return {row.number: _HELD.validate_json(row.versions) for row in rows}


async def extra_of_people(tx: ReadTx, vpd: str, numbers: Sequence[str], first: date, last: date) -> dict[str, Fraction]:
    """PAs of paid extra work of these people in a period."""
    rows = await tx.all(_EXTRA, {"vpd": vpd, "numbers": list(numbers), "first": first, "last": last})
    found: dict[str, Fraction] = {}
    for row in rows:
        pas, _ = pas_of_extra(Extra(first, "", row.units, row.unit))
        found[row.number] = found.get(row.number, Fraction(0)) + pas
    return found
