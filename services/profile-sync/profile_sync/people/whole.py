"""A person with all that is shown with them, by one statement: rota products read people hundreds of times a second."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from esrlink.db import Database
from profile_sync.people.directory import nobody

_WHOLE: Final = """
    SELECT p.*,
           (SELECT jsonb_agg(to_jsonb(a) || jsonb_build_object('fte', a.fte::text)
                             ORDER BY a.assignment_number, a.effective_from, a.row)
              FROM assignment a
             WHERE a.vpd = p.vpd AND a.employee_number = p.employee_number) AS assignments,
           (SELECT jsonb_agg(jsonb_build_array(to_jsonb(f), to_jsonb(l)) ORDER BY f.product, f.department, f.profile_id)
              FROM link l
              JOIN profile f USING (vpd, product, department, profile_id)
             WHERE l.vpd = p.vpd AND l.employee_number = p.employee_number AND f.deleted_at IS NULL
               AND (%(departments)s::text[] IS NULL
                    OR f.product || '/' || f.department = ANY (%(departments)s::text[]))) AS profiles,
           (SELECT jsonb_agg(to_jsonb(o) ORDER BY o.vpd, o.employee_number)
              FROM person o
             WHERE o.nhs_unique_id = p.nhs_unique_id AND o.vpd = ANY (%(vpds)s::text[])
               AND (o.vpd, o.employee_number) <> (p.vpd, p.employee_number)) AS others
      FROM person p
     WHERE p.vpd = %(vpd)s AND p.employee_number = %(employee_number)s
"""


@dataclass(frozen=True, slots=True)
class WholePerson:
    """A row of `person`, and rows of other tables as PostgreSQL writes them in JSON: days and moments are texts.

    `profiles` are pairs of a profile and its link; `others` the same human's rows in these trusts, by NHS Unique ID.
    """

    person: Any
    assignments: Iterable[Mapping[str, Any]]
    profiles: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]
    others: Iterable[Mapping[str, Any]]


async def read_whole_person(
    database: Database, vpds: Collection[str], vpd: str, employee_number: str, departments: Collection[str] | None
) -> WholePerson:
    """One person of the trust `vpd`, as a caller of the trusts `vpds` and these departments may see it. Raises `NotFound`."""
    seen = {"vpds": sorted(vpds), "departments": None if departments is None else sorted(departments)}
    rows = await database.ask(vpds, _WHOLE, {"vpd": vpd, "employee_number": employee_number, **seen})
    if not rows:
        raise nobody(employee_number)
    row = rows[0]
    return WholePerson(row, row.assignments or (), row.profiles or (), row.others or ())
