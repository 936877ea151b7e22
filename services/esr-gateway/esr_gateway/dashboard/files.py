"""The list of files that came from ESR: searched by name, hash, state, kind and person, and as a file for a spreadsheet."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from esr_gateway.dashboard.desk import Desk, Typed, Viewer
from esr_gateway.from_esr.finding import COLUMNS, KINDS, STATES, FileFilter, count_files, find_page
from esr_gateway.layout import layout_of_file
from esrlink.auth.trust_choice import vpds_shown
from esrlink.http.spreadsheet import csv_answer

_SHOWN = 50
_MOST = 10_000


async def _typed(q: Typed = "", state: Typed = "", kind: Typed = "", number: Typed = "") -> FileFilter:
    """The filter in a page's address; what is unknown or empty is no filter."""
    return FileFilter(
        q.strip() or None, state if state in STATES else None, kind if kind in KINDS else None, number.strip() or None
    )


Wanted = Annotated[FileFilter, Depends(_typed)]


def router(desk: Desk) -> APIRouter:
    """The list, and the same as a file."""
    page = APIRouter()

    @page.get("/files")
    async def files(
        request: Request, person: Viewer, wanted: Wanted, after: Annotated[UUID | None, Query()] = None
    ) -> Response:
        vpds = vpds_shown(request, person)
        async with desk.database.read(vpds) as tx:
            found = await find_page(tx, vpds, wanted, after=after, limit=_SHOWN + 1)
            count = await count_files(tx, vpds, wanted)
        query = _query(wanted)
        last = found[_SHOWN - 1] if len(found) > _SHOWN else None
        return await desk.render(
            request,
            "files.html",
            person,
            section="files",
            title="Files from ESR",
            files=found[:_SHOWN],
            count=count,
            wanted=wanted,
            state_pairs=[(one, one.replace("_", " ").capitalize()) for one in STATES],
            kind_pairs=[(one, one.capitalize()) for one in KINDS],
            layout_of_file=layout_of_file,
            csv=f"{desk.home}files.csv?{urlencode(query)}",
            first=f"?{urlencode(query)}" if after else None,
            older=f"?{urlencode({**query, 'after': str(last.file_id)})}" if last else None,
        )

    @page.get("/files.csv")
    async def download(request: Request, person: Viewer, wanted: Wanted) -> Response:
        vpds = vpds_shown(request, person)
        async with desk.database.read(vpds) as tx:
            found = await find_page(tx, vpds, wanted, limit=_MOST)
        return csv_answer("files.csv", COLUMNS, [[getattr(one, name) for name in COLUMNS] for one in found])

    return page


def _query(wanted: FileFilter) -> dict[str, str]:
    fields = {"q": wanted.words, "state": wanted.state, "kind": wanted.kind, "number": wanted.number}
    return {name: value for name, value in fields.items() if value}
