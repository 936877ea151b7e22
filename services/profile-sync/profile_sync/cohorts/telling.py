"""What a rota product is told of a row: the event, and the same to those who ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from esrlink.contracts import ProfileKey, ProfileOnboarded


def onboarded(row: Any, *, withdrawn: bool, now: datetime) -> ProfileOnboarded:
    """The event of a row that was told of (`told_action`, `told_profile_id`)."""
    return ProfileOnboarded(
        vpd=row.vpd,
        employee_number=row.employee_number,
        profile=ProfileKey(product=row.product, department=row.department, profile_id=row.told_profile_id),
        starts=row.starts,
        ends=row.ends,
        occurred_at=now,
        action=row.told_action,
        withdrawn=withdrawn,
        cohort_id=row.cohort_id,
        kind=row.kind,
        **row.facts,
    )
