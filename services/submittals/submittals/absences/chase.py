"""Open absences that have no closing yet, and why each one needs somebody. One statement for a page, and one for counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from esrlink.db import ReadTx
from submittals.rules.catalogue import figure_of
from submittals.trusts.settings import TrustSettings


class Lacking(StrEnum):
    """What an open absence lacks, the most urgent first."""

    END_PASSED = "end_passed"
    CERTIFICATE_ENDED = "certificate_ended"
    NO_END = "no_end"


WORDS = {
    Lacking.END_PASSED: "The person was expected back, and no closing came: put it, or say how long it goes on.",
    Lacking.CERTIFICATE_ENDED: "The doctor's statement has ended, or the days that a person may certify themselves.",
    Lacking.NO_END: "It has no end yet.",
}


@dataclass(frozen=True, slots=True)
class ChaseQuery:
    """Which open absences: of which departments ("product/department" keys; none = all), lacking what, after which one."""

    vpd: str
    today: date
    departments: frozenset[str] | None = None
    department: str | None = None
    lacking: Lacking | None = None
    after: tuple[date, UUID] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class OpenAbsence:
    """One of them. `covered_until`: the last day that a statement covers; `return_expected`: the first day back, if said."""

    submittal_id: UUID
    product: str
    department: str
    record_id: str
    profile_id: str
    employee_number: str | None
    state: str
    absence_type: str
    first_day: date
    covered_until: date | None
    return_expected: date | None
    lacking: Lacking


# A closing has the opening's person and start (a rule sees to it), so it is found among few. What was extended last counts.
_OPEN = """
WITH open AS (
SELECT s.id AS submittal_id, s.product, s.department, s.record_id, s.profile_id, s.employee_number, s.state, s.first_day,
       v.content ->> 'absence_type' AS absence_type,
       COALESCE(e.return_expected, (v.content ->> 'return_to_work')::date) AS return_expected,
       COALESCE(e.certificate_until, (v.content ->> 'certificate_until')::date,
                CASE WHEN lower(v.content ->> 'absence_type') = ANY(CAST(:sickness AS text[]))
                     THEN s.first_day + CAST(:self_certified AS int) - 1 END) AS covered_until
  FROM submittal s
  JOIN submittal_version v ON v.vpd = s.vpd AND v.submittal_id = s.id AND v.version = s.version
  LEFT JOIN LATERAL (
       SELECT x.return_expected, x.certificate_until FROM absence_extension x
        WHERE x.vpd = s.vpd AND x.submittal_id = s.id ORDER BY x.number DESC LIMIT 1) e ON true
 WHERE s.vpd = :vpd AND s.last_day IS NULL AND s.state NOT IN ('returned', 'withdrawn', 'rejected') AND NOT s.taken_back
   AND (CAST(:departments AS text[]) IS NULL OR s.product || '/' || s.department = ANY(CAST(:departments AS text[])))
   AND (CAST(:department AS text) IS NULL OR s.department = :department)
   AND NOT EXISTS (
       SELECT 1 FROM submittal c
         JOIN submittal_version w ON w.vpd = c.vpd AND w.submittal_id = c.id AND w.version = c.version
        WHERE c.vpd = s.vpd AND c.employee_number = s.employee_number AND c.first_day = s.first_day
          AND c.state NOT IN ('returned', 'withdrawn', 'rejected') AND NOT c.taken_back
          AND w.content ->> 'closes_submittal' = CAST(s.id AS text))),
told AS (
SELECT open.*, CASE WHEN return_expected <= :today THEN 'end_passed'
                    WHEN covered_until < :today THEN 'certificate_ended' ELSE 'no_end' END AS lacking
  FROM open)
"""
_PAGE = text(
    _OPEN
    + """
SELECT * FROM told
 WHERE (CAST(:lacking AS text) IS NULL OR lacking = :lacking)
   AND (CAST(:after_day AS date) IS NULL OR (first_day, submittal_id) > (CAST(:after_day AS date), CAST(:after_id AS uuid)))
 ORDER BY first_day, submittal_id LIMIT :limit
"""
)
_COUNTS = text(
    _OPEN
    + """
SELECT lacking, count(*) AS count FROM told GROUP BY lacking
"""
)


async def open_absences(tx: ReadTx, query: ChaseQuery, trust: TrustSettings) -> list[OpenAbsence]:
    """Up to `limit` open absences without a closing, the longest first."""
    day, submittal_id = query.after or (None, None)
    page = {"lacking": query.lacking, "after_day": day, "after_id": submittal_id, "limit": query.limit}
    rows = await tx.mappings(_PAGE, _asked(query, trust) | page)
    return [OpenAbsence(**{**row, "lacking": Lacking(row["lacking"])}) for row in rows]


async def counts(tx: ReadTx, query: ChaseQuery, trust: TrustSettings) -> dict[Lacking, int]:
    """How many lack what, of all that the query may see."""
    rows: Sequence[Any] = await tx.all(_COUNTS, _asked(query, trust))
    return {Lacking(row.lacking): row.count for row in rows}


def _asked(query: ChaseQuery, trust: TrustSettings) -> dict[str, Any]:
    return {
        "vpd": query.vpd,
        "today": query.today,
        "departments": None if query.departments is None else sorted(query.departments),
        "department": query.department,
        "sickness": [kind.code.casefold() for kind in trust.absence_types if kind.is_sickness],
        "self_certified": int(figure_of(trust, "certificate_missing", "days") or 0),
    }
