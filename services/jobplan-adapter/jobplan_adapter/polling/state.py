"""How each provider does: when it last answered, what went wrong in words, how many of its users are people of ESR."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import EsrLinkError
from jobplan_adapter.people.identity import Identified
from jobplan_adapter.providers.port import Fault
from jobplan_adapter.tables import provider

_SAVE_USERS = text("""
WITH shown AS (
  SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(user_id text, employee_number text, standing text)
), dropped AS (
  DELETE FROM provider_user u WHERE u.vpd = :vpd AND u.provider = :provider
     AND NOT EXISTS (SELECT FROM shown s WHERE s.user_id = u.user_id)
)
INSERT INTO provider_user AS u (vpd, provider, user_id, employee_number, standing)
SELECT :vpd, :provider, user_id, employee_number, standing FROM shown
ON CONFLICT (vpd, provider, user_id) DO UPDATE
   SET employee_number = excluded.employee_number, standing = excluded.standing
 WHERE (u.employee_number, u.standing) IS DISTINCT FROM (excluded.employee_number, excluded.standing)
""")

_GOOD = text("""
UPDATE provider SET state = 'up', last_poll_at = :now, last_good_at = :now, error_code = NULL, error = NULL,
       faults = CAST(:faults AS jsonb)
 WHERE vpd = :vpd AND name = :name
""")
_BAD = text("""
UPDATE provider SET state = 'down', last_poll_at = :now, error_code = :code, error = :error
 WHERE vpd = :vpd AND name = :name
""")

# A user counts when it is live; it is matched when its number is one that ESR has shown.
_STATES = text("""
SELECT p.*, count(u.user_id) AS users, count(e.employee_number) AS matched,
       (SELECT count(*) FROM plan WHERE plan.vpd = p.vpd AND plan.provider = p.name AND NOT plan.gone) AS plans
  FROM provider p
  LEFT JOIN provider_user u ON u.vpd = p.vpd AND u.provider = p.name AND u.standing NOT IN ('dormant', 'dummy')
  LEFT JOIN person e ON e.vpd = u.vpd AND e.employee_number = u.employee_number AND u.standing = 'numbered'
 WHERE p.vpd = ANY(:vpds)
 GROUP BY p.vpd, p.name ORDER BY p.vpd, p.name
""")

_UNMATCHED = text("""
SELECT u.user_id, u.employee_number, CASE WHEN u.standing = 'numbered' THEN 'unknown_to_esr' ELSE u.standing END AS reason
  FROM provider_user u
 WHERE u.vpd = :vpd AND u.provider = :provider AND u.standing NOT IN ('dormant', 'dummy')
   AND NOT (u.standing = 'numbered'
            AND EXISTS (SELECT FROM person e WHERE e.vpd = u.vpd AND e.employee_number = u.employee_number))
 ORDER BY u.user_id
""")


@dataclass(frozen=True, slots=True)
class Health:
    """How one provider of one trust does. `state` is never, up or down."""

    vpd: str
    name: str
    state: str
    last_poll_at: datetime | None
    last_good_at: datetime | None
    error_code: str | None
    error: str | None

    def age_seconds(self, now: datetime) -> int | None:
        """How old the last good answer is."""
        return int((now - self.last_good_at).total_seconds()) if self.last_good_at else None


@dataclass(frozen=True, slots=True)
class ProviderState(Health):
    """A provider's health with what it holds. `faults` counts records of the last good poll that could not be read."""

    faults: int
    users: int
    matched: int
    plans: int

    @property
    def unmatched(self) -> int:
        """Live users without a person in ESR."""
        return self.users - self.matched

    @property
    def match_rate(self) -> float | None:
        """Matched of all live users, 0 to 1; none before the first good poll."""
        return round(self.matched / self.users, 4) if self.users else None


@dataclass(frozen=True, slots=True)
class UnmatchedUser:
    """A live user of a provider that is no person of ESR, and why not."""

    user_id: str
    employee_number: str | None
    reason: str


async def record_good(
    tx: WriteTx, vpd: str, name: str, users: Sequence[Identified], faults: Sequence[Fault], *, now: datetime
) -> None:
    """The provider answered: keep its users as they are now."""
    rows = [{"user_id": one.user_id, "employee_number": one.employee_number, "standing": one.standing} for one in users]
    await tx.execute(_SAVE_USERS, {"vpd": vpd, "provider": name, "rows": json.dumps(rows)})
    told = json.dumps([{"record_id": one.record_id, "reason": one.reason} for one in faults[:100]])
    await tx.execute(_GOOD, {"vpd": vpd, "name": name, "now": now, "faults": told})


async def record_bad(tx: WriteTx, vpd: str, name: str, error: EsrLinkError, *, now: datetime) -> None:
    """The provider did not answer as it should: what it showed last stays, with its age."""
    values = {"vpd": vpd, "name": name, "now": now, "code": error.code, "error": error.detail}
    await tx.execute(_BAD, values)


async def health_of(tx: ReadTx, vpd: str) -> list[Health]:
    """How the providers of a trust do, without counting what they hold: for answers that must be quick."""
    columns = [provider.c[name] for name in Health.__dataclass_fields__]
    rows = await tx.mappings(select(*columns).where(provider.c.vpd == vpd).order_by(provider.c.name))
    return [Health(**row) for row in rows]


async def states_of(tx: ReadTx, vpds: Sequence[str]) -> list[ProviderState]:
    """All providers of these trusts."""
    rows = await tx.mappings(_STATES, {"vpds": list(vpds)})
    return [ProviderState(**{**row, "faults": len(row["faults"])}) for row in rows]


async def unmatched_users(tx: ReadTx, vpd: str, provider: str) -> list[UnmatchedUser]:
    """The live users of a provider that are no person of ESR."""
    rows = await tx.mappings(_UNMATCHED, {"vpd": vpd, "provider": provider})
    return [UnmatchedUser(**row) for row in rows]
