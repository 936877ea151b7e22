"""Operations on the rows of a cohort's plan: read them, as JSON, CSV or Excel; edit one, or many by a file."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from esrlink.contracts.types import Department, EmployeeNumber, Product
from esrlink.db import ReadTx
from esrlink.http import problem_responses
from esrlink.http.if_match import IfMatch, etag, expected_version
from esrlink.http.spreadsheet import csv_answer
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.http.workbook import WORKBOOK
from esrlink.runtime import Parts
from profile_sync.api.callers import CanDecide
from profile_sync.api.cohort_answers import row_answer, upload_answer
from profile_sync.api.cohort_models import CohortRow, CohortRows, OutcomeState, RowEdit, UploadAnswer
from profile_sync.api.cohorts import CanLook
from profile_sync.cohorts.changeover import Kind
from profile_sync.cohorts.editing import Edit, store_edits
from profile_sync.cohorts.permitted import may_look
from profile_sync.cohorts.proposing import Action
from profile_sync.cohorts.reading import Rows, list_rows
from profile_sync.cohorts.reading_files import table_of
from profile_sync.cohorts.sheet import COLUMNS, cells
from profile_sync.cohorts.uploading import check_table
from profile_sync.profiles.reading import Departments
from profile_sync.workbooks import workbook_answer

# Every row of a plan: far more than rotate in a trust on one day.
ALL = 20_000
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}, "example": "employee_number,product,..."}


async def _rows(
    action: Annotated[Action | None, Query(description="Only where this is to be done.")] = None,
    kind: Annotated[Kind | None, Query(description="Only these.")] = None,
    outcome: Annotated[OutcomeState | None, Query(description="Only what came to this.")] = None,
    product: Annotated[Product | None, Query(description="Only this product's.")] = None,
    department: Annotated[Department | None, Query(description="Only this department's.")] = None,
    changed: Annotated[bool, Query(description="Only rows that the last computing changed.")] = False,
    cursor: Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Rows:
    return Rows(action, kind, outcome, product, department, None, changed, cursor, limit)


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/cohorts/{cohort_id}/people`."""
    api = APIRouter(prefix="/v1/cohorts/{cohort_id}", tags=["cohorts"])
    database, clock = parts.database, parts.clock

    @api.get(
        "/people",
        operation_id="listCohortPeople",
        summary="Read the rows of a plan, as JSON by page, or all of them as CSV or an Excel workbook",
        response_model=CohortRows,
        responses=problem_responses(401, 403, 404, 422),
    )
    async def people(
        principal: CanLook,
        cohort_id: UUID,
        wanted: Annotated[Rows, Depends(_rows)],
        format_: Annotated[Literal["json", "csv", "xlsx"], Query(alias="format")] = "json",
        vpd: VpdQuery = None,
    ) -> CohortRows | Response:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            await may_look(tx, principal, trust, cohort_id)
            if format_ != "json":
                return await plan_file(tx, trust, cohort_id, principal.departments, format_)
            rows, following = await list_rows(tx, trust, cohort_id, principal.departments, wanted)
        return CohortRows(items=[row_answer(row) for row in rows], next=following)

    @api.patch(
        "/people/{product}/{department}/{employee_number}",
        operation_id="editCohortPerson",
        summary="Change what is to be done of one person",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def edit(
        principal: CanDecide,
        response: Response,
        cohort_id: UUID,
        product: Product,
        department: Department,
        employee_number: Annotated[EmployeeNumber, Path()],
        body: RowEdit,
        vpd: VpdQuery = None,
        if_match: IfMatch = None,
    ) -> CohortRow:
        trust, version = trust_scope(principal, vpd), expected_version(if_match, body.version)
        principal.require_department(product, department)
        one = Rows(product=product, department=department, employee_number=employee_number, limit=1)
        key = (employee_number, product, department)
        async with database.write([trust]) as tx:
            await may_look(tx, principal, trust, cohort_id)
            present, _ = await list_rows(tx, trust, cohort_id, principal.departments, one)
            wish = _edited(key, body, version, present[0] if present else None)
            _, refused = await store_edits(tx, trust, cohort_id, [wish], by=principal.subject, now=clock.now())
            if refused:
                raise refused[key]
            [row], _ = await list_rows(tx, trust, cohort_id, principal.departments, one)
        response.headers["ETag"] = etag(row.version)
        return row_answer(row)

    @api.post(
        "/people:upload",
        operation_id="uploadCohortPlan",
        summary="Take an edited plan from a CSV file or an Excel workbook, or see first what it would change",
        description="Send the file as the body, as it was downloaded and edited. Of each row `action`, `profile_id`, "
        "`excluded` and `note` are taken. Each row is looked at by itself: a bad one holds no other.",
        openapi_extra={"requestBody": {"required": True, "content": {"text/csv": _FILE, WORKBOOK: _FILE}}},
        responses=problem_responses(401, 403, 404, 409, 413, 422),
    )
    async def upload(
        principal: CanDecide,
        cohort_id: UUID,
        content: Annotated[bytes, Body(media_type="application/octet-stream")],
        preview: Annotated[bool, Query(description="Only say what would change.")] = False,
        vpd: VpdQuery = None,
    ) -> UploadAnswer:
        trust = trust_scope(principal, vpd)
        table = await asyncio.to_thread(table_of, content)
        async with database.write([trust]) as tx:
            await may_look(tx, principal, trust, cohort_id)
            found = await check_table(tx, trust, cohort_id, table, principal.departments)
            if not preview:
                await store_edits(tx, trust, cohort_id, found.edits, by=principal.subject, now=clock.now())
        return upload_answer(found, taken=not preview)

    return api


def _edited(key: tuple[str, str, str], body: RowEdit, version: int | None, row: Any | None) -> Edit:
    """What a row is to be, from what is there and what the request names."""
    sent = body.model_fields_set
    return Edit(
        key,
        body.action if "action" in sent or row is None else row.chosen_action,
        body.profile_id if "profile_id" in sent or row is None else row.chosen_profile_id,
        body.excluded if "excluded" in sent or row is None else row.excluded,
        (body.note or None) if "note" in sent or row is None else row.note,
        version,
    )


async def plan_file(
    tx: ReadTx, vpd: str, cohort_id: UUID, visible: Departments, form: Literal["csv", "xlsx"]
) -> Response:
    """All rows of a plan that the caller may see, as a file to be saved."""
    rows, _ = await list_rows(tx, vpd, cohort_id, visible, Rows(limit=ALL))
    name = f"cohort-{cohort_id}"
    if form == "csv":
        return csv_answer(f"{name}.csv", COLUMNS, [cells(row) for row in rows])
    return workbook_answer(f"{name}.xlsx", "Plan", COLUMNS, [cells(row) for row in rows])
