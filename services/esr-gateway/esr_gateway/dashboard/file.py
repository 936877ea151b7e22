"""The page of one file from ESR: what is known of it, what happened to it, its rows that were set aside, and its release."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk, Operator, Viewer
from esr_gateway.dashboard.person import NAMES_FOR
from esr_gateway.from_esr.files import find_file
from esr_gateway.from_esr.releasing import release_file
from esr_gateway.from_esr.set_aside import (
    COLUMNS,
    KEPT,
    RowFilter,
    causes,
    cells_of,
    count_rows,
    find_rows,
    title_of,
)
from esr_gateway.layout import layout_of_file
from esr_gateway.timeline.files import steps_of_file
from esrlink import audit
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from esrlink.http.spreadsheet import csv_answer
from esrlink.web.desk import Said, told

_SHOWN = 25
_SAID = {"released": "You let the file go on. What became of it stands below; your name and reason are kept."}
_Cell = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]


async def _typed(record: _Cell = None, field: _Cell = None, code: _Cell = None) -> RowFilter:
    """The filter of rows in a page's address. An empty field is one of its own: the row as a whole is wrong."""
    return RowFilter(record, field, code)


Wanted = Annotated[RowFilter, Depends(_typed)]


def router(desk: Desk) -> APIRouter:
    """The page, its rows as a file, and the form that releases it."""
    page = APIRouter(prefix="/files/{file_id}")

    @page.get("")
    async def one_file(
        request: Request,
        person: Viewer,
        file_id: UUID,
        wanted: Wanted,
        after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
        said: Said = None,
    ) -> HTMLResponse:
        async with desk.database.read(person.vpds) as tx:
            found = await _file(tx, file_id)
            actions = await audit.entries(tx, [found.vpd], audit.AuditFilter(about=str(file_id)))
            rows = await find_rows(tx, file_id, wanted, after=after, limit=_SHOWN + 1)
            reasons = await causes(tx, file_id)
            matching = await count_rows(tx, file_id, wanted)
        query = {name: value for name, value in vars_of(wanted).items() if value is not None}
        return await desk.render(
            request,
            "file.html",
            person,
            section="files",
            title=found.name,
            above=(("files", "Files from ESR"),),
            flash=told(said, _SAID),
            file=found,
            layout=layout_of_file(found.kind),
            sees_names=bool(person.roles & set(NAMES_FOR)),
            steps=steps_of_file(found, actions[::-1]),
            set_aside=[(row, cells_of(found.kind, row)) for row in rows[:_SHOWN]],
            causes=reasons,
            kept=KEPT,
            matching=matching,
            wanted=wanted,
            title_of=lambda record: title_of(found.kind, record),
            first=f"?{urlencode(query)}#rows" if after else None,
            more=f"?{urlencode({**query, 'after': rows[_SHOWN - 1].row_number})}#rows" if len(rows) > _SHOWN else None,
        )

    @page.get("/rows.csv")
    async def download(person: Viewer, file_id: UUID) -> Response:
        async with desk.database.read(person.vpds) as tx:
            found = await _file(tx, file_id)
            rows = await find_rows(tx, file_id, limit=KEPT)
        cells = [[getattr(row, name) for name in COLUMNS] for row in rows]
        return csv_answer(f"{found.file_id}-rows-set-aside.csv", COLUMNS, cells)

    @page.post("/release")
    async def release(
        person: Operator,
        file_id: UUID,
        reason: Annotated[str, Form(min_length=3, max_length=500, pattern=r"^[^\x00]*$")],
    ) -> RedirectResponse:
        async with desk.database.read(person.vpds) as tx:
            found = await _file(tx, file_id)
        receiver, wait = desk.gateway.receiver, desk.gateway.lock_wait
        await release_file(receiver, found, by=person.subject, reason=reason.strip(), wait=wait)
        return desk.to(f"files/{file_id}", said="released")

    return page


def vars_of(wanted: RowFilter) -> dict[str, str | None]:
    """The filter as the fields of an address."""
    return {"record": wanted.record, "field": wanted.field, "code": wanted.code}


async def _file(tx: ReadTx, file_id: UUID) -> Any:
    found = await find_file(tx, file_id)
    if found is None:
        raise NotFound("There is no such file that you may see.", field="file_id")
    return found
