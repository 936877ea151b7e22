"""Registrations with professional bodies that expire soon, or have, of people whom ESR still shows; by department, too.

A person counts in each department in which a profile is linked to them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text

from esrlink.db import ReadTx
from profile_sync.cursors import Cursor, not_ours
from profile_sync.profiles.reading import Departments

WITHIN = (30, 60, 90)
"""Days ahead that are counted."""

# Who left keeps a registration that nobody renews. `linked` is empty where no department holds a profile of theirs.
_ENDING = """
    WITH ending AS (
        SELECT p.vpd, p.employee_number, p.title, p.given_name, p.family_name, r.body, r.number, r.expires
          FROM person p
         CROSS JOIN LATERAL jsonb_to_recordset(p.registrations) AS r(body text, number text, expires date)
         WHERE p.vpd = ANY(:vpds) AND NOT p.gone AND (p.leaving_date IS NULL OR p.leaving_date >= :day)
           AND r.expires >= :since AND r.expires <= :until
    ), placed AS (
        SELECT e.*, coalesce(l.linked, ARRAY[]::text[]) AS linked
          FROM ending e
          LEFT JOIN LATERAL (
               SELECT array_agg(DISTINCT product || '/' || department ORDER BY product || '/' || department) AS linked
                 FROM link WHERE vpd = e.vpd AND employee_number = e.employee_number
          ) AS l ON true
    ), seen AS (
        SELECT * FROM placed WHERE :visible IS NULL OR linked && :visible
    )
"""
_ARRAYS = (bindparam("vpds", type_=ARRAY(Text)), bindparam("visible", type_=ARRAY(Text)))

_PAGE = text(
    f"""
    {_ENDING}
    SELECT * FROM seen
     WHERE (:department = '' OR (:department = '-' AND linked = ARRAY[]::text[]) OR :department = ANY(linked))
       AND (CAST(:after AS date) IS NULL OR (expires, vpd, employee_number, body, number)
            > (CAST(:after AS date), :vpd, :employee_number, :body, :number))
     ORDER BY expires, vpd, employee_number, body, number
     LIMIT :limit
    """  # noqa: S608 - a constant
).bindparams(*_ARRAYS)

_COUNTS = text(
    f"""
    {_ENDING}
    SELECT vpd, department,
           count(*) FILTER (WHERE expires < :day) AS expired,
           count(*) FILTER (WHERE expires >= :day AND expires <= :day + 30) AS within_30,
           count(*) FILTER (WHERE expires >= :day AND expires <= :day + 60) AS within_60,
           count(*) FILTER (WHERE expires >= :day) AS within_90
      FROM (SELECT s.*, d.department FROM seen s
             CROSS JOIN LATERAL unnest(CASE WHEN linked = ARRAY[]::text[] THEN ARRAY['-'] ELSE linked END)
                     AS d(department)
             WHERE :visible IS NULL OR d.department = ANY(:visible)
             UNION ALL
            SELECT s.*, NULL FROM seen s) AS each
     GROUP BY vpd, department
     ORDER BY vpd, department NULLS FIRST
    """  # noqa: S608 - a constant
).bindparams(*_ARRAYS)


@dataclass(frozen=True, slots=True)
class Ending:
    """A registration that expires, with whose it is and the departments ("product/department") that hold their profiles."""

    vpd: str
    employee_number: str
    title: str | None
    given_name: str | None
    family_name: str
    body: str
    number: str
    expires: date
    linked: Sequence[str]


@dataclass(frozen=True, slots=True)
class EndingCount:
    """How many expire in a department ("product/department", "-" for people without a linked profile), or in a whole trust.

    `within_60` has those within 30 days, too, and `within_90` all; `expired` are since 90 days.
    """

    vpd: str
    department: str | None
    expired: int
    within_30: int
    within_60: int
    within_90: int


_CURSOR = Cursor(str, str, str, str, str)


async def ending_registrations(
    tx: ReadTx,
    vpds: Collection[str],
    departments: Departments,
    day: date,
    *,
    within: int,
    department: str = "",
    cursor: str | None = None,
    limit: int,
) -> tuple[list[Ending], str | None]:
    """A page of what expires within so many days (0: has expired, since 90 days), soonest first, and the next page's cursor.

    `department` as in `EndingCount`, empty for all.
    """
    after = _after(cursor)
    since, until = (day - timedelta(days=max(WITHIN)), day - timedelta(days=1)) if within == 0 else (day, day)
    rows = await tx.mappings(
        _PAGE,
        {
            **_scope(vpds, departments),
            **dict(zip(("after", "vpd", "employee_number", "body", "number"), after, strict=True)),
            "day": day,
            "since": since,
            "until": until + timedelta(days=within),
            "department": department,
            "limit": limit + 1,
        },
    )
    found = [Ending(**row) for row in rows]
    return found[:limit], _CURSOR.after(_place(found[limit - 1])) if len(found) > limit else None


async def count_ending(tx: ReadTx, vpds: Collection[str], departments: Departments, day: date) -> list[EndingCount]:
    """Counts of each trust, and of each of its departments that has any."""
    longest = timedelta(days=max(WITHIN))
    given = {**_scope(vpds, departments), "day": day, "since": day - longest, "until": day + longest}
    return [EndingCount(**row) for row in await tx.mappings(_COUNTS, given)]


def _scope(vpds: Collection[str], departments: Departments) -> dict[str, Any]:
    return {"vpds": sorted(vpds), "visible": None if departments is None else sorted(departments)}


def _after(cursor: str | None) -> list[Any]:
    if not cursor:
        return [None] * 5
    expires, *place = _CURSOR.read(cursor)
    try:
        return [date.fromisoformat(expires), *place]
    except ValueError as error:
        raise not_ours() from error


def _place(one: Ending) -> list[str]:
    return [one.expires.isoformat(), one.vpd, one.employee_number, one.body, one.number]
