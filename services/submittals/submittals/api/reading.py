"""Reading submittals: one by id, lists, counts by state, the calendar."""

from __future__ import annotations

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from esrlink.auth import Principal, Scope, require
from esrlink.contracts.types import Department
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from submittals.api.answers import (
    CalendarAnswer,
    CountsAnswer,
    CutOffAnswer,
    SubmittalAnswer,
    SubmittalList,
    SubmittalSummary,
)
from submittals.api.work import READERS, PartsOf, readable, shown
from submittals.esr import cut_offs
from submittals.records import reading
from submittals.records.state import State
from submittals.trusts import editions

reading_router = APIRouter(prefix="/v1", tags=["submittals"])

Reader = Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=READERS))]
_RESPONSES = problem_responses(401, 403, 404, 422)


@reading_router.get("/submittals", summary="List submittals", operation_id="list_submittals", responses=_RESPONSES)
async def list_submittals(
    principal: Reader,
    parts: PartsOf,
    vpd: VpdQuery = None,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    department: Annotated[Department | None, Query(description="Only this department's.")] = None,
    cursor: Annotated[UUID | None, Query(description="`next_cursor` of the part before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> SubmittalList:
    """List submittals in the order in which they came in."""
    trust = trust_scope(principal, vpd)
    query = reading.Query(trust, principal.departments, department, state, cursor, limit)
    async with parts.database.read([trust]) as tx:
        rows = await reading.page(tx, query)
    names = {"submittal_id": "id"}
    listed = [
        SubmittalSummary(**{name: row[names.get(name, name)] for name in SubmittalSummary.model_fields}) for row in rows
    ]
    return SubmittalList(submittals=listed, next_cursor=listed[-1].submittal_id if len(listed) == limit else None)


@reading_router.get(
    "/submittals/counts",
    summary="Count submittals by state",
    description="With all approvals and withdrawals told to the gateway: approved minus withdrawn = sent + held + waiting.",
    operation_id="count_submittals",
    responses=_RESPONSES,
)
async def count_submittals(principal: Reader, parts: PartsOf, vpd: VpdQuery = None) -> CountsAnswer:
    """Count the submittals, approvals and withdrawals of the departments that the caller may see."""
    trust = trust_scope(principal, vpd)
    async with parts.database.read([trust]) as tx:
        found = await reading.counts(tx, [trust], principal.departments)
        approved, withdrawn = await reading.conservation(tx, trust, principal.departments)
    states: Counter[State] = Counter()
    for one in found:
        states[State(one.state)] += one.count
    held = sum(one.held for one in found)
    return CountsAnswer(
        vpd=trust, states=dict(states), held=held, approved_versions=approved, withdrawn_versions=withdrawn
    )


@reading_router.get(
    "/calendar", summary="The trust's coming cut-offs", operation_id="get_calendar", responses=_RESPONSES
)
async def get_calendar(principal: Reader, parts: PartsOf, vpd: VpdQuery = None) -> CalendarAnswer:
    """The coming cut-offs of the trust's normal runs, the next one first."""
    trust = trust_scope(principal, vpd)
    now = parts.clock.now()
    async with parts.database.read([trust]) as tx:
        settings = await editions.in_force(tx, trust, now, ["general"])
        calendar = await cut_offs.load(tx, trust, settings.period_type)
    coming = [
        CutOffAnswer(run=closing.run_code, pay_name=closing.pay_name, cut_off=closing.at)
        for closing in calendar.closings
        if closing.at > now
    ]
    return CalendarAnswer(vpd=trust, next_cut_off=coming[0] if coming else None, coming=coming)


@reading_router.get(
    "/submittals/{submittal_id}", summary="Read a submittal", operation_id="get_submittal", responses=_RESPONSES
)
async def get_submittal(submittal_id: UUID, principal: Reader, parts: PartsOf) -> SubmittalAnswer:
    """Read one submittal by its id."""
    async with parts.database.read(principal.vpds) as tx:
        record = await readable(tx, principal, submittal_id)
        return await shown(tx, record, parts.clock.now())
