"""Files of job plans that a trust uploads: checked row by row, shown for what they would change, then taken into effect."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts.types import ExternalId, Vpd
from esrlink.db import ReadTx
from esrlink.errors import EsrLinkError, Invalid, NotFound
from esrlink.web.desk import Said, told
from jobplan_adapter.dashboard.desk import Administrator, Desk
from jobplan_adapter.providers.configuration import UploadSettings
from jobplan_adapter.trusts import get_trust
from jobplan_adapter.uploads.checking import read_file
from jobplan_adapter.uploads.keeping import keep, upload_of, uploads_of
from jobplan_adapter.uploads.previewing import preview
from jobplan_adapter.uploads.taking import take_upload

_SAID = {
    "applied": "The file is in effect. Its plans are the ones that are shown from now on.",
    "kept": "The file is in effect, and its plans are shown after the next poll.",
}
WHAT = {
    "added": ("good", "Added"),
    "back": ("good", "Back again"),
    "changed": ("warning", "Changed"),
    "state": ("neutral", "Another state"),
    "gone": ("bad", "Gone"),
}
"""What becomes of a plan: tone and words."""
_SHOWN = 100

Number = Annotated[int, Query(ge=1, lt=10_000)]


def router(desk: Desk) -> APIRouter:
    """The pages at `/uploads`."""
    page = APIRouter(prefix="/uploads")

    @page.get("")
    async def providers(request: Request, reader: Administrator) -> HTMLResponse:
        vpds = vpds_shown(request, reader) if reader.departments is None else ()
        async with desk.database.read(vpds) as tx:
            found = [(vpd, one.name) for vpd in vpds for one in await _providers(tx, vpd)]
        return await desk.render(
            request, "uploads.html", reader, section="uploads", title="Uploads", providers=found, name=None
        )

    @page.get("/{vpd}/{name}")
    async def provider(
        request: Request, reader: Administrator, vpd: Vpd, name: ExternalId, said: Said = None
    ) -> HTMLResponse:
        return await _list(desk, request, reader, vpd, name, flash=told(said, _SAID))

    @page.post("/{vpd}/{name}")
    async def upload(
        request: Request, reader: Administrator, vpd: Vpd, name: ExternalId, file: UploadFile | None = None
    ) -> Response:
        identity = await _identity(desk, reader, vpd, name)
        most = desk.parts.auth.settings.max_body_bytes
        content = await file.read(most + 1) if file is not None and file.filename else b""
        try:
            found = await asyncio.to_thread(read_file, content, identity, most_bytes=most)
        except Invalid as refused:
            return await _list(desk, request, reader, vpd, name, refused=refused)
        upload_id = desk.parts.new_id()
        digest = hashlib.sha256(content).hexdigest()
        async with desk.database.write([vpd]) as tx:
            now = desk.parts.clock.now()
            await keep(tx, vpd, name, upload_id, found, digest, by=reader.subject, now=now)
        return desk.to(f"uploads/{vpd}/{name}/{upload_id}")

    @page.get("/{vpd}/{name}/{upload_id}")
    async def look(
        request: Request,
        reader: Administrator,
        vpd: Vpd,
        name: ExternalId,
        upload_id: UUID,
        number: Annotated[Number, Query(alias="page")] = 1,
    ) -> HTMLResponse:
        return await _show(desk, request, reader, vpd, name, upload_id, number=number)

    @page.post("/{vpd}/{name}/{upload_id}/apply")
    async def apply(
        request: Request,
        reader: Administrator,
        vpd: Vpd,
        name: ExternalId,
        upload_id: UUID,
        leave_out_errors: Annotated[str, Form(max_length=10)] = "",
        take_away: Annotated[str, Form(max_length=10)] = "",
    ) -> Response:
        await _identity(desk, reader, vpd, name)
        wishes = {"leave_out_errors": leave_out_errors == "yes", "take_away": take_away == "yes"}
        try:
            async with desk.database.write([vpd]) as tx:
                now = desk.parts.clock.now()
                await take_upload(tx, vpd, name, upload_id, **wishes, by=reader.subject, now=now)
        except EsrLinkError as refused:
            return await _show(desk, request, reader, vpd, name, upload_id, refused=refused)
        try:
            await desk.polls.poll_now(vpd, name)
        except EsrLinkError:  # it is taken; what hinders the poll stands at the provider, and the next one follows
            return desk.to(f"uploads/{vpd}/{name}", said="kept")
        return desk.to(f"uploads/{vpd}/{name}", said="applied")

    return page


async def _providers(tx: ReadTx, vpd: str) -> list[UploadSettings]:
    try:
        trust = await get_trust(tx, vpd)
    except NotFound:
        return []
    return [one for one in trust.settings.providers if isinstance(one, UploadSettings)]


async def _identity(desk: Desk, reader: Principal, vpd: str, name: str) -> str:
    """The column of the ESR number. Raises `NotFound` for another trust, and for who may see but some departments."""
    reader.require_vpd(vpd)
    async with desk.database.read([vpd]) as tx:
        found = [one for one in await _providers(tx, vpd) if one.name == name]
    if not found or reader.departments is not None:
        raise NotFound("There is no provider of uploaded job plans of this name that you may see.", field="name")
    return found[0].identity_field


async def _list(
    desk: Desk,
    request: Request,
    reader: Principal,
    vpd: str,
    name: str,
    *,
    flash: str | None = None,
    refused: Invalid | None = None,
) -> HTMLResponse:
    identity = await _identity(desk, reader, vpd, name)
    async with desk.database.read([vpd]) as tx:
        kept = await uploads_of(tx, vpd, name)
    return await desk.render(
        request,
        "uploads.html",
        reader,
        section="uploads",
        title=f"Job plans of {name}",
        above=(("uploads", "Uploads"),),
        flash=flash,
        status=refused.status if refused else 200,
        providers=[],
        vpd=vpd,
        name=name,
        identity=identity,
        kept=kept,
        refused=refused,
    )


async def _show(
    desk: Desk,
    request: Request,
    reader: Principal,
    vpd: str,
    name: str,
    upload_id: UUID,
    *,
    number: int = 1,
    refused: EsrLinkError | None = None,
) -> HTMLResponse:
    await _identity(desk, reader, vpd, name)
    async with desk.database.read([vpd]) as tx:
        kept, content = await upload_of(tx, vpd, name, upload_id)
        found = await preview(tx, vpd, name, content, now=desk.parts.clock.now())
    begin = (number - 1) * _SHOWN
    here = f"{desk.home}uploads/{vpd}/{name}/{upload_id}"
    counts: Mapping[str, Any] = {what: sum(one.what == what for one in found.changes) for what in WHAT}
    return await desk.render(
        request,
        "upload.html",
        reader,
        section="uploads",
        title="What the file would change",
        above=(("uploads", "Uploads"), (f"uploads/{vpd}/{name}", name)),
        status=refused.status if refused else 200,
        vpd=vpd,
        name=name,
        here=here,
        kept=kept,
        found=found,
        counts=counts,
        what=WHAT,
        changes=found.changes[begin : begin + _SHOWN],
        previous=f"{here}?page={number - 1}#changes" if number > 1 else None,
        following=f"{here}?page={number + 1}#changes" if begin + _SHOWN < len(found.changes) else None,
        troubles=kept.troubles[:_SHOWN],
        refused=refused,
    )
