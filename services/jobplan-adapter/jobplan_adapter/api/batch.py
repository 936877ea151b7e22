"""`/v1/job-plans:batch`: the job plans of up to 500 people, for a rota that draws a whole page of cells."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal, Role, Scope, require
from esrlink.clock import Clock, today
from esrlink.db import Database
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from jobplan_adapter.api.readers import Day
from jobplan_adapter.plans.at_once import PlansAtOnce, plans_at_once
from jobplan_adapter.plans.summaries import JobPlanAnswer, summarise

BATCH_LIMIT = 500
_NUMBER = re.compile(r"[0-9A-Z]{1,30}")
_EXAMPLE = {"employee_numbers": ["00000101", "00000102"], "on": "2026-08-03"}

Reader = Annotated[
    Principal, Depends(require(Scope.JOBPLANS_READ, roles=(Role.ADMINISTRATOR, Role.VALIDATOR, Role.AUDITOR)))
]


class PlansWanted(BaseModel):
    """Whose plans. What you hold already is answered with 304 and no plan."""

    model_config = ConfigDict(extra="forbid")
    employee_numbers: list[Annotated[str, Field(max_length=60)]] = Field(
        min_length=1, max_length=BATCH_LIMIT, examples=[["00000101", "00000102"]]
    )
    on: Day | None = Field(default=None, description="The day asked about; today when left out.")
    held: dict[str, Annotated[str, Field(max_length=100)]] = Field(
        default={},
        max_length=BATCH_LIMIT,
        description="By ESR number, the `etag` of an answer that you hold.",
        examples=[{"00000101": 'W/"5f1c0e6d6a1f4b2b8d2f2d0c4f1a9e77"'}],
    )


class PlanFound(BaseModel):
    """The answer to one number. `status` is what a single read would have answered."""

    employee_number: str = Field(examples=["00000101"])
    status: Literal[200, 304, 404, 422]
    etag: str | None = Field(default=None, description="As of a single read of the same day.")
    job_plan: JobPlanAnswer | None = None
    detail: str | None = Field(default=None, description="What was wrong, where there is no plan to show.")


class PlansFound(BaseModel):
    """An answer for each number, in their order."""

    vpd: str
    on: date
    plans: list[PlanFound]


def router(database: Database, clock: Clock) -> APIRouter:
    """The one route."""
    routes = APIRouter(prefix="/v1", tags=["people"], responses=problem_responses(401, 403, 404, 422))

    @routes.post(
        "/job-plans:batch",
        summary="The job plans of many people",
        operation_id="readJobPlans",
        response_model=PlansFound,
    )
    async def read(
        body: Annotated[PlansWanted, Body(openapi_examples={"two people": {"value": _EXAMPLE}})],
        principal: Reader,
        vpd: VpdQuery = None,
    ) -> Response:
        """Each as the compact summary of a single read. One statement is run, however many people."""
        trust = trust_scope(principal, vpd)
        on = body.on or today(clock)
        numbers = sorted({one for one in body.employee_numbers if _NUMBER.fullmatch(one)})
        found = await plans_at_once(database, trust, numbers, principal.departments)
        told = {one: _one(trust, one, found, body, on, clock) for one in set(body.employee_numbers)}
        answer = PlansFound(vpd=trust, on=on, plans=[told[one] for one in body.employee_numbers])
        return Response(
            answer.model_dump_json(), media_type="application/json", headers={"Cache-Control": "private, no-store"}
        )

    return routes


def _one(vpd: str, number: str, found: PlansAtOnce, wanted: PlansWanted, on: date, clock: Clock) -> PlanFound:
    if not _NUMBER.fullmatch(number):
        return PlanFound(employee_number=number, status=422, detail="That is no ESR number.")
    person = found.people.get(number)
    if person is None:
        detail = "There is no such person in this trust that you may see."
        return PlanFound(employee_number=number, status=404, detail=detail)
    etag = found.tag(number, on, False)
    if wanted.held.get(number) == etag:
        return PlanFound(employee_number=number, status=304, etag=etag)
    plan = summarise(vpd, number, person.versions, found.providers, on=on, now=clock.now())
    return PlanFound(employee_number=number, status=200, etag=etag, job_plan=plan)
