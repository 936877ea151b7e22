"""The page of exceptions: what somebody should look at, by kind; the address keeps what was chosen."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import today
from esrlink.http.downloads import FileForm, file_answer, sheet
from jobplan_adapter.dashboard.desk import Desk, Viewer, sees_names
from jobplan_adapter.dashboard.matters import COLUMNS, KINDS, UNMATCHED, WHY, cells, count_unmatched, rows_of
from jobplan_adapter.dashboard.period import this_year
from jobplan_adapter.dashboard.place import Cursor, key_at, place_of
from jobplan_adapter.lists.exceptions import Asked, count_exceptions
from jobplan_adapter.polling.state import states_of

Short = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
_SHOWN = 50
_MOST = 20_000


def router(desk: Desk) -> APIRouter:
    """The page at `/exceptions`, and its files."""
    page = APIRouter()

    @page.get("/exceptions")
    async def exceptions(
        request: Request, reader: Viewer, kind: Short = "", provider: Short = "", cursor: Cursor = ""
    ) -> HTMLResponse:
        asked = _asked(desk, request, reader, provider)
        async with desk.database.read(asked.vpds) as tx:
            counts = {UNMATCHED: await count_unmatched(tx, asked), **await count_exceptions(tx, asked)}
            chosen = kind if kind in KINDS else next((one for one in KINDS if counts[one]), UNMATCHED)
            found = await rows_of(tx, chosen, asked, after=key_at(cursor), limit=_SHOWN + 1)
            providers = sorted({one.name for one in await states_of(tx, asked.vpds)})
        query = {"kind": chosen, **({"provider": provider} if provider else {})}
        more = len(found) > _SHOWN
        return await desk.render(
            request,
            "exceptions.html",
            reader,
            section="exceptions",
            title="Exceptions",
            kinds=[(name, words, counts[name]) for name, (words, _) in KINDS.items()],
            kind=chosen,
            called=KINDS[chosen],
            rows=found[:_SHOWN],
            why=WHY,
            shows_names=sees_names(reader),
            provider=provider,
            providers=providers,
            address=urlencode(query),
            own_address=urlencode({"provider": provider} if provider else {}),
            first=f"?{urlencode(query)}" if cursor else None,
            following=f"?{urlencode({**query, 'cursor': place_of(found[_SHOWN - 1].key)})}" if more else None,
        )

    @page.get("/exceptions.{format_}")
    async def download(
        request: Request, reader: Viewer, format_: FileForm, kind: Short = "", provider: Short = ""
    ) -> Response:
        asked = _asked(desk, request, reader, provider)
        wanted = [kind] if kind in KINDS else list(KINDS)
        async with desk.database.read(asked.vpds) as tx:
            rows = [row for one in wanted for row in await rows_of(tx, one, asked, after=None, limit=_MOST)]
        return file_answer("exceptions", [sheet("Exceptions", COLUMNS, [cells(row) for row in rows])], format_)

    return page


def _asked(desk: Desk, request: Request, reader: Principal, provider: str) -> Asked:
    day = today(desk.parts.clock)
    departments = None if reader.departments is None else sorted(reader.departments)
    return Asked(vpds_shown(request, reader), departments, day, this_year(day).first, provider)
