"""The first page: exchanges, files in, runs out, the next cut-offs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.layout import all_layouts, layout_of_file
from esr_gateway.overview import look
from esr_gateway.status import figures, notices
from esrlink.auth.trust_choice import vpds_shown


def router(desk: Desk) -> APIRouter:
    """The page at `/`."""
    page = APIRouter()

    @page.get("/")
    async def overview(request: Request, person: Viewer) -> HTMLResponse:
        vpds = vpds_shown(request, person)
        async with desk.database.read(vpds) as tx:
            seen = await look(tx, vpds, desk.parts.clock.now())
        return await desk.render(
            request,
            "gateway.html",
            person,
            section="",
            title="ESR gateway",
            seen=seen,
            figures=figures(seen),
            notices=notices(seen),
            layouts=all_layouts(),
            layout_of_file=layout_of_file,
        )

    return page
