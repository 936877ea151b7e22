"""Which members of validation groups are away today by their own approved leave: then deputies act who stand in only then."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from esrlink.db import ReadTx
from submittals.esr import people
from submittals.esr.people import ProfilePlace
from submittals.flow.acting import folded
from submittals.records.counted import APPROVED
from submittals.trusts.settings import TrustSettings

# An open absence lasts until its closing says when it ended; the two have the same person and first day.
_AWAY = text(f"""
SELECT DISTINCT s.employee_number FROM submittal s
 WHERE s.vpd = :vpd AND s.employee_number = ANY(:numbers) AND s.first_day <= :today AND s.kind = 'absence' AND {APPROVED}
   AND NOT s.taken_back AND coalesce(s.relation, '') <> 'reversal'
   AND (s.last_day >= :today OR s.last_day IS NULL AND NOT EXISTS (
        SELECT FROM submittal c
         WHERE c.vpd = :vpd AND c.employee_number = s.employee_number AND c.first_day = s.first_day AND c.kind = 'absence'
           AND c.last_day < :today AND c.state NOT IN ('returned', 'withdrawn', 'rejected')))
""")  # noqa: S608 - no value of anybody's


async def away_today(tx: ReadTx, vpd: str, trust: TrustSettings, today: date) -> frozenset[ProfilePlace]:
    """The profiles, `folded`, of members who are away. Two statements, none where no deputy waits for anybody's leave."""
    wanted = {
        _place(group.product, group.department, deputy.of)
        for group in trust.validation_groups
        for deputy in group.deputies
        if deputy.only_when_away
    }
    links = await people.linked(tx, vpd, wanted)
    if not links:
        return frozenset()
    rows = await tx.all(_AWAY, {"vpd": vpd, "numbers": sorted(set(links.values())), "today": today})
    away = {row.employee_number for row in rows}
    return frozenset(folded(place) for place, number in links.items() if number in away)


def _place(product: str, department: str, name: str) -> ProfilePlace:
    parts = name.split("/")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (product, department, name)
