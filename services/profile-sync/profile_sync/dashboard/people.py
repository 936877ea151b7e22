"""The page on which people are found: by name, with slips, or by a number. What is typed stands in no address (`typed`)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.auth.trust_choice import vpds_shown
from profile_sync.dashboard.desk import Desk, NameReader
from profile_sync.dashboard.typed import Kept
from profile_sync.people.searching import Found, search_people

_SHOWN = 25
# One letter would find a tenth of a trust.
_SHORTEST = 2
_NO_NUL = r"^[^\x00]*$"
Look = Annotated[str, Query(max_length=20, pattern=_NO_NUL)]
"""The id of what was typed."""

FOUND_BY = {
    "number": "Number",
    "name": "Name",
    "begins": "How a name or number begins",
    "slip": "Name, with a slip",
    "sound": "Name that sounds alike",
}


def router(desk: Desk) -> APIRouter:
    """The page at `/people` and the form that leads to it."""
    page = APIRouter()

    @page.post("/people")
    async def search(
        request: Request,
        reader: NameReader,
        search: Annotated[str, Form(max_length=100, pattern=_NO_NUL)] = "",
        cursor: Annotated[str, Form(max_length=2_000, pattern=_NO_NUL)] = "",
    ) -> RedirectResponse:
        text, look = search.strip(), desk.typed.new_look()
        answer = RedirectResponse(f"{desk.home}people{f'?look={look}' if text else ''}", status_code=303)
        if text:
            desk.typed.remember(request, answer, reader, look, Kept(text, cursor))
        return answer

    @page.get("/people")
    async def people(
        request: Request,
        reader: NameReader,
        look: Look = "",
    ) -> HTMLResponse:
        typed = desk.typed.recall(request, reader, look)
        text, cursor = (typed.text, typed.cursor or None) if typed else ("", None)
        found: list[Found] = []
        following = None
        if len(text) >= _SHORTEST:
            vpds = vpds_shown(request, reader)
            async with desk.database.read(vpds) as tx:
                found, following = await search_people(tx, vpds, text, limit=_SHOWN, cursor=cursor)
        return await desk.render(
            request,
            "people.html",
            reader,
            section="people",
            title="People",
            searched=text,
            is_short=bool(text) and len(text) < _SHORTEST,
            found=found,
            found_by=FOUND_BY,
            is_first=not cursor,
            following=following,
            is_forgotten=bool(look) and typed is None,
        )

    return page
