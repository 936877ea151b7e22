"""The figures of a pay by department and element: what belonged to it, what was approved in time, and what was sent.

Two sides that need not agree, and the difference is what a department asks about: records that *belong* to the pay by their days
(expected; approved by the cut-off; refused by ESR; late, not approved by then), and *lines* that went out with its run (among
them those that belonged to an earlier pay: carried in), with what ESR rejected. Time off in lieu is never paid and stands in
neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from esrlink.db import ReadTx
from submittals.records.counted import BELONGS, SIGN, STAGE, missed
from submittals.reports.periods import Pay

_ELEMENT = "coalesce(v.content->>'pay_element', v.content->>'absence_type', '')"
_OF = "(CAST(:departments AS text[]) IS NULL OR s.product || '/' || s.department = ANY(:departments))"

_BELONGS = text(f"""
WITH told AS (
SELECT s.product, s.department, s.kind, {_ELEMENT} AS element, {STAGE} AS stage, {missed(":cut_off")} AS missed,
       {SIGN} * (v.content->>'amount')::numeric AS amount
  FROM submittal s
  JOIN submittal_version v ON v.vpd = s.vpd AND v.submittal_id = s.id AND v.version = s.version
 WHERE s.vpd = :vpd AND s.first_day >= :first_day AND s.first_day < :next_first_day AND {_OF} AND {BELONGS}
)
SELECT product, department, kind, element, count(*) AS expected,
       count(*) FILTER (WHERE stage = 'approved' AND NOT missed) AS approved,
       count(*) FILTER (WHERE stage = 'rejected') AS refused,
       coalesce(sum(amount), 0) AS expected_amount,
       coalesce(sum(amount) FILTER (WHERE stage = 'approved' AND NOT missed), 0) AS approved_amount
  FROM told
 GROUP BY 1, 2, 3, 4
""")  # noqa: S608 - no value of anybody's
_LINES = text(f"""
WITH line AS (
    SELECT f.submittal_id, f.version FROM settlement f
     WHERE f.vpd = :vpd AND f.run_code = :run_code AND f.outcome NOT IN ('scheduled', 'held')
     GROUP BY f.submittal_id, f.version
)
SELECT s.product, s.department, s.kind, {_ELEMENT} AS element, count(*) AS sent,
       count(*) FILTER (WHERE r.rejected) AS rejected,
       count(*) FILTER (WHERE s.first_day < :first_day) AS carried_in,
       coalesce(sum({SIGN} * (v.content->>'units')::numeric), 0) AS units,
       coalesce(sum({SIGN} * (v.content->>'amount')::numeric), 0) AS sent_amount,
       coalesce(sum({SIGN} * (v.content->>'amount')::numeric) FILTER (WHERE r.rejected), 0) AS rejected_amount
  FROM line l
  JOIN submittal s ON s.vpd = :vpd AND s.id = l.submittal_id
  JOIN submittal_version v ON v.vpd = :vpd AND v.submittal_id = l.submittal_id AND v.version = l.version
 CROSS JOIN LATERAL (
       SELECT bool_or(f.outcome = 'rejected') AND NOT bool_or(f.outcome IN ('landed', 'differs')) AS rejected
         FROM settlement f WHERE f.vpd = :vpd AND f.submittal_id = l.submittal_id AND f.version = l.version
       ) r
 WHERE {_OF}
 GROUP BY 1, 2, 3, 4
""")  # noqa: S608 - no value of anybody's


@dataclass(frozen=True, slots=True)
class Total:
    """The figures of one element of a department: records, units, and pounds. A reversal counts as units and money less.

    `expected` are those `approved` by the cut-off, `refused` by ESR, and the others: `late`, or `open` before the cut-off.
    """

    product: str
    department: str
    kind: str
    element: str
    expected: int = 0
    approved: int = 0
    refused: int = 0
    late: int = 0
    open: int = 0
    sent: int = 0
    carried_in: int = 0
    rejected: int = 0
    units: Decimal = Decimal(0)
    expected_amount: Decimal = Decimal(0)
    approved_amount: Decimal = Decimal(0)
    sent_amount: Decimal = Decimal(0)
    rejected_amount: Decimal = Decimal(0)


FIGURES = tuple(field.name for field in fields(Total))[4:]
COLUMNS = tuple(field.name for field in fields(Total))


async def totals(tx: ReadTx, pay: Pay, departments: frozenset[str] | None, now: datetime) -> list[Total]:
    """The figures of a pay in these departments ("product/department" keys; none = all). Two statements."""
    values: dict[str, Any] = {
        "vpd": pay.vpd,
        "run_code": pay.run_code,
        "cut_off": pay.cut_off,
        "first_day": pay.first_day,
        "next_first_day": pay.next_first_day,
        "departments": None if departments is None else sorted(departments),
    }
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for statement in (_BELONGS, _LINES):
        for row in await tx.mappings(statement, values):
            figures = dict(row)
            key = tuple(figures.pop(name) for name in COLUMNS[:4])
            found.setdefault(key, {}).update(figures)
    return [_total(key, figures, is_over=pay.cut_off <= now) for key, figures in sorted(found.items())]


def _total(key: tuple[str, ...], figures: dict[str, Any], *, is_over: bool) -> Total:
    missing = figures.get("expected", 0) - figures.get("approved", 0) - figures.get("refused", 0)
    return _made(key, {**figures, "late" if is_over else "open": missing})


def _made(key: tuple[str, ...], figures: dict[str, Any]) -> Total:
    named: dict[str, Any] = dict(zip(COLUMNS[:4], key, strict=True))
    return Total(**named, **figures)


def together(found: Iterable[Total], *names: str) -> list[Total]:
    """The same figures added up by these columns, such as `element`; the others of the first four are empty."""
    sums: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in found:
        key = tuple(getattr(one, name) if name in names else "" for name in COLUMNS[:4])
        own = sums.setdefault(key, dict.fromkeys(FIGURES, 0))
        for name in FIGURES:
            own[name] += getattr(one, name)
    return [_made(key, own) for key, own in sorted(sums.items())]
