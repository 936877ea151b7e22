"""`/v1/people`: a person's job plan by ESR number, its versions, and planned against delivered.

The plan is read by one statement and written once: rota products ask for it as they draw a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from esrlink.auth import Principal, Role, Scope, require
from esrlink.clock import LONDON, Clock, today
from esrlink.db import Database, ReadTx
from esrlink.errors import Invalid, NotFound
from esrlink.http import problem_responses
from esrlink.http.conditional import NOT_MODIFIED, is_fresh
from jobplan_adapter.api.paths import EmployeePath, VpdPath
from jobplan_adapter.api.readers import Day, PlanReader, may_look_at, nobody, tagged
from jobplan_adapter.delivery.person import PersonDelivery, delivery_of
from jobplan_adapter.people.known import is_known
from jobplan_adapter.plans.at_once import plans_at_once
from jobplan_adapter.plans.comparing import changes_between
from jobplan_adapter.plans.summaries import Doubt, JobPlanAnswer, VersionSummary, summarise, version_of
from jobplan_adapter.plans.versions import HeldVersion, versions_of
from jobplan_adapter.trusts import get_trust

Reader = Annotated[
    Principal, Depends(require(Scope.JOBPLANS_READ, roles=(Role.ADMINISTRATOR, Role.VALIDATOR, Role.AUDITOR)))
]
# Two years: more than any comparison of job plans looks at.
LONGEST_PERIOD_DAYS = 731


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


class CategoryAnswer(BaseModel):
    """PAs of one category over the whole period. `planned` is null when a figure in it cannot be read."""

    category: str = Field(examples=["DCC"])
    planned: Decimal | None = Field(examples=["75.92"])
    delivered: Decimal = Field(examples=["72.00"])
    difference: Decimal | None = Field(description="delivered - planned", examples=["-3.92"])


class LineAnswer(BaseModel):
    """One line of the working."""

    kind: Literal["planned", "delivered", "extra"]
    category: str | None
    first: date
    last: date
    pas: Decimal
    working: str = Field(examples=["7.5 PAs x (92 - 3) / 7 weeks x 42 / 52"])
    source: str = Field(examples=["sard/10101 version 1"])


class DeliveryAnswer(BaseModel):
    """Planned against delivered. The formula is in the reference documentation; `lines` show it applied."""

    vpd: str
    employee_number: str
    first: date
    last: date
    categories: list[CategoryAnswer]
    extra: Decimal = Field(description="PAs of paid extra work: apart, never in-plan.", examples=["2.00"])
    uncertainty: list[Doubt]
    lines: list[LineAnswer]


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

    @routes.get("/{vpd}/{employee_number}/delivery", summary="Planned against delivered", operation_id="getDelivery")
    async def delivery(
        vpd: VpdPath,
        employee_number: EmployeePath,
        principal: Reader,
        first: Annotated[Day, Query(alias="from", description="First day.", examples=["2026-04-01"])],
        last: Annotated[Day, Query(alias="to", description="Last day, included.", examples=["2026-06-30"])],
    ) -> DeliveryAnswer:
        """PAs planned, delivered and extra of a period, by category, with the working line by line."""
        principal.require_vpd(vpd)
        if not 0 <= (last - first).days < LONGEST_PERIOD_DAYS:
            raise Invalid(
                f"`to` must not be before `from`, nor {LONGEST_PERIOD_DAYS} days or more after it.", field="to"
            )
        async with database.read([vpd]) as tx:
            trust = await get_trust(tx, vpd)
            await _known_versions(tx, vpd, employee_number)
            found = await delivery_of(
                tx,
                vpd,
                employee_number,
                first,
                last,
                allowed_leave=trust.settings.leave_within_working_weeks,
                today=today(clock),
            )
        return _delivery(vpd, employee_number, first, last, found)

    return routes


async def _known_versions(tx: ReadTx, vpd: str, employee_number: str, *, every: bool = False) -> list[HeldVersion]:
    """A person's versions. Raises `NotFound` when neither a provider nor ESR has shown this person."""
    found = await versions_of(tx, vpd, employee_number, every=every)
    if not found and not await is_known(tx, vpd, employee_number):
        raise NotFound("There is no such person in this trust.", field="employee_number")
    return found


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


def _delivery(vpd: str, employee_number: str, first: date, last: date, found: PersonDelivery) -> DeliveryAnswer:
    figures = found.delivery
    return DeliveryAnswer(
        vpd=vpd,
        employee_number=employee_number,
        first=first,
        last=last,
        categories=[
            CategoryAnswer(category=c.category, planned=c.planned, delivered=c.delivered, difference=c.difference)
            for c in figures.categories
        ],
        extra=figures.extra,
        uncertainty=[Doubt(code=one.code, detail=one.detail) for one in found.uncertainty],
        lines=[
            LineAnswer(
                kind=line.kind,
                category=line.category,
                first=line.first,
                last=line.last,
                pas=line.pas,
                working=line.working,
                source=line.source,
            )
            for line in figures.lines
        ],
    )
