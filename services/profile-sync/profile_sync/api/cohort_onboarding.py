"""What a rota product must do for a cohort, for products that ask instead of listening, and what they say they have done."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from esrlink.auth import Principal
from esrlink.contracts.types import Department, Product
from esrlink.errors import NotFound
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.callers import CanDecide
from profile_sync.api.cohort_answers import task_answer
from profile_sync.api.cohort_models import (
    AcknowledgementProblem,
    AcknowledgementRow,
    Acknowledgements,
    AcknowledgementsAnswer,
    OnboardingPage,
)
from profile_sync.api.cohorts import CanLook
from profile_sync.cohorts.acknowledging import Acknowledgement, acknowledge
from profile_sync.cohorts.expecting import Key
from profile_sync.cohorts.permitted import may_look
from profile_sync.cohorts.reading import Rows, list_told


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/cohorts/{cohort_id}/onboarding`."""
    api = APIRouter(prefix="/v1/cohorts/{cohort_id}/onboarding", tags=["cohorts"])
    database, clock = parts.database, parts.clock

    @api.get(
        "",
        operation_id="listOnboarding",
        summary="Read what a product must do: the same as the events, for a product that asks",
        description="Only rows that were applied. A row of an undone cohort stays, with `withdrawn`.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def onboarding(
        principal: CanLook,
        cohort_id: UUID,
        product: Annotated[Product | None, Query(description="Only this product's.")] = None,
        department: Annotated[Department | None, Query(description="Only this department's.")] = None,
        acknowledged: Annotated[
            bool | None, Query(description="Only what was acknowledged, or only what was not.")
        ] = None,
        cursor: Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        vpd: VpdQuery = None,
    ) -> OnboardingPage:
        trust = trust_scope(principal, vpd)
        wanted = Rows(product=product, department=department, cursor=cursor, limit=limit)
        async with database.read([trust]) as tx:
            await may_look(tx, principal, trust, cohort_id)
            rows, following = await list_told(
                tx, trust, cohort_id, principal.departments, wanted, acknowledged=acknowledged
            )
        return OnboardingPage(items=[task_answer(row) for row in rows], next=following)

    @api.post(
        "/acknowledgements",
        operation_id="acknowledgeOnboarding",
        summary="Say what you have done of what you were told",
        description="So that the coordinator sees it. It changes no profile and no link: put the profile for that. Each row is "
        "looked at by itself; the same again changes nothing.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def post(
        principal: CanDecide, cohort_id: UUID, body: Acknowledgements, vpd: VpdQuery = None
    ) -> AcknowledgementsAnswer:
        trust = trust_scope(principal, vpd)
        taken, problems = _taken(principal, body.acknowledgements)
        async with database.write([trust]) as tx:
            await may_look(tx, principal, trust, cohort_id)
            kept = await acknowledge(tx, trust, cohort_id, list(taken.values()), by=principal.subject, now=clock.now())
        told = "Nothing was told of this person in this department, or it was withdrawn since. Read the list again."
        problems += [_problem(index, "not_found", told) for index, one in taken.items() if one.key not in kept]
        return AcknowledgementsAnswer(kept=len(kept), problems=sorted(problems, key=lambda one: one.index))

    return api


def _taken(
    principal: Principal, rows: list[AcknowledgementRow]
) -> tuple[dict[int, Acknowledgement], list[AcknowledgementProblem]]:
    taken: dict[int, Acknowledgement] = {}
    problems: list[AcknowledgementProblem] = []
    seen: set[Key] = set()
    for index, row in enumerate(rows):
        key = (row.employee_number, row.product, row.department)
        try:
            principal.require_department(row.product, row.department)
        except NotFound as error:
            problems.append(_problem(index, error.code, error.detail))
            continue
        if key in seen:
            problems.append(_problem(index, "invalid", "The request holds this person and department already."))
            continue
        seen.add(key)
        taken[index] = Acknowledgement(key, row.withdrawn, row.state, row.profile_id, row.note or None)
    return taken, problems


def _problem(index: int, code: str, detail: str) -> AcknowledgementProblem:
    return AcknowledgementProblem(index=index, code=code, field="employee_number", detail=detail)
