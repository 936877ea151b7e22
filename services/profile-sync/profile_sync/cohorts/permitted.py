"""Which cohorts a caller may look at, and which they may act on as a whole: the same for the API and the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from esrlink.auth import Principal
from esrlink.db import ReadTx
from profile_sync.cohorts.planning import no_cohort, read_cohort
from profile_sync.cohorts.spec import keys_of


def require_departments(principal: Principal, departments: Sequence[tuple[str, str]]) -> None:
    """Raise `NotFound` unless the caller may touch all of them."""
    for product, department in departments:
        principal.require_department(product, department)


async def may_act(tx: ReadTx, principal: Principal, vpd: str, cohort_id: UUID) -> Any:
    """A cohort of which the caller may touch every department. Raises `NotFound`."""
    row = await read_cohort(tx, vpd, cohort_id)
    require_departments(principal, keys_of(row.departments))
    return row


async def may_look(tx: ReadTx, principal: Principal, vpd: str, cohort_id: UUID) -> Any:
    """A cohort of which the caller may see a department. Raises `NotFound`."""
    row = await read_cohort(tx, vpd, cohort_id)
    if not any(principal.may_touch_department(*key) for key in keys_of(row.departments)):
        raise no_cohort()
    return row
