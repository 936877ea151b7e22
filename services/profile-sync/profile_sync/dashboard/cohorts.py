"""The page that lists cohorts, and the form that plans one."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.errors import EsrLinkError
from profile_sync.cohorts.permitted import require_departments
from profile_sync.cohorts.planning import make_cohort
from profile_sync.cohorts.reading import list_cohorts
from profile_sync.dashboard.cohort_forms import Typed, terms_of
from profile_sync.dashboard.cohort_words import STATES
from profile_sync.dashboard.desk import Decider, Desk
from profile_sync.links.matching import by_department

_SHOWN = 25


def router(desk: Desk) -> APIRouter:
    """The pages at `/cohorts` and `/cohorts/new`."""
    page = APIRouter(prefix="/cohorts")

    @page.get("")
    async def cohorts(
        request: Request, person: Decider, cursor: Annotated[str | None, Query(max_length=1000)] = None
    ) -> HTMLResponse:
        vpds = vpds_shown(request, person)
        async with desk.database.read(vpds) as tx:
            found, following = await list_cohorts(tx, vpds, person.departments, cursor=cursor, limit=_SHOWN)
        return await desk.render(
            request,
            "cohorts.html",
            person,
            section="cohorts",
            title="Cohorts",
            cohorts=found,
            states=STATES,
            first=f"{desk.home}cohorts" if cursor else None,
            following=f"{desk.home}cohorts?{urlencode({'cursor': following})}" if following else None,
        )

    @page.get("/new")
    async def ask(request: Request, person: Decider) -> HTMLResponse:
        return await _form(desk, request, person, {})

    @page.post("/new")
    async def plan(
        request: Request,
        person: Decider,
        name: Typed = "",
        changeover: Typed = "",
        days_before: Typed = "",
        days_after: Typed = "",
        department: Annotated[list[str] | None, Form(max_length=100)] = None,
        staff_groups: Typed = "",
        grades: Typed = "",
    ) -> Response:
        typed = {"name": name, "changeover": changeover, "days_before": days_before, "days_after": days_after}
        typed |= {"staff_groups": staff_groups, "grades": grades}
        chosen = department or []
        cohort_id = desk.parts.new_id()
        try:
            vpd, spec = terms_of(name, changeover, (days_before, days_after), chosen, staff_groups, grades)
            person.require_vpd(vpd)
            require_departments(person, spec.departments)
            async with desk.database.write([vpd]) as tx:
                await make_cohort(tx, vpd, cohort_id, spec, by=person.subject, now=desk.parts.clock.now())
        except EsrLinkError as refused:
            return await _form(desk, request, person, typed, chosen, refused)
        return RedirectResponse(f"{desk.home}cohorts/{vpd}/{cohort_id}?said=planned", status_code=303)

    return page


async def _form(
    desk: Desk,
    request: Request,
    person: Principal,
    typed: dict[str, Any],
    chosen: list[str] | None = None,
    refused: EsrLinkError | None = None,
) -> HTMLResponse:
    vpds = vpds_shown(request, person)
    async with desk.database.read(vpds) as tx:
        departments = await by_department(tx, vpds, person.departments)
    return await desk.render(
        request,
        "cohort_new.html",
        person,
        section="cohorts",
        title="Plan a changeover",
        above=(("cohorts", "Cohorts"),),
        status=refused.status if refused else 200,
        departments=departments,
        typed={"days_before": "14", "days_after": "14", "staff_groups": "Medical and Dental", **typed},
        chosen=chosen or [],
        refused=refused,
    )
