"""The tables that a trust sets, on pages: which there are, one of them with its editions, and as a file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal, signed_in
from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import today
from esrlink.contracts.types import Vpd
from esrlink.http.downloads import FileForm
from esrlink.web.desk import Said, told
from submittals.content import Day
from submittals.dashboard import settings_putting
from submittals.dashboard.desk import Desk
from submittals.dashboard.settings_table import in_force, show_table
from submittals.setting_up.files import as_file
from submittals.setting_up.forms import FORMS
from submittals.setting_up.permitted import READERS, require_whole_trust
from submittals.trusts import editions
from submittals.trusts.dated import TableName

Reader = Annotated[Principal, Depends(signed_in(*READERS))]
_SAID = {
    "put": "The edition is put.",
    "same": "Nothing has changed: the table says the same already.",
    "removed": "The edition is taken back.",
}


def router(desk: Desk) -> APIRouter:
    """The pages at `/settings`."""
    page = APIRouter()

    @page.get("/settings")
    async def tables(request: Request, person: Reader) -> HTMLResponse:
        vpds, day = vpds_shown(request, person), today(desk.parts.clock)
        for vpd in vpds:
            require_whole_trust(person, vpd)
        listed: dict[str, dict[TableName, list[Any]]] = {vpd: {table: [] for table in FORMS} for vpd in vpds}
        async with desk.database.read(vpds) as tx:
            for row in await editions.history(tx, vpds):
                listed[row.vpd][row.name].append(row)
        trusts = {
            vpd: [(FORMS[table], *in_force(rows, day)) for table, rows in tables.items()]
            if any(tables.values())
            else []
            for vpd, tables in listed.items()
        }
        return await desk.render(request, "settings.html", person, section="settings", title="Settings", trusts=trusts)

    @page.get("/settings/{vpd}/{table}")
    async def one(
        request: Request,
        person: Reader,
        vpd: Annotated[Vpd, Path()],
        table: TableName,
        effective_from: Annotated[Day | None, Query(alias="from")] = None,
        said: Said = None,
    ) -> HTMLResponse:
        require_whole_trust(person, vpd)
        return await show_table(desk, request, person, vpd, table, effective_from, flash=told(said, _SAID))

    @page.get("/settings/{vpd}/{table}/file")
    async def file(
        person: Reader,
        vpd: Annotated[Vpd, Path()],
        table: TableName,
        effective_from: Annotated[Day | None, Query(alias="from")] = None,
        form: Annotated[FileForm, Query(alias="format")] = "xlsx",
    ) -> Response:
        require_whole_trust(person, vpd)
        async with desk.database.read([vpd]) as tx:
            dated = await editions.dated(tx, vpd, [table])
        edition = dated.in_force(table, effective_from or today(desk.parts.clock))
        rows = edition.rows if edition else ()
        return as_file(FORMS[table], rows, vpd, edition and edition.effective_from, form)

    page.include_router(settings_putting.router(desk))
    return page
