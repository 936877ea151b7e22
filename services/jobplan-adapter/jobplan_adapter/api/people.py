"""`/v1/people`: a person's job plan by ESR number, and its versions.

The plan is read by one statement and written once: rota products ask for it as they draw a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from esrlink.clock import LONDON, Clock
from esrlink.db import Database
from esrlink.http import problem_responses
from esrlink.http.conditional import NOT_MODIFIED, is_fresh
from jobplan_adapter.api.paths import EmployeePath, VpdPath
from jobplan_adapter.api.readers import Day, PlanReader, may_look_at, nobody, tagged
from jobplan_adapter.plans.at_once import plans_at_once
from jobplan_adapter.plans.comparing import changes_between
from jobplan_adapter.plans.summaries import JobPlanAnswer, VersionSummary, summarise, version_of
from jobplan_adapter.plans.versions import HeldVersion


class ChangeAnswer(BaseModel):
    """One field that differs from the version before, as people read it; null is not stated."""

    field: str = Field(examples=["activities.DCC"])
    label: str = Field(examples=["DCC, PAs a week"])
    before: str | None = Field(examples=["7.5"])
    after: str | None = Field(examples=["8"])


class VersionAnswer(VersionSummary):
    """One version; `current` is the newest of its plan."""

    current: bool
    signed_off: bool
    post: str | None = None
    changes: list[ChangeAnswer] = Field(default=[], description="Against the version before it of the same plan.")


class VersionsAnswer(BaseModel):
    """All versions of a person's plans, oldest first."""

    vpd: str
    employee_number: str
    versions: list[VersionAnswer]


def router(database: Database, clock: Clock) -> APIRouter:
    """The routes of people."""
    routes = APIRouter(prefix="/v1/people", tags=["people"], responses=problem_responses(401, 403, 404, 422))

    @routes.get(
        "/{vpd}/{employee_number}/job-plan",
        summary="A person's job plan",
        operation_id="getJobPlan",
        responses=NOT_MODIFIED,
        response_model=JobPlanAnswer,
    )
    async def job_plan(
        vpd: VpdPath,
        employee_number: EmployeePath,
        principal: PlanReader,
        request: Request,
        on: Annotated[Day | None, Query(description="The day asked about; today when left out.")] = None,
        detail: Annotated[Literal["summary", "full"], Query(description="`full` adds the timetable.")] = "summary",
    ) -> Response:
        """The plan in force on a day, what is being prepared beside it, its source and age, and what is uncertain.

        The ETag stays the same while only the age changes; the header `Plan-As-Of` tells the age even with a 304.
        """
        may_look_at(principal, vpd, employee_number)
        full = detail == "full"
        found = await plans_at_once(database, vpd, [employee_number], principal.departments, whole=full)
        person = found.people.get(employee_number)
        if person is None:
            raise nobody()
        now = clock.now()
        day = on or now.astimezone(LONDON).date()
        answer = summarise(vpd, employee_number, person.versions, found.providers, on=day, now=now, full=full)
        headers = tagged(found.tag(employee_number, day, full))
        good = [one.last_good_at for one in answer.sources if one.last_good_at]
        if good:
            headers["Plan-As-Of"] = min(good).isoformat()
        if is_fresh(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(answer.model_dump_json(), media_type="application/json", headers=headers)

    @routes.get(
        "/{vpd}/{employee_number}/job-plan/versions",
        summary="All versions of a person's plans",
        operation_id="listJobPlanVersions",
        responses=NOT_MODIFIED,
        response_model=VersionsAnswer,
    )
    async def versions(
        vpd: VpdPath, employee_number: EmployeePath, principal: PlanReader, request: Request
    ) -> Response:
        """Oldest first, each with what it changed. A version never changes once it is written."""
        may_look_at(principal, vpd, employee_number)
        found = await plans_at_once(database, vpd, [employee_number], principal.departments, whole=True, every=True)
        person = found.people.get(employee_number)
        if person is None:
            raise nobody()
        headers = tagged(found.tag(employee_number, "versions"))
        if is_fresh(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        answer = VersionsAnswer(vpd=vpd, employee_number=employee_number, versions=_versions(person.versions))
        return Response(answer.model_dump_json(), media_type="application/json", headers=headers)

    return routes


def _versions(held: Sequence[HeldVersion]) -> list[VersionAnswer]:
    answers, before = [], dict[tuple[str, str], HeldVersion]()
    for one in held:
        key = (one.provider, one.plan_id)
        summary = version_of(one, one.plan_state if one.current else one.state)
        changes = changes_between(before[key].content, one.content) if key in before else []
        before[key] = one
        answers.append(
            VersionAnswer(
                **summary.model_dump(),
                current=one.current,
                signed_off=one.signed,
                post=one.content.post,
                changes=[ChangeAnswer(**asdict(change)) for change in changes],
            )
        )
    return answers
