"""The page of esr-gateway: exchanges, files in, runs out, the next cut-offs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esr_gateway.layout import all_layouts
from esr_gateway.overview import look
from esr_gateway.status import figures, notices
from esrlink.auth import AnyPerson
from esrlink.auth.trust_choice import vpds_shown
from esrlink.runtime import Parts
from esrlink.web import Pages


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The page at `/`."""
    page = APIRouter(include_in_schema=False)

    @page.get("/")
    async def exchanges(request: Request, person: AnyPerson) -> HTMLResponse:
        vpds, now = vpds_shown(request, person), parts.clock.now()
        async with parts.database.read(vpds) as tx:
            seen = await look(tx, vpds, now)
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
        )

    return page
