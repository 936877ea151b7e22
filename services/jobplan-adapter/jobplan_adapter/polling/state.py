"""How each provider does: when it last answered, what went wrong in words, how many of its users are people of ESR."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import EsrLinkError
from jobplan_adapter.people.identity import Identified
from jobplan_adapter.providers.port import ProviderUnavailable, Snapshot
from jobplan_adapter.tables import provider

# Addresses and names are kept of live users whom ESR does not know, and of no others. Users whose record could not be read
# stay as they were; one record without an id may be anybody's.
_SAVE_USERS = text("""
WITH shown AS (
  SELECT r.user_id, r.employee_number, r.standing,
         CASE WHEN e.vpd IS NULL THEN r.email END AS email, CASE WHEN e.vpd IS NULL THEN r.name END AS name,
         CASE WHEN e.vpd IS NULL THEN r.name_key END AS name_key
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         user_id text, employee_number text, standing text, email text, name text, name_key text)
    LEFT JOIN person e ON e.vpd = :vpd AND e.employee_number = r.employee_number AND r.standing = 'numbered'
), dropped AS (
  DELETE FROM provider_user u WHERE u.vpd = :vpd AND u.provider = :provider
     AND NOT EXISTS (SELECT FROM shown s WHERE s.user_id = u.user_id)
     AND u.user_id <> ALL(:unread) AND NOT '?' = ANY(:unread)
)
INSERT INTO provider_user AS u (vpd, provider, user_id, employee_number, standing, email, name, name_key)
SELECT :vpd, :provider, user_id, employee_number, standing, email, name, name_key FROM shown
ON CONFLICT (vpd, provider, user_id) DO UPDATE
   SET employee_number = excluded.employee_number, standing = excluded.standing,
       email = excluded.email, name = excluded.name, name_key = excluded.name_key
 WHERE (u.employee_number, u.standing, u.email, u.name, u.name_key)
       IS DISTINCT FROM (excluded.employee_number, excluded.standing, excluded.email, excluded.name, excluded.name_key)
""")

# A message of the time before, that the provider asked to wait, is over with a good answer.
_GOOD = text("""
UPDATE provider SET state = 'up', last_poll_at = :now, last_good_at = :as_of, error_code = NULL, error = NULL,
       not_before = NULL, faults = CAST(:faults AS jsonb), fault_count = :fault_count
 WHERE vpd = :vpd AND name = :name
""")
_BAD = text("""
UPDATE provider SET state = 'down', last_poll_at = :now, error_code = :code, error = :error,
       not_before = :not_before
 WHERE vpd = :vpd AND name = :name
""")

# A user counts when it is live; it is matched when its number is one that ESR has shown.
_STATES = text("""
SELECT p.vpd, p.name, p.state, p.last_poll_at, p.last_good_at, p.error_code, p.error, p.not_before, p.fault_count AS faults,
       count(u.user_id) AS users, count(e.employee_number) AS matched,
       (SELECT count(*) FROM plan WHERE plan.vpd = p.vpd AND plan.provider = p.name AND NOT plan.gone) AS plans
  FROM provider p
  LEFT JOIN provider_user u ON u.vpd = p.vpd AND u.provider = p.name AND u.standing NOT IN ('dormant', 'dummy')
  LEFT JOIN person e ON e.vpd = u.vpd AND e.employee_number = u.employee_number AND u.standing = 'numbered'
 WHERE p.vpd = ANY(:vpds)
 GROUP BY p.vpd, p.name ORDER BY p.vpd, p.name
""")

_HELD = text("SELECT user_id, employee_number FROM provider_user WHERE vpd = :vpd AND provider = :provider")

# So many records that could not be read are kept to be shown; all are counted.
_FAULTS_TOLD = 100
# A day: a provider that asks for more has a slip in its header.
_LONGEST_WAIT = 86_400


@dataclass(frozen=True, slots=True)
class Health:
    """How one provider of one trust does. `state` is never, up or down.

    `last_good_at` is when the plans that are served were as they are: of an upload, when it was taken.
    """

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
    """A provider's health with what it holds. `faults` counts records of the last good poll that could not be read.

    It is not asked by itself before `not_before`, because it said so.
    """

    not_before: datetime | None
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


async def record_good(
    tx: WriteTx, vpd: str, name: str, users: Sequence[Identified], snapshot: Snapshot, *, now: datetime
) -> None:
    """The provider answered: keep its users as they are now."""
    values = {"vpd": vpd, "provider": name, "unread": sorted(snapshot.unread("user"))}
    await tx.execute(_SAVE_USERS, {**values, "rows": json.dumps([asdict(one) for one in users])})
    told = json.dumps([asdict(one) for one in snapshot.faults[:_FAULTS_TOLD]])
    as_of = snapshot.as_of or now
    counted = {"faults": told, "fault_count": len(snapshot.faults)}
    await tx.execute(_GOOD, {"vpd": vpd, "name": name, "now": now, "as_of": as_of, **counted})


async def record_bad(tx: WriteTx, vpd: str, name: str, error: EsrLinkError, *, now: datetime) -> None:
    """The provider did not answer as it should: what it showed last stays, with its age."""
    wait = error.retry_after if isinstance(error, ProviderUnavailable) else None
    not_before = now + timedelta(seconds=min(wait, _LONGEST_WAIT)) if wait else None
    values = {"vpd": vpd, "name": name, "now": now, "code": error.code, "error": error.detail}
    await tx.execute(_BAD, {**values, "not_before": not_before})


async def numbers_held(tx: ReadTx, vpd: str, name: str) -> dict[str, str | None]:
    """The ESR number of each user of a provider, as it was at the last good poll."""
    rows = await tx.all(_HELD, {"vpd": vpd, "provider": name})
    return {row.user_id: row.employee_number for row in rows}


async def health_of(tx: ReadTx, vpd: str) -> list[Health]:
    """How the providers of a trust do, without counting what they hold: for answers that must be quick."""
    columns = [provider.c[name] for name in Health.__dataclass_fields__]
    rows = await tx.mappings(select(*columns).where(provider.c.vpd == vpd).order_by(provider.c.name))
    return [Health(**row) for row in rows]


async def states_of(tx: ReadTx, vpds: Sequence[str]) -> list[ProviderState]:
    """All providers of these trusts."""
    rows = await tx.mappings(_STATES, {"vpds": list(vpds)})
    return [ProviderState(**row) for row in rows]
