"""The first page of jobplan-adapter: how the providers do, plans by state, and what is wrong, each with a way to the rest."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from jobplan_adapter.dashboard.desk import Desk, Viewer
from jobplan_adapter.polling.figures import headline, notices, plans_by_state
from jobplan_adapter.polling.state import states_of


def router(desk: Desk) -> APIRouter:
    """The page at `/`."""
    page = APIRouter()

    @page.get("/")
    async def overview(request: Request, reader: Viewer) -> HTMLResponse:
        vpds = vpds_shown(request, reader)
        async with desk.database.read(vpds) as tx:
            states = await states_of(tx, vpds)
            plans = await plans_by_state(tx, vpds)
        return await desk.render(
            request,
            "jobplans.html",
            reader,
            section="",
            title="Job plans",
            providers=states,
            plans=sorted(plans.items()),
            figures=headline(states, plans),
            notices=notices(states, desk.parts.clock.now()),
        )

    return page
