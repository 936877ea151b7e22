"""The page on which people are found: by name, with slips, or by a number."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from profile_sync.dashboard.desk import Desk, NameReader
from profile_sync.people.searching import Found, search_people

_SHOWN = 25
# One letter would find a tenth of a trust.
_SHORTEST = 2

FOUND_BY = {
    "number": "Number",
    "name": "Name",
    "begins": "How a name or number begins",
    "slip": "Name, with a slip",
    "sound": "Name that sounds alike",
}


def router(desk: Desk) -> APIRouter:
    """The page at `/people`."""
    page = APIRouter()

    @page.get("/people")
    async def people(
        request: Request,
        reader: NameReader,
        search: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
        cursor: Annotated[str | None, Query(max_length=2000)] = None,
    ) -> HTMLResponse:
        text = search.strip()
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
            first=_address(search=text) if cursor else None,
            following=_address(search=text, cursor=following) if following else None,
        )

    return page


def _address(**query: str) -> str:
    return f"?{urlencode(query)}"
