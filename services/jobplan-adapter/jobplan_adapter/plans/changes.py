"""What a snapshot changes: the stored plans against those that a provider shows now. Pure.

Only a plan whose content differs makes a version. A state may change without one: a plan expires because its own last day is
over, or because a later one of the same owner and post was signed off and has begun. A plan that could not be read stays as
it was: what nobody could read says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from esrlink.contracts import PlanState
from jobplan_adapter.plans.plan import Plan, state_of
from jobplan_adapter.providers.port import UNNAMED


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """The head of a plan as it is stored. `signed_*` speak of its newest version that was signed off."""

    plan_id: str
    owner_id: str
    employee_number: str | None
    version: int
    content_hash: str
    state: PlanState
    effective_from: date | None = None
    effective_to: date | None = None
    signed_version: int | None = None
    signed_from: date | None = None
    gone: bool = False
    post: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A head that is new or differs. `content` is none when the plan is gone; `version_state` is set for a new version.

    `left` is the ESR number of whom the plan was taken for before, when it turned out to be another's.
    """

    head: StoredPlan
    content: Plan | None
    version_state: PlanState | None
    left: str | None = None


def compare(
    stored: Mapping[str, StoredPlan],
    plans: Iterable[Plan],
    numbers: Mapping[str, str | None],
    today: date,
    *,
    unread: Collection[str] = (),
) -> list[Change]:
    """The changes that bring `stored` to what the provider shows, in the order of plan ids.

    `numbers` gives the ESR number of each owner. Plans that are stored and no longer shown are gone, but for those that are
    `unread`; when one of these is `UNNAMED` it may be any, so that none is gone.
    """
    shown = {plan.plan_id: plan for plan in plans}
    heads: dict[str, StoredPlan] = {}
    version_states: dict[str, PlanState] = {}
    for plan in shown.values():
        before = stored.get(plan.plan_id)
        head, version_state = _head(plan, before, numbers.get(plan.owner_id))
        heads[plan.plan_id] = head
        if before is None or before.version != head.version:
            version_states[plan.plan_id] = version_state
    for plan_id, before in stored.items():
        if plan_id not in shown:
            stays = plan_id in unread or UNNAMED in unread
            heads[plan_id] = before if stays else replace(before, gone=True, state=PlanState.EXPIRED)
    kept = {plan_id for plan_id, before in stored.items() if heads[plan_id] is before and plan_id not in shown}
    return [
        Change(head, shown.get(plan_id), version_states.get(plan_id), _left(stored.get(plan_id), head))
        for plan_id, head in sorted(_expired(heads, today).items())
        if stored.get(plan_id) != head and plan_id not in kept
    ]


def _left(before: StoredPlan | None, head: StoredPlan) -> str | None:
    if before is None or before.employee_number == head.employee_number:
        return None
    return before.employee_number


def _head(plan: Plan, before: StoredPlan | None, number: str | None) -> tuple[StoredPlan, PlanState]:
    digest = plan.content_hash()
    was_signed = before is not None and before.signed_version is not None
    state = state_of(plan, was_signed_off=was_signed)
    version = 1 if before is None else before.version + (before.content_hash != digest)
    head = StoredPlan(
        plan_id=plan.plan_id,
        owner_id=plan.owner_id,
        employee_number=number,
        version=version,
        content_hash=digest,
        state=state,
        effective_from=plan.effective_from,
        effective_to=plan.effective_to,
        post=plan.post,
        signed_version=before.signed_version if before else None,
        signed_from=before.signed_from if before else None,
    )
    if state is PlanState.SIGNED_OFF:
        head = replace(head, signed_version=version, signed_from=plan.effective_from)
    return head, state


def _expired(heads: Mapping[str, StoredPlan], today: date) -> dict[str, StoredPlan]:
    """Give each signed-off plan its end: its own last day, or the day before the post's next signed-off plan begins."""
    result = dict(heads)
    by_post: dict[tuple[str, str | None], list[tuple[date, str]]] = {}
    for head in heads.values():
        if head.signed_from is not None and not head.gone:
            by_post.setdefault((head.owner_id, head.post), []).append((head.signed_from, head.plan_id))
    for signed in by_post.values():
        for (begins, plan_id), (following, _) in pairwise(sorted(signed)):
            if begins != following:
                stated, ends = heads[plan_id].effective_to, following - timedelta(days=1)
                result[plan_id] = replace(heads[plan_id], effective_to=min(stated or ends, ends))
    for plan_id, head in result.items():
        over = head.effective_to is not None and head.effective_to < today
        if over and head.state is PlanState.SIGNED_OFF:
            result[plan_id] = replace(head, state=PlanState.EXPIRED)
    return result
