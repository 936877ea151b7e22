"""Users of a provider whom ESR does not know, each with the reason and, where one is likely, the person it may be.

A suggestion is for a person to look at: nothing is matched by it. It is made only where exactly one person of ESR, whom no
other user of the provider stands for, has the same address, else the same part of it before the @, else the same name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text

from esrlink.db import ReadTx

Why = Literal["email", "email_name", "name"]

# Each key is looked up by equality, so that its index is used although the table is under row-level security.
_UNMATCHED = text("""
WITH unmatched AS (
  SELECT u.user_id, u.employee_number, u.email, split_part(u.email, '@', 1) AS local_part, u.name, u.name_key,
         CASE WHEN u.standing = 'numbered' THEN 'unknown_to_esr' ELSE u.standing END AS reason
    FROM provider_user u
   WHERE u.vpd = :vpd AND u.provider = :provider AND u.standing NOT IN ('dormant', 'dummy')
     AND NOT (u.standing = 'numbered'
              AND EXISTS (SELECT FROM person e WHERE e.vpd = u.vpd AND e.employee_number = u.employee_number))
), candidate AS (
  SELECT m.user_id, 1 AS rank, 'email' AS why, e.employee_number, e.name
    FROM unmatched m JOIN person e ON e.vpd = :vpd AND e.email = m.email
   UNION ALL
  SELECT m.user_id, 2, 'email_name', e.employee_number, e.name
    FROM unmatched m JOIN person e ON e.vpd = :vpd AND e.local_part = m.local_part
   UNION ALL
  SELECT m.user_id, 3, 'name', e.employee_number, e.name
    FROM unmatched m JOIN person e ON e.vpd = :vpd AND e.name_key = m.name_key
), free AS (
  SELECT c.* FROM candidate c
   WHERE NOT EXISTS (SELECT FROM provider_user o
                      WHERE o.vpd = :vpd AND o.provider = :provider AND o.standing = 'numbered'
                        AND o.employee_number = c.employee_number AND o.user_id <> c.user_id)
), likely AS (
  SELECT DISTINCT ON (user_id) user_id, why, employee_number, name
    FROM (SELECT f.*, count(*) OVER (PARTITION BY user_id, rank) AS alike FROM free f) f
   WHERE alike = 1 ORDER BY user_id, rank
)
SELECT m.user_id, m.employee_number, m.reason, m.email, m.name,
       l.employee_number AS likely_number, l.name AS likely_name, l.why AS likely_why
  FROM unmatched m LEFT JOIN likely l USING (user_id)
 ORDER BY m.user_id
""")


@dataclass(frozen=True, slots=True)
class Likely:
    """Whom a user may be, and what is alike: the address, what stands before its @, or the name."""

    employee_number: str
    name: str | None
    why: Why


@dataclass(frozen=True, slots=True)
class UnmatchedUser:
    """A live user of a provider that is no person of ESR, and why not. Address and names are for the trust's own people."""

    user_id: str
    employee_number: str | None
    reason: str
    email: str | None = None
    name: str | None = None
    likely: Likely | None = None


async def unmatched_users(tx: ReadTx, vpd: str, provider: str) -> list[UnmatchedUser]:
    """The live users of a provider that are no person of ESR, in the order of their ids."""
    rows = await tx.all(_UNMATCHED, {"vpd": vpd, "provider": provider})
    return [
        UnmatchedUser(
            row.user_id,
            row.employee_number,
            row.reason,
            row.email,
            row.name,
            Likely(row.likely_number, row.likely_name, row.likely_why) if row.likely_number else None,
        )
        for row in rows
    ]
