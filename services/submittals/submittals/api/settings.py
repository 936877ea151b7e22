"""The tables that a trust sets, one by one: editions from a day on, checked and shown before they are put."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from esrlink.auth import Principal, Scope, require
from esrlink.clock import today
from esrlink.errors import NotFound
from esrlink.http import problem_responses
from esrlink.http.downloads import FileForm
from esrlink.http.if_match import IfMatch, etag, expected_version, stated_in
from esrlink.http.workbook import WORKBOOK
from submittals.api.settings_answers import (
    PreviewAnswer,
    TableAnswer,
    TablesAnswer,
    preview_answer,
    table_answer,
    tables_answer,
)
from submittals.api.settings_bodies import BODY, checked_body
from submittals.api.trusts import VpdPath
from submittals.api.work import PartsOf
from submittals.content import Day
from submittals.setting_up.files import as_file
from submittals.setting_up.forms import FORMS
from submittals.setting_up.permitted import READERS, WRITERS, require_put, require_whole_trust
from submittals.setting_up.previewing import preview
from submittals.setting_up.putting import put_table, remove_edition
from submittals.trusts import editions
from submittals.trusts.dated import TableName

settings_router = APIRouter(prefix="/v1/trusts/{vpd}/settings", tags=["settings"])

Reader = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=READERS))]
Writer = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=WRITERS))]
From = Annotated[Day, Query(description="In force from this day on.", examples=["2027-04-01"])]


@settings_router.get(
    "",
    summary="List a trust's tables and their editions",
    operation_id="list_settings",
    responses=problem_responses(401, 403, 404, 422),
)
async def list_settings(vpd: VpdPath, principal: Reader, parts: PartsOf) -> TablesAnswer:
    """Every table with its editions, the newest first."""
    require_whole_trust(principal, vpd)
    async with parts.database.read([vpd]) as tx:
        await editions.dated(tx, vpd, ["general"])
        return tables_answer(vpd, await editions.version_of(tx, vpd), await editions.history(tx, [vpd]))


@settings_router.get(
    "/{table}",
    summary="Read a table of a trust",
    description="The edition from `effective_from`, or the one in force today. With `format` as a file that can be put again.",
    operation_id="get_settings_table",
    response_model=TableAnswer,
    responses={
        **problem_responses(401, 403, 404, 422),
        200: {"content": {"text/csv": {}, WORKBOOK: {}}},
    },
)
async def get_settings_table(
    vpd: VpdPath,
    table: TableName,
    principal: Reader,
    parts: PartsOf,
    response: Response,
    effective_from: Annotated[Day | None, Query(description="Of the edition; today's when left out.")] = None,
    form: Annotated[Literal["json"] | FileForm, Query(alias="format")] = "json",
) -> TableAnswer | Response:
    """One edition with its rows."""
    require_whole_trust(principal, vpd)
    day = effective_from or today(parts.clock)
    async with parts.database.read([vpd]) as tx:
        dated = await editions.dated(tx, vpd, [table])
        version = await editions.version_of(tx, vpd)
    edition = dated.in_force(table, day)
    if effective_from and (edition is None or edition.effective_from != effective_from):
        raise NotFound(f"There is no edition of {table} from {effective_from}.", field="effective_from")
    if form != "json":
        return as_file(FORMS[table], edition.rows if edition else (), vpd, edition and edition.effective_from, form)
    response.headers["ETag"] = etag(version)
    return table_answer(vpd, version, dated, table, day)


@settings_router.put(
    "/{table}",
    summary="Put a table of a trust from a day on",
    description="All rows of the table, as JSON, as CSV or as an Excel workbook: an edition that is in force until the next one"
    " begins. All of it or nothing: 422 with every wrong row. The same put twice changes nothing. What is stored of records is"
    " never rewritten.",
    operation_id="put_settings_table",
    openapi_extra=BODY,
    responses=problem_responses(400, 401, 403, 404, 412, 413, 422),
)
async def put_settings_table(
    vpd: VpdPath,
    table: TableName,
    effective_from: From,
    request: Request,
    response: Response,
    principal: Writer,
    parts: PartsOf,
    if_match: IfMatch = None,
) -> TableAnswer:
    """Put an edition."""
    require_put(principal, vpd, table)
    form, version = FORMS[table], expected_version(if_match)
    checked = await checked_body(request, form)
    with stated_in(if_match):
        async with parts.database.write([vpd]) as tx:
            await put_table(
                tx,
                vpd,
                form,
                checked,
                effective_from,
                by=principal.subject,
                now=parts.clock.now(),
                expected_version=version,
            )
            dated = await editions.dated(tx, vpd, [table])
            current = await editions.version_of(tx, vpd)
    response.headers["ETag"] = etag(current)
    return table_answer(vpd, current, dated, table, effective_from)


@settings_router.post(
    "/{table}:preview",
    summary="Show what putting a table would change",
    description="Every wrong row, and what would be added, changed and removed, from when to when. Changes nothing.",
    operation_id="preview_settings_table",
    openapi_extra=BODY,
    responses=problem_responses(400, 401, 403, 404, 413, 422),
)
async def preview_settings_table(
    vpd: VpdPath, table: TableName, effective_from: From, request: Request, principal: Writer, parts: PartsOf
) -> PreviewAnswer:
    """Compare rows with what is in force on that day."""
    require_put(principal, vpd, table)
    checked = await checked_body(request, FORMS[table])
    async with parts.database.read([vpd]) as tx:
        return preview_answer(vpd, await preview(tx, vpd, FORMS[table], checked, effective_from))


@settings_router.delete(
    "/{table}",
    summary="Take back an edition that is still to come",
    operation_id="remove_settings_edition",
    status_code=204,
    responses=problem_responses(401, 403, 404, 409, 422),
)
async def remove_settings_edition(
    vpd: VpdPath, table: TableName, effective_from: From, principal: Writer, parts: PartsOf
) -> None:
    """Remove a future edition; one that has begun stays (409 `edition_in_force`)."""
    require_put(principal, vpd, table)
    async with parts.database.write([vpd]) as tx:
        await remove_edition(tx, vpd, FORMS[table], effective_from, by=principal.subject, now=parts.clock.now())
