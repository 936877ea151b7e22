"""Makes plan versions for tests of what is in force and what was delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from esrlink.contracts import PlanState, ProgrammedActivities
from jobplan_adapter.plans.plan import Plan, Reading
from jobplan_adapter.plans.versions import HeldVersion

MakeVersion = Callable[..., HeldVersion]


def maker() -> MakeVersion:
    """What makes versions, each recorded later than those before.

    `make(begins, DCC="7.5", weeks="42", version=1, state=…, says={"post": …})`.
    """
    made = 0

    def make(
        begins: date | None,
        *,
        plan_id: str = "10011",
        version: int = 1,
        state: PlanState = PlanState.SIGNED_OFF,
        plan_state: PlanState | None = None,
        weeks: str | None = "42",
        current: bool = True,
        ends: date | None = None,
        provider: str = "sard",
        says: Mapping[str, Any] | None = None,
        **pas: str,
    ) -> HeldVersion:
        nonlocal made
        made += 1
        activities = tuple(
            ProgrammedActivities(
                category=name, pas=None if value == "?" else Decimal(value), raw="?" * (value == "?") or None
            )
            for name, value in pas.items()
        )
        stated = {
            "plan_id": plan_id,
            "owner_id": "1001",
            "provider_state": "completed",
            "effective_from": begins,
            "activities": activities,
            "working_weeks": Reading(value=Decimal(weeks)) if weeks else Reading(),
        }
        content = Plan.model_validate({**stated, **(says or {})})
        recorded = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=made)
        standing = plan_state or state
        return HeldVersion(provider, plan_id, version, state, standing, current, None, ends, recorded, content)

    return make
