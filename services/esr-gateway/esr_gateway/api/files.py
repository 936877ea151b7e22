"""Operations on the files that came from ESR."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from esr_gateway.api.answers import FileAnswer, FilesAnswer, RejectedRowAnswer, RejectedRowsAnswer, file_answer
from esr_gateway.api.callers import CanRead, CanRelease
from esr_gateway.from_esr import files
from esr_gateway.from_esr.releasing import release_file
from esr_gateway.from_esr.set_aside import COLUMNS, find_rows
from esr_gateway.gateway import Gateway
from esr_gateway.trusts import find_trust
from esrlink.db import Database, ReadTx
from esrlink.errors import NotFound
from esrlink.http import problem_responses
from esrlink.http.spreadsheet import csv_rows, csv_text
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts

_LAST_ROW = 2**31 - 1  # what the column can hold
_BLOCK = 1_000


def router(parts: Parts, gateway: Gateway) -> APIRouter:
    """The operations under `/v1/files`."""
    api = APIRouter(prefix="/v1/files", tags=["files"])

    @api.get(
        "",
        operation_id="findFiles",
        summary="Find files",
        description="Newest first. `name` is any part of a file's name, or a whole SHA-256.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def find(
        principal: CanRead,
        vpd: VpdQuery = None,
        state: Annotated[
            Literal["received", "imported", "quarantined", "held", "duplicate", "waiting_for_gap"] | None, Query()
        ] = None,
        name: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$", examples=["GOC_2026"])] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> FilesAnswer:
        scope = trust_scope(principal, vpd)
        async with parts.database.read([scope]) as tx:
            await find_trust(tx, scope)
            rows = await files.find_files(tx, [scope], state=state, name=name, limit=limit)
        return FilesAnswer(files=[file_answer(row) for row in rows])

    @api.get(
        "/{file_id}",
        operation_id="readFile",
        summary="Read what is known of a file",
        description="Its state, the reason for it, and what was in it.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanRead, file_id: UUID) -> FileAnswer:
        async with parts.database.read(principal.vpds) as tx:
            return file_answer(await _file(tx, file_id))

    @api.post(
        "/{file_id}/release",
        operation_id="releaseFile",
        summary="Release a file that is held",
        description=(
            "For a person who has looked at the reason. The file is taken as if it had just come, and is not held for the same "
            "reason again; answers with what became of it. 409 `not_held` for a file in any other state."
        ),
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def release(principal: CanRelease, file_id: UUID) -> FileAnswer:
        async with parts.database.read(principal.vpds) as tx:
            found = await _file(tx, file_id)
        await release_file(gateway.receiver, found, by=principal.subject, wait=gateway.lock_wait)
        async with parts.database.read([found.vpd]) as tx:
            return file_answer(await _file(tx, file_id))

    @api.get(
        "/{file_id}/rejected-rows",
        operation_id="readRejectedRows",
        summary="Read the rows of a file that were set aside",
        description=(
            "Each with its row number, field, code, reason and raw text. As CSV, by `Accept: text/csv` or `format=csv`, all rows "
            "that are kept come at once, whatever `limit` says."
        ),
        response_model=RejectedRowsAnswer,
        responses={**problem_responses(401, 403, 404, 422), 200: {"content": {"text/csv": {}}}},
    )
    async def rejected(
        principal: CanRead,
        file_id: UUID,
        accept: Annotated[str, Header()] = "application/json",
        format_: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
        after: Annotated[int, Query(ge=0, le=_LAST_ROW)] = 0,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
    ) -> RejectedRowsAnswer | Response:
        async with parts.database.read(principal.vpds) as tx:
            found = await _file(tx, file_id)
            as_csv = format_ == "csv" or (format_ is None and "text/csv" in accept)
            rows = () if as_csv else await find_rows(tx, file_id, after=after, limit=limit)
        if as_csv:
            headers = {"Content-Disposition": f'attachment; filename="{found.file_id}-rejected-rows.csv"'}
            lines = _csv(parts.database, found.vpd, file_id, after)
            return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
        answers = [RejectedRowAnswer.model_validate(row, from_attributes=True) for row in rows]
        return RejectedRowsAnswer(file_id=file_id, rows=answers)

    return api


async def _file(tx: ReadTx, file_id: UUID) -> Any:
    found = await files.find_file(tx, file_id)
    if found is None:
        raise NotFound("There is no such file that you may see.", field="file_id")
    return found


async def _csv(database: Database, vpd: str, file_id: UUID, after: int) -> AsyncIterator[str]:
    """All rows that are kept, some at a time, so that neither they nor a transaction are held while somebody downloads."""
    yield csv_text(COLUMNS, ())
    while True:
        async with database.read([vpd]) as tx:
            rows = await find_rows(tx, file_id, after=after, limit=_BLOCK)
        if not rows:
            return
        yield csv_rows([getattr(row, name) for name in COLUMNS] for row in rows)
        after = rows[-1].row_number
