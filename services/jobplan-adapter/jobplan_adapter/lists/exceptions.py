"""What somebody should look at: people without a plan, plans that nobody signed, that ended, or that cannot be read, and work
without a plan. Each kind is one statement, however many people a trust has.

Users whom ESR does not know are of `people.unmatched`; whose figures are furthest off is of `delivery.departments`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from esrlink.db import ReadTx
from jobplan_adapter.delivery.belonging import BELONGS

# Any figure of a document that has a raw text in place of its value, and any line of it that could not be read.
_UNREAD = "strict $.** ? (@.raw != null || @.unread.size() > 0)"

# A plan ended when nothing of the same person runs on: its head expired, or its provider shows it no more.
_KINDS: Mapping[str, str] = {
    "no_plan": """
SELECT DISTINCT ON (u.vpd, u.employee_number) u.vpd, u.employee_number, u.provider, '' AS plan_id, '' AS state,
       NULL::date AS since, 0 AS size
  FROM provider_user u
  JOIN person e ON e.vpd = u.vpd AND e.employee_number = u.employee_number AND NOT e.gone
 WHERE u.vpd = ANY(:vpds) AND u.standing = 'numbered'
   AND NOT EXISTS (SELECT FROM plan h WHERE h.vpd = u.vpd AND h.employee_number = u.employee_number)
 ORDER BY u.vpd, u.employee_number, u.provider""",
    "unsigned": """
SELECT h.vpd, h.employee_number, h.provider, h.plan_id, h.state, h.effective_from AS since, 0 AS size
  FROM plan h
 WHERE h.vpd = ANY(:vpds) AND NOT h.gone AND h.employee_number IS NOT NULL
   AND h.state IN ('draft', 'in_discussion', 'awaiting_sign_off', 'under_revision')
   AND (h.effective_from IS NULL OR h.effective_from <= :today)""",
    "expired": """
SELECT DISTINCT ON (h.vpd, h.employee_number) h.vpd, h.employee_number, h.provider, h.plan_id, h.state,
       h.effective_to AS since, 0 AS size
  FROM plan h
 WHERE h.vpd = ANY(:vpds) AND h.employee_number IS NOT NULL
   AND NOT EXISTS (SELECT FROM plan o
                    WHERE o.vpd = h.vpd AND o.employee_number = h.employee_number AND NOT o.gone AND o.state <> 'expired')
 ORDER BY h.vpd, h.employee_number, h.effective_from DESC NULLS LAST, h.provider, h.plan_id""",
    "unreadable": """
SELECT h.vpd, h.employee_number, h.provider, h.plan_id, h.state, h.effective_from AS since, 0 AS size
  FROM plan h
  JOIN plan_version v ON v.vpd = h.vpd AND v.provider = h.provider AND v.plan_id = h.plan_id AND v.version = h.version
 WHERE h.vpd = ANY(:vpds) AND NOT h.gone AND h.state <> 'expired' AND h.employee_number IS NOT NULL
   AND jsonb_path_exists(v.content, CAST(:unread AS jsonpath), silent => true)""",
    # The numbers are found by one look into the index for each person who has work, not by reading all work of a trust.
    "work_without_plan": """
SELECT w.vpd, w.employee_number, '' AS provider, '' AS plan_id, '' AS state, found.last AS since, found.size
  FROM unnest(CAST(:vpds AS text[])) AS t(vpd)
 CROSS JOIN LATERAL (
       WITH RECURSIVE numbers AS (
         (SELECT vpd, employee_number FROM work WHERE vpd = t.vpd ORDER BY employee_number LIMIT 1)
          UNION ALL
         SELECT t.vpd, (SELECT o.employee_number FROM work o WHERE o.vpd = t.vpd AND o.employee_number > n.employee_number
                         ORDER BY o.employee_number LIMIT 1)
           FROM numbers n WHERE n.employee_number IS NOT NULL)
       SELECT * FROM numbers WHERE employee_number IS NOT NULL) AS w
 CROSS JOIN LATERAL (
       SELECT count(*) AS size, max(o.date) AS last FROM work o
        WHERE o.vpd = w.vpd AND o.employee_number = w.employee_number AND o.date >= :since AND NOT o.cancelled) AS found
 WHERE NOT EXISTS (SELECT FROM plan h WHERE h.vpd = w.vpd AND h.employee_number = w.employee_number AND NOT h.gone)
   AND found.size > 0""",
}
KINDS: Sequence[str] = tuple(_KINDS)
"""The kinds that are listed here."""

Key = tuple[str, str, str, str]
"""A place in a list."""
_ORDER = "x.vpd, x.employee_number, x.provider, x.plan_id"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which exceptions: of these trusts, departments ("product/department"; none for all) and this provider (or all).

    `since` is from when on work without a plan counts.
    """

    vpds: Sequence[str]
    departments: Sequence[str] | None
    today: date
    since: date
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One of them. `since` is the day from which it is so, or of the newest work; `size` counts that work."""

    vpd: str
    employee_number: str
    provider: str
    plan_id: str
    state: str
    since: date | None
    size: int

    @property
    def key(self) -> Key:
        """Its place in the list."""
        return (self.vpd, self.employee_number, self.provider, self.plan_id)


async def exceptions(tx: ReadTx, kind: str, asked: Asked, *, after: Key | None = None, limit: int) -> list[Matter]:
    """Exceptions of a kind in the order of their keys, behind the key `after`."""
    behind = f"AND ({_ORDER}) > (:a_vpd, :a_number, :a_provider, :a_plan)" if after else ""
    listed = f"SELECT * FROM ({_KINDS[kind]}) AS x WHERE {_wanted(kind)} {behind} ORDER BY {_ORDER} LIMIT :most"  # noqa: S608
    place = dict(zip(("a_vpd", "a_number", "a_provider", "a_plan"), after or (), strict=False))
    rows = await tx.mappings(text(listed), {**_values(asked), **place, "most": limit})
    return [Matter(**row) for row in rows]


async def count_exceptions(tx: ReadTx, asked: Asked) -> dict[str, int]:
    """How many there are of each kind."""
    counts = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, count(*) AS found FROM ({of}) AS x WHERE {_wanted(kind)}"  # noqa: S608
        for kind, of in _KINDS.items()
    )
    return {row.kind: row.found for row in await tx.all(text(counts), _values(asked))}


def _wanted(kind: str) -> str:
    # Work without a plan is of no provider.
    return BELONGS if kind == "work_without_plan" else f"(:provider = '' OR x.provider = :provider) AND {BELONGS}"


def _values(asked: Asked) -> dict[str, Any]:
    return {
        "vpds": list(asked.vpds),
        "departments": None if asked.departments is None else list(asked.departments),
        "today": asked.today,
        "since": asked.since,
        "provider": asked.provider,
        "unread": _UNREAD,
    }
