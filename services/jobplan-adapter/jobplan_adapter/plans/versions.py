"""Plans and their versions in the database: one statement to read them, one for versions, one for heads, however many."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import LiteralString

from sqlalchemy import select, text

from esrlink.clock import LONDON
from esrlink.contracts import JobplanUpdated, PlanState
from esrlink.db import ReadTx, WriteTx
from jobplan_adapter.plans.changes import Change, StoredPlan, compare
from jobplan_adapter.plans.plan import Plan
from jobplan_adapter.tables import plan as plan_table

_HEAD = [plan_table.c[name] for name in StoredPlan.__dataclass_fields__]

_SAVE_HEADS = text("""
INSERT INTO plan (vpd, provider, plan_id, owner_id, employee_number, version, content_hash, state, effective_from,
                  effective_to, signed_version, signed_from, gone, post, updated_at)
SELECT :vpd, :provider, r.*, :now
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
       plan_id text, owner_id text, employee_number text, version int, content_hash text, state text,
       effective_from date, effective_to date, signed_version int, signed_from date, gone boolean,
       post text)
ON CONFLICT (vpd, provider, plan_id) DO UPDATE SET
  owner_id = excluded.owner_id, employee_number = excluded.employee_number, version = excluded.version,
  content_hash = excluded.content_hash, state = excluded.state, effective_from = excluded.effective_from,
  effective_to = excluded.effective_to, signed_version = excluded.signed_version, signed_from = excluded.signed_from,
  gone = excluded.gone, post = excluded.post, updated_at = excluded.updated_at
""")

_ADD_VERSIONS = text("""
INSERT INTO plan_version (vpd, provider, plan_id, version, state, content, content_hash, recorded_at)
SELECT :vpd, :provider, r.plan_id, r.version, r.state, r.content, r.content_hash, :now
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
       plan_id text, version int, state text, content jsonb, content_hash text)
""")

# A build that reads more of a plan than the one before gives the same content another hash.
_CONTENTS = text("""
SELECT v.plan_id, v.content FROM plan p JOIN plan_version v USING (vpd, provider, plan_id, version)
 WHERE p.vpd = :vpd AND p.provider = :provider AND p.plan_id = ANY(:plans)
""")
_SAVE_HASHES = text("""
UPDATE plan p SET content_hash = r.hash
  FROM jsonb_each_text(CAST(:hashes AS jsonb)) AS r(plan_id, hash)
 WHERE p.vpd = :vpd AND p.provider = :provider AND p.plan_id = r.plan_id
""")


def held_json(content: LiteralString) -> LiteralString:
    """A `HeldVersion` as JSON, in SQL: of a plan `h` and a version `v` of it, with as much of its content as is asked for."""
    return f"""jsonb_build_object(
        'provider', h.provider, 'plan_id', h.plan_id, 'version', v.version, 'state', v.state, 'plan_state', h.state,
        'current', v.version = h.version, 'effective_to', h.effective_to,
        'ends', LEAST((v.content ->> 'effective_to')::date,
                      CASE WHEN h.gone THEN (h.updated_at AT TIME ZONE 'Europe/London')::date - 1 END),
        'recorded_at', v.recorded_at, 'content', {content}
    )"""


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """One version of a person's plan. `current` is the plan's newest version.

    `ends` is its last day: the one that is stated, or the day before the plan was gone.
    """

    provider: str
    plan_id: str
    version: int
    state: PlanState
    plan_state: PlanState
    current: bool
    effective_to: date | None
    ends: date | None
    recorded_at: datetime
    content: Plan

    @property
    def signed(self) -> bool:
        """Whether these figures were signed off."""
        return self.state is PlanState.SIGNED_OFF


async def apply_plans(
    tx: WriteTx,
    vpd: str,
    provider: str,
    plans: Sequence[Plan],
    numbers: Mapping[str, str | None],
    *,
    now: datetime,
    unread: Collection[str] = (),
) -> Sequence[Change]:
    """Bring the stored plans of a provider to what it shows, and emit `jobplan.updated` for each that changed.

    A plan among the `unread` stays as it is stored.
    """
    today = now.astimezone(LONDON).date()
    stored = await stored_plans(tx, vpd, provider, lock=True)
    changes = await asyncio.to_thread(compare, stored, plans, numbers, today, unread=unread)
    if same := await _read_again(tx, vpd, provider, stored, changes):
        changes = compare({**stored, **same}, plans, numbers, today, unread=unread)
    if not changes:
        return changes
    common = {"vpd": vpd, "provider": provider, "now": now}
    heads = json.dumps([asdict(change.head) for change in changes], default=str)
    await tx.execute(_SAVE_HEADS, {**common, "rows": heads})
    versions = [
        {
            "plan_id": change.head.plan_id,
            "version": change.head.version,
            "state": change.version_state,
            "content": change.content.model_dump(mode="json"),
            "content_hash": change.head.content_hash,
        }
        for change in changes
        if change.content is not None and change.version_state is not None
    ]
    if versions:
        await tx.execute(_ADD_VERSIONS, {**common, "rows": json.dumps(versions)})
    tx.emit(*(_event(vpd, provider, change, now) for change in changes if change.head.employee_number))
    tx.emit(*(_taken_away(vpd, provider, change, now) for change in changes if change.left))
    return changes


async def stored_plans(tx: ReadTx, vpd: str, provider: str, *, lock: bool = False) -> dict[str, StoredPlan]:
    """The heads of a provider's plans by id, those that are gone among them; `lock` keeps them until the transaction ends."""
    statement = select(*_HEAD).where(plan_table.c.vpd == vpd, plan_table.c.provider == provider)
    rows = await tx.mappings(statement.with_for_update() if lock else statement)
    return {row["plan_id"]: StoredPlan(**{**row, "state": PlanState(row["state"])}) for row in rows}


async def contents_of(tx: ReadTx, vpd: str, provider: str, plan_ids: Sequence[str]) -> dict[str, Plan]:
    """What the newest versions of these plans say, by plan id."""
    rows = await tx.all(_CONTENTS, {"vpd": vpd, "provider": provider, "plans": list(plan_ids)})
    return {row.plan_id: Plan.model_validate(row.content) for row in rows}


async def _read_again(
    tx: WriteTx, vpd: str, provider: str, stored: Mapping[str, StoredPlan], changes: Sequence[Change]
) -> dict[str, StoredPlan]:
    """The stored heads whose content is as it was, and only its hash is that of another build. They get the hash of this one."""
    hashes = {
        one.head.plan_id: one.head.content_hash for one in changes if one.version_state and one.head.plan_id in stored
    }
    if not hashes:
        return {}
    held = await contents_of(tx, vpd, provider, list(hashes))
    same = {plan_id: hashes[plan_id] for plan_id, one in held.items() if one.content_hash() == hashes[plan_id]}
    if same:
        await tx.execute(_SAVE_HASHES, {"vpd": vpd, "provider": provider, "hashes": json.dumps(same)})
    return {plan_id: replace(stored[plan_id], content_hash=digest) for plan_id, digest in same.items()}


async def count_plans(tx: ReadTx, vpd: str, provider: str) -> int:
    """How many plans of a provider are stored and not gone."""
    statement = "SELECT count(*) FROM plan WHERE vpd = :vpd AND provider = :provider AND NOT gone"
    return int(await tx.scalar(text(statement), {"vpd": vpd, "provider": provider}))


def _event(vpd: str, provider: str, change: Change, now: datetime) -> JobplanUpdated:
    head, content = change.head, change.content
    return JobplanUpdated(
        vpd=vpd,
        employee_number=head.employee_number or "",
        provider=provider,
        plan_id=head.plan_id,
        version=head.version,
        state=head.state,
        effective_from=head.effective_from,
        effective_to=head.effective_to,
        specialty=content.specialty if content else None,
        activities=content.activities if content else (),
        timetable=tuple(line for one in content.timetable if (line := one.planned)) if content else (),
        occurred_at=now,
    )


def _taken_away(vpd: str, provider: str, change: Change, now: datetime) -> JobplanUpdated:
    """What is told of the person whom a plan was taken for, and whose it is not: over, with no figures."""
    head = change.head
    return JobplanUpdated(
        vpd=vpd,
        employee_number=change.left or "",
        provider=provider,
        plan_id=head.plan_id,
        version=head.version,
        state=PlanState.EXPIRED,
        effective_from=head.effective_from,
        occurred_at=now,
    )
