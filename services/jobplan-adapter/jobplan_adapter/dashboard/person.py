"""A person's job plan on a day: what is in force in each post, what is being prepared beside it, and what is not certain."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.clock import today
from esrlink.contracts.types import EmployeeNumber, Vpd
from esrlink.errors import Invalid, NotFound
from esrlink.http.downloads import FileForm, file_answer, sheet
from jobplan_adapter.dashboard.desk import Desk, PlanReader
from jobplan_adapter.dashboard.plan_view import (
    CATEGORIES,
    WEEK_COLUMNS,
    CategorySum,
    PlanView,
    dated,
    in_order,
    sums_of,
    view_of,
    week_cells,
)
from jobplan_adapter.delivery.uncertainty import Uncertainty, of_version
from jobplan_adapter.plans.at_once import plans_at_once
from jobplan_adapter.plans.in_force import being_prepared, in_force_by_post
from jobplan_adapter.plans.summaries import state_on
from jobplan_adapter.plans.versions import HeldVersion
from jobplan_adapter.polling.state import Health

VpdPath = Annotated[Vpd, Path()]
NumberPath = Annotated[EmployeeNumber, Path()]
OnDay = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True, slots=True)
class Beside:
    """A category of the plan in force beside what is being prepared; the figures are PAs a week."""

    category: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class PostView:
    """A post: its plan in force, and what is being prepared beside it."""

    plan: PlanView
    revision: PlanView | None
    beside: Sequence[Beside]


@dataclass(frozen=True, slots=True)
class PersonView:
    """What the page shows of a person on a day. `others` are plans of other days, when none is in force."""

    vpd: str
    number: str
    day: date
    posts: Sequence[PostView]
    sums: Sequence[CategorySum]
    uncertain: Sequence[Uncertainty]
    sources: Sequence[Health]
    others: Sequence[HeldVersion]


def router(desk: Desk) -> APIRouter:
    """The page at `/people/{vpd}/{employee_number}`."""
    page = APIRouter()

    @page.get("/people/{vpd}/{employee_number}")
    async def person(
        request: Request, reader: PlanReader, vpd: VpdPath, employee_number: NumberPath, on: OnDay = ""
    ) -> HTMLResponse:
        reader.require_vpd(vpd)
        view = await read_person(desk, vpd, employee_number, reader.departments, on)
        here = f"{desk.home}people/{vpd}/{employee_number}"
        return await desk.render(
            request,
            "person.html",
            reader,
            section="people",
            title=f"Job plan of {employee_number}",
            above=(("people", "People"),),
            people=[view],
            here=here,
            bases={vpd: here},
            **words(),
        )

    @page.get("/people/{vpd}/{employee_number}/week.{format_}")
    async def download(
        reader: PlanReader, vpd: VpdPath, employee_number: NumberPath, format_: FileForm, on: OnDay = ""
    ) -> Response:
        reader.require_vpd(vpd)
        return await week_file(desk, vpd, employee_number, reader.departments, on, format_)

    return page


async def week_file(
    desk: Desk, vpd: str, number: str, departments: Collection[str] | None, on: str, format_: FileForm
) -> Response:
    """The typical week of each plan in force as a file, with the PAs by category on a sheet of their own."""
    plans = [one.plan for one in (await read_person(desk, vpd, number, departments, on)).posts]
    lines = [(one.name, *cells) for one in plans for cells in week_cells(one)]
    figures = [
        (one.name, stated.category, stated.pas if stated.raw is None else stated.raw)
        for one in plans
        for stated in one.content.activities
    ]
    categories = sheet("PAs a week", ("plan", "category", "pas_a_week"), figures)
    return file_answer(f"week-{number}", [categories, sheet("Week", ("plan", *WEEK_COLUMNS), lines)], format_)


def words() -> dict[str, Any]:
    """What the templates of plans say things with."""
    return {"categories": CATEGORIES, "dated": dated}


async def read_person(
    desk: Desk, vpd: str, number: str, departments: Collection[str] | None, on: str = ""
) -> PersonView:
    """A person on the day that was typed, or today: one statement.

    Raises `NotFound` for a person who is not there and for one of other departments, alike; `Invalid` for what is no day.
    """
    day = _day(on) or today(desk.parts.clock)
    found = await plans_at_once(desk.database, vpd, [number], departments, whole=True)
    if number not in found.people:
        raise NotFound("There is no such person that you may see.", field="employee_number")
    versions = found.people[number].versions
    chosen = list(in_force_by_post(versions, day).values())
    names = {one.provider for one in chosen}
    return PersonView(
        vpd=vpd,
        number=number,
        day=day,
        posts=[_post(versions, one, day) for one in chosen],
        sums=sums_of([one.content for one in chosen]) if len(chosen) > 1 else [],
        uncertain=[each for one in chosen for each in of_version(one)],
        sources=[one for one in found.providers if one.name in names or not chosen],
        others=[] if chosen else [one for one in versions if one.current],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("A day is written 2026-08-03.", field="on") from error


def _post(versions: Sequence[HeldVersion], held: HeldVersion, day: date) -> PostView:
    plan, coming = view_of(held, state_on(held, day)), being_prepared(versions, held)
    if coming is None:
        return PostView(plan, None, ())
    revision = view_of(coming, coming.plan_state)
    return PostView(plan, revision, _beside(plan, revision))


def _beside(plan: PlanView, revision: PlanView) -> list[Beside]:
    now, then = _figures(plan), _figures(revision)
    categories = sorted({*now, *then}, key=in_order)
    return [Beside(one, now.get(one, "not stated"), then.get(one, "not stated")) for one in categories]


def _figures(plan: PlanView) -> dict[str, str]:
    return {
        one.category: f"{one.pas:f}" if one.pas is not None else f"cannot be read: {one.raw}"
        for one in plan.content.activities
    }
