"""`/v1/providers/{vpd}/{name}/uploads`: files of job plans, checked row by row, shown for what they change, then applied."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, Field

from esrlink.auth import Principal
from esrlink.contracts import PlanState
from esrlink.db import ReadTx
from esrlink.http import problem_responses
from esrlink.http.downloads import file_answer, sheet
from esrlink.http.workbook import WORKBOOK
from esrlink.runtime import Parts
from jobplan_adapter.api.callers import Administrator, require_whole_trust
from jobplan_adapter.api.paths import ProviderPath, VpdPath
from jobplan_adapter.api.polled import PollAnswer, poll_answer
from jobplan_adapter.polling.polls import Polls
from jobplan_adapter.providers.upload import content_read
from jobplan_adapter.providers.upload_layout import heading
from jobplan_adapter.providers.upload_rows import Severity
from jobplan_adapter.providers.upload_template import EXAMPLE_PEOPLE, EXAMPLE_PLANS
from jobplan_adapter.providers.upload_writing import rows_written
from jobplan_adapter.settings import Settings
from jobplan_adapter.trusts import get_trust
from jobplan_adapter.uploads.checking import read_file
from jobplan_adapter.uploads.keeping import KeptUpload, keep, upload_of, uploads_of
from jobplan_adapter.uploads.previewing import Preview, What, preview
from jobplan_adapter.uploads.taking import take_upload

FileForm = Annotated[Literal["csv", "xlsx"], Query(alias="format", description="CSV, or an Excel workbook.")]

_MOST_TOLD = 1_000
_EXAMPLE = "line,plan,employee_number,state,effective_from\nplan,JP-1,20000101,draft,2026-04-01"
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}, "example": _EXAMPLE}
_A_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {"text/csv": _FILE, WORKBOOK: {}}}
}


class TroubleAnswer(BaseModel):
    """What is wrong with a row; rows are counted as a spreadsheet does, the heading is row 1."""

    row: int = Field(examples=[12])
    severity: Severity = Field(description="After an `error` the row's plan is set aside and stays as it is.")
    code: str = Field(examples=["no_day"])
    column: str | None = Field(examples=["effective_from"])
    sentence: str = Field(examples=["effective_from must be a day: 2026-04-01, or 01/04/2026."])


class ChangeAnswer(BaseModel):
    """What would become of one plan."""

    plan_id: str = Field(examples=["JP-1"])
    employee_number: str | None
    what: What
    before: PlanState | None = Field(description="The state now; null for a plan that is new.")
    after: PlanState
    fields: list[str] = Field(description="What of its content differs.", examples=[["working_weeks"]])


class UploadSummary(BaseModel):
    """A file that was uploaded. What the newest applied one says is what the provider shows."""

    upload_id: UUID
    sha256: str = Field(description="Of the file's bytes.")
    rows: int = Field(description="Below the heading.", examples=[840])
    people: int = Field(examples=[42])
    plans: int = Field(examples=[40])
    errors: int = Field(description="Rows that cannot be taken.", examples=[1])
    uploaded_by: str = Field(examples=["olive"])
    uploaded_at: datetime
    applied_by: str | None = Field(examples=["olive"])
    applied_at: datetime | None
    in_effect: bool = Field(examples=[True])


class UploadAnswer(UploadSummary):
    """A file, what is wrong with its rows, and what it would change if it were applied now."""

    troubles: list[TroubleAnswer] = Field(description=f"The first {_MOST_TOLD:,}.")
    added: int
    changed: int
    gone: int = Field(description="Plans that are stored and not in the file.")
    set_aside: int = Field(description="Plans with a row that cannot be taken: they stay as they are.")
    live_people: int
    matched_people: int = Field(description="Of these, whom ESR knows.")
    changes: list[ChangeAnswer] = Field(description=f"The first {_MOST_TOLD:,}, in the order of plan ids.")


def router(parts: Parts, settings: Settings, polls: Polls) -> APIRouter:
    """The routes of uploads."""
    routes = APIRouter(
        prefix="/v1/providers/{vpd}/{name}", tags=["uploads"], responses=problem_responses(401, 403, 404, 409, 422)
    )
    database, clock = parts.database, parts.clock

    @routes.get(
        "/template",
        summary="An example of a file of job plans",
        operation_id="getUploadTemplate",
        response_class=Response,
        responses=_A_FILE,
    )
    async def template(vpd: VpdPath, name: ProviderPath, principal: Administrator, form: FileForm = "csv") -> Response:
        """Every kind of line once, as CSV or an Excel workbook. Take its rows out, put yours in, and upload it."""
        identity = await _identity(principal, vpd, name)
        return _saved("job-plans-template", form, identity, rows_written(EXAMPLE_PEOPLE, EXAMPLE_PLANS))

    @routes.post(
        "/uploads",
        summary="Upload a file of job plans, to be checked",
        operation_id="uploadJobPlans",
        status_code=201,
        openapi_extra={"requestBody": {"required": True, "content": {"text/csv": _FILE, WORKBOOK: _FILE}}},
    )
    async def upload(
        vpd: VpdPath,
        name: ProviderPath,
        principal: Administrator,
        content: Annotated[bytes, Body(media_type="application/octet-stream")],
    ) -> UploadAnswer:
        """Send the file as the body. Each row is checked by itself; nothing is changed before the file is applied."""
        identity = await _identity(principal, vpd, name)
        found = await asyncio.to_thread(read_file, content, identity, most_bytes=settings.max_body_bytes)
        upload_id, now = parts.new_id(), clock.now()
        async with database.write([vpd]) as tx:
            digest = hashlib.sha256(content).hexdigest()
            await keep(tx, vpd, name, upload_id, found, digest, by=principal.subject, now=now)
            return await _answer(tx, vpd, name, upload_id)

    @routes.get("/uploads", summary="The files that were uploaded", operation_id="listUploads")
    async def listed(vpd: VpdPath, name: ProviderPath, principal: Administrator) -> list[UploadSummary]:
        """Newest first. A file that nobody applied is forgotten after a week."""
        await _identity(principal, vpd, name)
        async with database.read([vpd]) as tx:
            return [UploadSummary.model_validate(_summary(one)) for one in await uploads_of(tx, vpd, name)]

    @routes.get("/uploads/{upload_id}", summary="An uploaded file and what it would change", operation_id="readUpload")
    async def read(vpd: VpdPath, name: ProviderPath, upload_id: UUID, principal: Administrator) -> UploadAnswer:
        """Compared with what is stored now."""
        await _identity(principal, vpd, name)
        async with database.read([vpd]) as tx:
            return await _answer(tx, vpd, name, upload_id)

    @routes.get(
        "/uploads/{upload_id}/file",
        summary="An uploaded file, to be saved",
        operation_id="downloadUpload",
        response_class=Response,
        responses=_A_FILE,
    )
    async def download(
        vpd: VpdPath, name: ProviderPath, upload_id: UUID, principal: Administrator, form: FileForm = "csv"
    ) -> Response:
        """What was taken of it, in the same layout: change it and upload it again. Plans that were set aside are not in it."""
        identity = await _identity(principal, vpd, name)
        async with database.read([vpd]) as tx:
            _, content = await upload_of(tx, vpd, name, upload_id)
        users, plans, _ = await asyncio.to_thread(content_read, content)
        return _saved(f"job-plans-{name}", form, identity, rows_written(users, plans))

    @routes.post(
        "/uploads/{upload_id}:apply",
        summary="Take an uploaded file into effect",
        operation_id="applyUpload",
        responses=problem_responses(503),
    )
    async def apply(
        vpd: VpdPath,
        name: ProviderPath,
        upload_id: UUID,
        principal: Administrator,
        leave_out_errors: Annotated[bool, Query(description="Although rows of it cannot be taken.")] = False,
        take_away: Annotated[bool, Query(description="Although most stored plans are not in it.")] = False,
    ) -> PollAnswer:
        """The file replaces all plans of this provider, and the provider is polled. Applying the one before again undoes it."""
        await _identity(principal, vpd, name)
        async with database.write([vpd]) as tx:
            await take_upload(
                tx,
                vpd,
                name,
                upload_id,
                leave_out_errors=leave_out_errors,
                take_away=take_away,
                by=principal.subject,
                now=clock.now(),
            )
        return poll_answer(await polls.poll_now(vpd, name))

    async def _identity(principal: Principal, vpd: str, name: str) -> str:
        """The name of the column of the ESR number, for a caller who may upload to this provider."""
        require_whole_trust(principal, vpd)
        async with database.read([vpd]) as tx:
            return (await get_trust(tx, vpd)).upload_provider(name).identity_field

    async def _answer(tx: ReadTx, vpd: str, name: str, upload_id: UUID) -> UploadAnswer:
        kept, content = await upload_of(tx, vpd, name, upload_id)
        found = await preview(tx, vpd, name, content, now=clock.now())
        return _whole(kept, found)

    return routes


def _summary(one: KeptUpload) -> dict[str, Any]:
    same = ("upload_id", "sha256", "rows", "people", "plans", "errors", "uploaded_by", "uploaded_at", "in_effect")
    named = {name: getattr(one, name) for name in same}
    return {**named, "applied_by": one.taken_by, "applied_at": one.taken_at}


def _whole(kept: KeptUpload, found: Preview) -> UploadAnswer:
    return UploadAnswer(
        **_summary(kept),
        troubles=[
            TroubleAnswer(row=t.row, severity=t.severity, code=t.code, column=t.column, sentence=t.sentence)
            for t in kept.troubles[:_MOST_TOLD]
        ],
        added=found.count("added") + found.count("back"),
        changed=found.count("changed"),
        gone=found.count("gone"),
        set_aside=found.set_aside,
        live_people=found.people,
        matched_people=found.matched,
        changes=[
            ChangeAnswer(
                plan_id=one.plan_id,
                employee_number=one.employee_number,
                what=one.what,
                before=one.before,
                after=one.after,
                fields=list(one.fields),
            )
            for one in found.changes[:_MOST_TOLD]
        ],
    )


def _saved(name: str, form: Literal["csv", "xlsx"], identity: str, rows: Iterable[Sequence[object]]) -> Response:
    return file_answer(name, [sheet("Job plans", heading(identity), rows)], form)
