"""Who belongs to a department, or to a specialty.

A person belongs to a department when work of theirs was put there, or when a plan of theirs is of a specialty that the trust's
settings map to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import text

from esrlink.db import ReadTx
from jobplan_adapter.trusts import Trust

# Goes from one person to the next by the index, and looks for one day of each: it never reads a department's whole work.
_BY_WORK = text("""
WITH RECURSIVE found(number) AS (
  SELECT min(employee_number) FROM work WHERE vpd = :vpd AND product = :product AND department = :department
  UNION ALL
  SELECT (SELECT min(w.employee_number) FROM work w WHERE w.vpd = :vpd AND w.product = :product
             AND w.department = :department AND w.employee_number > f.number)
    FROM found f WHERE f.number IS NOT NULL)
SELECT number FROM found f
 WHERE number IS NOT NULL
   AND EXISTS (SELECT FROM work w WHERE w.vpd = :vpd AND w.product = :product AND w.department = :department
                  AND w.employee_number = f.number AND w.date BETWEEN :first AND :last)
""")
_BY_SPECIALTY = text("""
SELECT DISTINCT h.employee_number AS number
  FROM plan h JOIN plan_version v USING (vpd, provider, plan_id)
 WHERE h.vpd = :vpd AND h.employee_number IS NOT NULL AND (v.version = h.version OR v.state = 'signed_off')
   AND v.content ->> 'specialty' = ANY(CAST(:specialties AS text[]))
""")
_EVERYBODY = text("""
SELECT employee_number AS number FROM plan WHERE vpd = :vpd AND employee_number IS NOT NULL
UNION
SELECT employee_number FROM person e
 WHERE vpd = :vpd AND EXISTS (SELECT FROM work w WHERE w.vpd = :vpd AND w.employee_number = e.employee_number
                                 AND w.date BETWEEN :first AND :last)
""")
BELONGS = """
  (CAST(:departments AS text[]) IS NULL
   OR EXISTS (SELECT FROM work d WHERE d.vpd = x.vpd AND d.employee_number = x.employee_number
                 AND d.product || '/' || d.department = ANY(CAST(:departments AS text[])))
   OR EXISTS (SELECT FROM plan d
                JOIN plan_version s ON s.vpd = d.vpd AND s.provider = d.provider AND s.plan_id = d.plan_id
                               AND (s.version = d.version OR s.state = 'signed_off')
                JOIN trust g ON g.vpd = d.vpd
               CROSS JOIN LATERAL jsonb_array_elements(g.configuration -> 'departments') AS of
               WHERE d.vpd = x.vpd AND d.employee_number = x.employee_number
                 AND (of ->> 'product') || '/' || (of ->> 'department') = ANY(CAST(:departments AS text[]))
                 AND (of -> 'specialties') @> (s.content -> 'specialty')))
"""
"""Whether a person is one of some departments' people, as a condition of statements that name their rows `x`.

`x` has `vpd` and `employee_number`; `:departments` are `product/department`, or null for all.
"""

_MAY_BE_SEEN = text(f"""
SELECT CASE WHEN CAST(:departments AS text[]) IS NULL
            THEN EXISTS (SELECT FROM plan p WHERE p.vpd = x.vpd AND p.employee_number = x.employee_number)
              OR EXISTS (SELECT FROM person e WHERE e.vpd = x.vpd AND e.employee_number = x.employee_number)
            ELSE {BELONGS}
       END
  FROM (SELECT CAST(:vpd AS text) AS vpd, CAST(:number AS text) AS employee_number) AS x
""")  # noqa: S608 - of constants


async def people_of_department(
    tx: ReadTx, trust: Trust, product: str, department: str, first: date = date.min, last: date = date.max
) -> set[str]:
    """ESR numbers of a department's people: those with work put there from `first` to `last`, and those of its specialties."""
    of_work = await tx.all(
        _BY_WORK, {"vpd": trust.vpd, "product": product, "department": department, "first": first, "last": last}
    )
    mapped = [
        specialty
        for one in trust.settings.departments
        if (one.product, one.department) == (product, department)
        for specialty in one.specialties
    ]
    return {row.number for row in of_work} | (await people_of_specialties(tx, trust.vpd, mapped) if mapped else set())


async def people_of_departments(tx: ReadTx, trust: Trust, departments: Collection[str]) -> set[str]:
    """ESR numbers of everybody who ever belonged to one of these departments (`product/department`)."""
    found: set[str] = set()
    for key in sorted(departments):
        product, _, department = key.partition("/")
        found |= await people_of_department(tx, trust, product, department)
    return found


async def people_of_specialties(tx: ReadTx, vpd: str, specialties: Sequence[str]) -> set[str]:
    """ESR numbers of those with a plan of one of these specialties, as the provider writes them."""
    rows = await tx.all(_BY_SPECIALTY, {"vpd": vpd, "specialties": list(specialties)})
    return {row.number for row in rows}


async def people_of_trust(tx: ReadTx, vpd: str, first: date, last: date) -> set[str]:
    """ESR numbers of everybody with a plan, and of those known to ESR with work in the period."""
    return {row.number for row in await tx.all(_EVERYBODY, {"vpd": vpd, "first": first, "last": last})}


async def may_be_seen(tx: ReadTx, vpd: str, number: str, departments: Collection[str] | None) -> bool:
    """Whether ESR or a provider has shown this person, and they belong to one of these departments; none are all."""
    values = {"vpd": vpd, "number": number, "departments": None if departments is None else sorted(departments)}
    return bool(await tx.scalar(_MAY_BE_SEEN, values))
