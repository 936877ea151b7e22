"""The page of the search box: everything that is kept about what a text names, each step with its time, words and place."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esr_gateway.dashboard.desk import Desk, Typed, Viewer
from esr_gateway.dashboard.person import NAMES_FOR
from esr_gateway.search import SEARCHABLE, WORDS
from esr_gateway.timeline import MOST, timeline
from esrlink.auth.trust_choice import vpds_shown


def router(desk: Desk) -> APIRouter:
    """The page."""
    page = APIRouter()

    @page.get("/search")
    async def search(request: Request, person: Viewer, text: Typed = "") -> HTMLResponse:
        vpds, typed = vpds_shown(request, person), text.strip()
        found = None
        if typed:
            async with desk.database.read(vpds) as tx:
                found = await timeline(tx, vpds, typed)
        return await desk.render(
            request,
            "search.html",
            person,
            section="search",
            title="Search",
            searched=typed,
            found=found,
            meaning=WORDS[found.wanted.meaning] if found else "",
            searchable=SEARCHABLE,
            sees_names=bool(person.roles & set(NAMES_FOR)),
            most=MOST,
        )

    return page
