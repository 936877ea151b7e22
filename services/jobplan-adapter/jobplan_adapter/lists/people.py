"""The people of whom a provider shows plans: a page of them by ESR number, with the state and specialty of each plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text

from esrlink.db import ReadTx
from jobplan_adapter.delivery.belonging import BELONGS

_LIST = f"""
SELECT x.*
  FROM (SELECT h.vpd, h.employee_number, h.provider, h.plan_id, h.state, h.version, h.effective_from, h.effective_to,
               v.content ->> 'specialty' AS specialty, v.content ->> 'post' AS post,
               (v.content -> 'core_pas' ->> 'value')::numeric AS core_pas, v.content -> 'core_pas' ->> 'raw' AS core_raw
          FROM plan h
          JOIN plan_version v ON v.vpd = h.vpd AND v.provider = h.provider AND v.plan_id = h.plan_id
                             AND v.version = h.version
         WHERE h.vpd = ANY(:vpds) AND NOT h.gone AND h.employee_number IS NOT NULL) AS x
 WHERE (:state = '' OR x.state = :state) AND (:specialty = '' OR x.specialty = :specialty)
   AND (:a_vpd = '' OR (x.vpd, x.employee_number, x.provider, x.plan_id) > (:a_vpd, :a_number, :a_provider, :a_plan))
   AND {BELONGS}
 ORDER BY x.vpd, x.employee_number, x.provider, x.plan_id LIMIT :most
"""  # noqa: S608

_SPECIALTIES = text("""
SELECT DISTINCT v.content ->> 'specialty' AS specialty
  FROM plan h
  JOIN plan_version v ON v.vpd = h.vpd AND v.provider = h.provider AND v.plan_id = h.plan_id AND v.version = h.version
 WHERE h.vpd = ANY(:vpds) AND NOT h.gone AND v.content ->> 'specialty' IS NOT NULL
 ORDER BY 1 LIMIT 200
""")

_KNOWN = text("""
SELECT vpd FROM person WHERE vpd = ANY(:vpds) AND employee_number = :number
 UNION
SELECT vpd FROM plan WHERE vpd = ANY(:vpds) AND employee_number = :number
 ORDER BY vpd
""")


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan that a provider shows now."""

    vpd: str
    employee_number: str
    provider: str
    plan_id: str
    state: str
    version: int
    effective_from: date | None
    effective_to: date | None
    specialty: str | None
    post: str | None
    core_pas: Decimal | None
    core_raw: str | None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Its place in the list."""
        return (self.vpd, self.employee_number, self.provider, self.plan_id)


async def people_with_plans(
    tx: ReadTx,
    vpds: Sequence[str],
    departments: Sequence[str] | None,
    *,
    state: str = "",
    specialty: str = "",
    after: tuple[str, str, str, str] | None = None,
    limit: int,
) -> list[Listed]:
    """Plans behind the key `after`, in the order of their keys."""
    place = dict(zip(("a_vpd", "a_number", "a_provider", "a_plan"), after or ("", "", "", ""), strict=True))
    rows = await tx.mappings(
        text(_LIST),
        {
            "vpds": list(vpds),
            "departments": None if departments is None else list(departments),
            "state": state,
            "specialty": specialty,
            "most": limit,
            **place,
        },
    )
    return [Listed(**row) for row in rows]


async def specialties(tx: ReadTx, vpds: Sequence[str]) -> list[str]:
    """The specialties that plans of these trusts state, as their providers write them."""
    return [row.specialty for row in await tx.all(_SPECIALTIES, {"vpds": list(vpds)})]


async def trusts_that_know(tx: ReadTx, vpds: Sequence[str], employee_number: str) -> list[str]:
    """The trusts, of these, in which ESR or a provider has shown this number; in order."""
    rows = await tx.all(_KNOWN, {"vpds": list(vpds), "number": employee_number})
    return [row.vpd for row in rows]
