"""An edited plan that comes back as a file: what it would change is shown first, then it is taken."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from esrlink.contracts.types import Vpd
from esrlink.errors import EsrLinkError, Invalid
from profile_sync.cohorts.editing import store_edits
from profile_sync.cohorts.permitted import may_look
from profile_sync.cohorts.reading_files import MOST_BYTES, table_of
from profile_sync.cohorts.uploading import check_table
from profile_sync.dashboard import cohort_words as words
from profile_sync.dashboard.cohort import show_cohort, to_cohort
from profile_sync.dashboard.cohort_forms import packed, unpacked
from profile_sync.dashboard.desk import Decider, Desk
from profile_sync.people.directory import department_names


def router(desk: Desk) -> APIRouter:
    """The forms at `/cohorts/{vpd}/{cohort_id}/check` and `/take`."""
    page = APIRouter(prefix="/cohorts/{vpd}/{cohort_id}")

    @page.post("/check")
    async def check(
        request: Request,
        person: Decider,
        vpd: Annotated[Vpd, Path()],
        cohort_id: UUID,
        file: UploadFile | None = None,
    ) -> HTMLResponse:
        person.require_vpd(vpd)
        try:
            content = await file.read(MOST_BYTES + 1) if file is not None and file.filename else b""
            table = await asyncio.to_thread(table_of, content)
            async with desk.database.read([vpd]) as tx:
                row = await may_look(tx, person, vpd, cohort_id)
                upload = await check_table(tx, vpd, cohort_id, table, person.departments)
                names = await department_names(tx, vpd)
        except Invalid as refused:
            return await show_cohort(desk, request, person, vpd, cohort_id, refused=refused)
        return await desk.render(
            request,
            "cohort_upload.html",
            person,
            section="cohorts",
            title="What the file would change",
            above=(("cohorts", "Cohorts"), (f"cohorts/{vpd}/{cohort_id}", row.name)),
            here=f"{desk.home}cohorts/{vpd}/{cohort_id}",
            upload=upload,
            edits=packed(upload.edits),
            names=names,
            words=words,
        )

    @page.post("/take")
    async def take(
        request: Request,
        person: Decider,
        vpd: Annotated[Vpd, Path()],
        cohort_id: UUID,
        edits: Annotated[str, Form(max_length=MOST_BYTES)] = "",
    ) -> Response:
        person.require_vpd(vpd)
        try:
            wishes = unpacked(edits)
            for one in wishes:
                person.require_department(*one.key[1:])
            async with desk.database.write([vpd]) as tx:
                await may_look(tx, person, vpd, cohort_id)
                now = desk.parts.clock.now()
                _, refused = await store_edits(tx, vpd, cohort_id, wishes, by=person.subject, now=now)
                if refused:  # what was shown is taken whole or not at all
                    raise next(iter(refused.values()))
        except EsrLinkError as error:
            return await show_cohort(desk, request, person, vpd, cohort_id, refused=error)
        return to_cohort(desk, vpd, cohort_id, "taken")

    return page
