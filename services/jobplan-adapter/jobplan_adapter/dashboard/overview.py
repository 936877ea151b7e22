"""The first page of jobplan-adapter: how the providers do, plans by state, and what is wrong, each with a way to the rest."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth.trust_choice import vpds_shown
from esrlink.http.downloads import FileForm, file_answer, sheet
from jobplan_adapter.dashboard.desk import Desk, Viewer
from jobplan_adapter.polling.figures import headline, notices, plans_by_state
from jobplan_adapter.polling.state import states_of

COLUMNS = (
    *("trust", "provider", "state", "last_asked", "last_good_answer", "users", "matched", "unmatched", "match_rate"),
    *("plans", "records_not_read", "error"),
)


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

    @page.get("/providers.{format_}")
    async def download(request: Request, reader: Viewer, format_: FileForm) -> Response:
        vpds = vpds_shown(request, reader)
        async with desk.database.read(vpds) as tx:
            rows = [
                (
                    *(one.vpd, one.name, one.state, one.last_poll_at, one.last_good_at, one.users, one.matched),
                    *(one.unmatched, one.match_rate, one.plans, one.faults, one.error),
                )
                for one in await states_of(tx, vpds)
            ]
        return file_answer("providers", [sheet("Providers", COLUMNS, rows)], format_)

    return page
