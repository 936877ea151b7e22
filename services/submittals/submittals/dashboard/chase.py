"""The chase lists: how much waits for whom, with what is late, and the absences that somebody has to say more about."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from esrlink.errors import NotFound
from submittals.dashboard.desk import Desk, Viewer
from submittals.deadlines.chase import By, Chased, Scene, chase_list, scene_of
from submittals.deadlines.when import at_words

VIEWS: dict[By, str] = {"approver": "By approver", "department": "By department", "person": "By person"}

MOST = 200
"""Lines of a list that are shown."""


def router(desk: Desk) -> APIRouter:
    """The page at `/chase`."""
    page = APIRouter()

    @page.get("/chase")
    async def chase(request: Request, person: Viewer, by: Annotated[By, Query()] = "approver") -> HTMLResponse:
        vpds = vpds_shown(request, person)
        found: list[tuple[Scene, list[Chased]]] = []
        for vpd in vpds:
            async with desk.database.read([vpd]) as tx:
                try:
                    scene = await scene_of(tx, vpd, desk.parts.clock.now())
                except NotFound:
                    continue
            found.append((scene, await chase_list(desk.database, scene, by, person.departments)))
        async with desk.database.read(vpds) as tx:
            departments = await desk.department_names(tx, vpds)
        return await desk.render(
            request,
            "chase.html",
            person,
            section="chase",
            title="Chase lists",
            by=by,
            views=VIEWS,
            most=MOST,
            found=[
                (scene.vpd, scene.turn, at_words(scene.turn.closing.at) if scene.turn.closing else None, lines)
                for scene, lines in found
            ],
            departments=departments,
        )

    return page
