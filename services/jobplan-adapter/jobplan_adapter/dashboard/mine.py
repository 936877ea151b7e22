"""A clinician's own job plan, in each trust that they work for: the same pages as others have of them, and nobody else's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth.trust_choice import vpds_shown
from esrlink.errors import NotFound
from esrlink.http.downloads import FileForm
from jobplan_adapter.dashboard.delivery import Asked, From, Kind, Number, To, delivery_file, show_delivery
from jobplan_adapter.dashboard.desk import Desk, Owner
from jobplan_adapter.dashboard.person import OnDay, PersonView, VpdPath, read_person, week_file, words
from jobplan_adapter.dashboard.subject import own
from jobplan_adapter.dashboard.versions import Key, show_versions, versions_file


def router(desk: Desk) -> APIRouter:
    """The pages at `/mine`."""
    page = APIRouter(prefix="/mine")

    @page.get("")
    async def mine(request: Request, reader: Owner, on: OnDay = "") -> HTMLResponse:
        people = [
            view
            for vpd in vpds_shown(request, reader)
            if (number := reader.esr_number(vpd)) and (view := await _view(desk, vpd, number, on))
        ]
        return await desk.render(
            request,
            "person.html",
            reader,
            section="mine",
            title="My job plan",
            people=people,
            here=f"{desk.home}mine",
            bases={one.vpd: f"{desk.home}mine/{one.vpd}" for one in people},
            **words(),
        )

    @page.get("/{vpd}/week.{format_}")
    async def week(reader: Owner, vpd: VpdPath, format_: FileForm, on: OnDay = "") -> Response:
        who = own(desk, reader, vpd)
        return await week_file(desk, vpd, who.number, None, on, format_)

    @page.get("/{vpd}/versions")
    async def versions(request: Request, reader: Owner, vpd: VpdPath, left: Key = "", right: Key = "") -> HTMLResponse:
        return await show_versions(desk, request, reader, own(desk, reader, vpd), left, right)

    @page.get("/{vpd}/versions.{format_}")
    async def download(reader: Owner, vpd: VpdPath, format_: FileForm) -> Response:
        return await versions_file(desk, own(desk, reader, vpd), format_)

    @page.get("/{vpd}/delivery")
    async def delivery(
        request: Request,
        reader: Owner,
        vpd: VpdPath,
        first: From = "",
        last: To = "",
        kind: Kind = "",
        number: Annotated[Number, Query(alias="page")] = 1,
    ) -> HTMLResponse:
        return await show_delivery(desk, request, reader, own(desk, reader, vpd), Asked(first, last, kind, number))

    @page.get("/{vpd}/delivery.{format_}")
    async def working(reader: Owner, vpd: VpdPath, format_: FileForm, first: From = "", last: To = "") -> Response:
        return await delivery_file(desk, own(desk, reader, vpd), Asked(first, last), format_)

    return page


async def _view(desk: Desk, vpd: str, number: str, on: str) -> PersonView | None:
    """Their plan in a trust; none where neither ESR nor a provider has shown the number."""
    try:
        return await read_person(desk, vpd, number, None, on)
    except NotFound:
        return None
