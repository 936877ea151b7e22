"""What a file of job plans would change, if it were taken now: plan by plan, and whom of its people ESR knows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text

from esrlink.clock import LONDON
from esrlink.contracts import PlanState
from esrlink.db import ReadTx
from jobplan_adapter.people.identity import Standing, identify
from jobplan_adapter.plans.changes import Change, StoredPlan, compare
from jobplan_adapter.plans.plan import Plan
from jobplan_adapter.plans.versions import contents_of, stored_plans
from jobplan_adapter.providers.upload import content_read

What = Literal["added", "changed", "state", "gone", "back"]

_KNOWN = text("SELECT employee_number FROM person WHERE vpd = :vpd AND employee_number = ANY(:numbers)")


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What becomes of one plan. `fields` are those of the content that differ; `before` is none for a new plan."""

    plan_id: str
    employee_number: str | None
    what: What
    before: PlanState | None
    after: PlanState
    fields: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """All that would change; the rest stays. `held` plans are stored now; `set_aside` ones stay as they are."""

    changes: Sequence[PlannedChange]
    held: int
    set_aside: int
    people: int
    matched: int

    def count(self, what: What) -> int:
        """How many plans it does this to."""
        return sum(one.what == what for one in self.changes)


async def preview(tx: ReadTx, vpd: str, provider: str, content: Mapping[str, Any], *, now: datetime) -> Preview:
    """Compare a file with what is stored of its provider. Four statements, however large it is."""
    users, plans, faults = await asyncio.to_thread(content_read, content)
    identified = identify(users)
    numbers = {one.user_id: one.employee_number for one in identified}
    dummies = {one.user_id for one in identified if one.standing is Standing.DUMMY}
    stored = await stored_plans(tx, vpd, provider)
    unread = {one.record_id for one in faults if one.kind == "plan"}
    shown = {plan.plan_id: plan for plan in plans if plan.owner_id not in dummies}
    today = now.astimezone(LONDON).date()
    changes = await asyncio.to_thread(compare, stored, shown.values(), numbers, today, unread=unread)
    before = await contents_of(tx, vpd, provider, [one.head.plan_id for one in changes])
    told = [_told(one, stored.get(one.head.plan_id), before.get(one.head.plan_id)) for one in changes]
    live = {one.user_id: one.employee_number for one in identified if one.standing not in ("dormant", "dummy")}
    listed = sorted({number for number in live.values() if number})
    known = {row.employee_number for row in await tx.all(_KNOWN, {"vpd": vpd, "numbers": listed})}
    return Preview(
        [one for one in told if one is not None],
        held=sum(not one.gone for one in stored.values()),
        set_aside=len(unread),
        people=len(live),
        matched=sum(number in known for number in live.values()),
    )


def _told(change: Change, stored: StoredPlan | None, before: Plan | None) -> PlannedChange | None:
    head, after = change.head, change.content
    fields = [] if before is None or after is None else _differing(before, after)
    if stored is None:
        what: What = "added"
    elif head.gone:
        what = "gone"
    elif stored.gone:
        what = "back"
    elif fields:
        what = "changed"
    elif (stored.state, stored.employee_number) != (head.state, head.employee_number):
        what = "state"
    else:
        return None  # another hash of the same content
    state = stored.state if stored else None
    return PlannedChange(head.plan_id, head.employee_number, what, state, head.state, fields)


def _differing(before: Plan, after: Plan) -> list[str]:
    return [name for name in Plan.model_fields if getattr(before, name) != getattr(after, name)]
