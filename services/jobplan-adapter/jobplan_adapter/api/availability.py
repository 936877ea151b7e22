"""`/v1/departments/…/availability`: who should be doing what in a week, by half day, for building a rota."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from esrlink.auth import Principal, Role, Scope, require
from esrlink.clock import Clock, today
from esrlink.db import Database
from esrlink.http import problem_responses
from esrlink.http.conditional import NOT_MODIFIED, etag_of, is_fresh
from esrlink.http.trust import VpdQuery, trust_scope
from jobplan_adapter.api.paths import DepartmentPath, ProductPath
from jobplan_adapter.api.readers import tagged
from jobplan_adapter.availability.department import Member, department_week
from jobplan_adapter.availability.half_days import Half, Turn, Week, week_of
from jobplan_adapter.availability.weeks import Duty
from jobplan_adapter.delivery.leave import bank_holidays_between
from jobplan_adapter.plans.plan import Reading
from jobplan_adapter.plans.summaries import Doubt

Reader = Annotated[
    Principal, Depends(require(Scope.JOBPLANS_READ, roles=(Role.ADMINISTRATOR, Role.VALIDATOR, Role.AUDITOR)))
]


class DutyAnswer(BaseModel):
    """A session of the plan."""

    activity: str | None = Field(examples=["Theatre list"])
    category: str | None = Field(examples=["DCC"])
    starts: time | None
    ends: time | None
    pas: Reading = Field(description="PAs a week, averaged over the cycle.")
    location: str | None
    premium: bool | None
    turn: Turn = Field(
        description="`alternate_weeks`: held every so many weeks, and the plan does not say in which; `unclear`: how often "
        "cannot be read."
    )
    plan: str = Field(description="The version that says so.", examples=["sard/10101 version 1"])
    post: str | None = None


class HalfDayAnswer(BaseModel):
    """A half day with something planned, or away. A session of a whole day stands in both of its halves."""

    date: date
    half: Half
    away: bool = Field(description="Leave was approved for it; why is not told here.")
    duties: list[DutyAnswer]


class MemberAnswer(BaseModel):
    """One person's week, from plans that are signed off."""

    employee_number: str = Field(examples=["00000101"])
    half_days: list[HalfDayAnswer]
    uncertainty: list[Doubt] = []


class AvailabilityAnswer(BaseModel):
    """A part of a department's people, in order of their ESR numbers."""

    week: str = Field(examples=["2026-W32"])
    first: date
    last: date
    bank_holidays: list[date] = Field(description="Of England and Wales, within the week.")
    people: list[MemberAnswer]
    next_cursor: str | None = Field(default=None, description="For the part that follows; null at the end.")


def router(database: Database, clock: Clock) -> APIRouter:
    """The one route."""
    routes = APIRouter(prefix="/v1/departments", tags=["departments"], responses=problem_responses(401, 403, 404, 422))

    @routes.get(
        "/{product}/{department}/availability",
        summary="Who should be doing what in a week, by half day",
        operation_id="getAvailability",
        responses=NOT_MODIFIED,
        response_model=AvailabilityAnswer,
    )
    async def availability(
        product: ProductPath,
        department: DepartmentPath,
        principal: Reader,
        request: Request,
        week: Annotated[str, Query(pattern=r"^\d{4}-W\d{2}$", description="The ISO week.", examples=["2026-W32"])],
        vpd: VpdQuery = None,
        cursor: Annotated[
            str | None, Query(max_length=30, pattern=r"^[0-9A-Z]+$", description="`next_cursor` of the part before.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        """Of people with work in this department in the year before, or with a plan of its specialties. Plans that are not
        signed off say nothing here; approved leave shows as away."""
        trust = trust_scope(principal, vpd)
        principal.require_department(product, department)
        asked = week_of(week)
        found = await department_week(
            database, trust, product, department, asked, today=today(clock), after=cursor or "", limit=limit
        )
        answer = AvailabilityAnswer(
            week=str(asked),
            first=asked.monday,
            last=asked.sunday,
            bank_holidays=bank_holidays_between(asked.monday, asked.sunday),
            people=[_member(one, asked) for one in found.members],
            next_cursor=found.next_cursor,
        )
        content = answer.model_dump_json()
        headers = tagged(etag_of(content))
        if is_fresh(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    return routes


def _member(one: Member, week: Week) -> MemberAnswer:
    return MemberAnswer(
        employee_number=one.employee_number,
        half_days=[
            HalfDayAnswer(date=h.day, half=h.half, away=h.away, duties=[_duty(duty) for duty in h.duties])
            for h in one.week.half_days
        ],
        uncertainty=[Doubt(code=code, detail=detail) for code, detail in _doubts(one, week)],
    )


def _duty(duty: Duty) -> DutyAnswer:
    session = duty.session
    return DutyAnswer(
        activity=session.activity,
        category=session.category,
        starts=session.starts,
        ends=session.ends,
        pas=session.pas,
        location=session.location,
        premium=session.premium,
        turn=duty.turn,
        plan=f"{duty.held.provider}/{duty.held.plan_id} version {duty.held.version}",
        post=duty.held.content.post,
    )


def _doubts(one: Member, week: Week) -> Iterator[tuple[str, str]]:
    plans = one.week.plans
    if not plans:
        unsigned = any(version.current for version in one.versions)
        told = "no plan is signed off" if unsigned else "no plan is known"
        yield "no_signed_plan", f"Of {week} {told}, so nothing is said of what should be done."
    for plan in plans:
        name = f"{plan.provider}/{plan.plan_id} version {plan.version}"
        if not plan.content.timetable:
            yield "no_timetable", f"{name} shows no sessions of a typical week."
        loose = sum(session.weekday is None for session in plan.content.timetable)
        if loose:
            yield "session_without_day", f"{name}: {loose} of its sessions have no day that could be read."
        if plan.plan_state == "under_revision":
            yield "under_revision", f"{name} was reopened; its last signed-off week is shown."
