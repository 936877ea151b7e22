"""The page of esr-gateway: exchanges, files in, runs out, the next cut-offs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from esr_gateway.layout import all_layouts, layout_of_file
from esr_gateway.overview import look
from esr_gateway.status import figures, notices
from esrlink.auth import Principal, signed_in
from esrlink.auth.trust_choice import vpds_shown
from esrlink.db import trust_names
from esrlink.runtime import Parts
from esrlink.web import Pages
from esrlink.web.places import roles_for

_Viewer = Annotated[Principal, Depends(signed_in(*roles_for("esr-gateway")))]


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The page at `/`."""
    page = APIRouter(include_in_schema=False)

    @page.get("/")
    async def exchanges(request: Request, person: _Viewer) -> HTMLResponse:
        vpds, now = vpds_shown(request, person), parts.clock.now()
        async with parts.database.read(vpds) as tx:
            seen = await look(tx, vpds, now)
            names = await trust_names(tx, person.vpds)
        return pages.render(
            request,
            "gateway.html",
            principal=person,
            now=now,
            title="ESR gateway",
            seen=seen,
            figures=figures(seen),
            notices=notices(seen),
            layouts=all_layouts(),
            layout_of_file=layout_of_file,
            trust_names=names,
        )

    return page
