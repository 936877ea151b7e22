"""A new edition of a trust's table from a file: looked at, then put; and one that is to come, taken back."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal, signed_in
from esrlink.clock import today
from esrlink.contracts.types import Vpd
from esrlink.errors import EsrLinkError, Invalid
from esrlink.http.table_files import MOST_BYTES, table_of
from submittals.dashboard.desk import Desk
from submittals.dashboard.settings_table import ROWS_SHOWN, Typed, show_table
from submittals.dashboard.settings_words import day_typed, waiting_words
from submittals.setting_up.checking import check_rows, check_sheet
from submittals.setting_up.forms import FORMS
from submittals.setting_up.permitted import WRITERS, require_put
from submittals.setting_up.previewing import preview
from submittals.setting_up.putting import put_table, remove_edition
from submittals.trusts.dated import TableName, plain

Writer = Annotated[Principal, Depends(signed_in(*WRITERS))]


def router(desk: Desk) -> APIRouter:
    """The forms at `/settings/{vpd}/{table}`."""
    page = APIRouter(prefix="/settings")

    @page.post("/{vpd}/{table}/preview")
    async def look(
        request: Request,
        person: Writer,
        vpd: Annotated[Vpd, Path()],
        table: TableName,
        effective_from: Annotated[str, Form(max_length=20)] = "",
        file: UploadFile | None = None,
    ) -> HTMLResponse:
        require_put(person, vpd, table)
        form = FORMS[table]
        try:
            day = day_typed(effective_from)
            content = await file.read(MOST_BYTES + 1) if file is not None and file.filename else b""
            checked = await asyncio.to_thread(lambda: check_sheet(form, table_of(content)))
            async with desk.database.read([vpd]) as tx:
                found = await preview(tx, vpd, form, checked, day)
        except Invalid as refused:
            return await show_table(desk, request, person, vpd, table, typed=Typed(effective_from, refused))
        return await desk.render(
            request,
            "settings_preview.html",
            person,
            section="settings",
            title=f"{form.title}: what the file would change",
            above=(("settings", "Settings"), (f"settings/{vpd}/{table}", form.title)),
            here=f"{desk.home}settings/{vpd}/{table}",
            vpd=vpd,
            form=form,
            found=found,
            back_dated=day <= today(desk.parts.clock),
            waiting=waiting_words(found.waiting),
            rows=json.dumps(plain(table, found.rows)),
            most=ROWS_SHOWN,
        )

    @page.post("/{vpd}/{table}/put")
    async def put(
        request: Request,
        person: Writer,
        vpd: Annotated[Vpd, Path()],
        table: TableName,
        effective_from: Annotated[str, Form(max_length=20)] = "",
        rows: Annotated[str, Form(max_length=MOST_BYTES)] = "",
        version: Annotated[int, Form(ge=0, le=2_000_000_000)] = 0,
    ) -> Response:
        require_put(person, vpd, table)
        form, now = FORMS[table], desk.parts.clock.now()
        try:
            day = day_typed(effective_from)
            checked = await asyncio.to_thread(lambda: check_rows(form, _rows_kept(rows)))
            async with desk.database.write([vpd]) as tx:
                changed = await put_table(
                    tx, vpd, form, checked, day, by=person.subject, now=now, expected_version=version
                )
        except EsrLinkError as refused:
            return await show_table(desk, request, person, vpd, table, typed=Typed(effective_from, refused))
        return desk.to(f"settings/{vpd}/{table}", **{"from": str(day), "said": "put" if changed else "same"})

    @page.post("/{vpd}/{table}/remove")
    async def remove(
        request: Request,
        person: Writer,
        vpd: Annotated[Vpd, Path()],
        table: TableName,
        effective_from: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:
        require_put(person, vpd, table)
        try:
            day = day_typed(effective_from)
            async with desk.database.write([vpd]) as tx:
                now = desk.parts.clock.now()
                await remove_edition(tx, vpd, FORMS[table], day, by=person.subject, now=now)
        except EsrLinkError as refused:
            return await show_table(desk, request, person, vpd, table, typed=Typed("", refused))
        return desk.to(f"settings/{vpd}/{table}", said="removed")

    return page


def _rows_kept(rows: str) -> list[Any]:
    try:
        found = json.loads(rows)
    except (ValueError, RecursionError) as error:
        raise Invalid("The page has lost what it showed. Send the file once more.", field="rows") from error
    if not isinstance(found, list):
        raise Invalid("The page has lost what it showed. Send the file once more.", field="rows")
    return found
