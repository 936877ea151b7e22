"""Operations on the lines of a run: each with where it came from and what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse

from esr_gateway.api.callers import CanRead
from esr_gateway.api.run_answers import LINE_COLUMNS, LinesAnswer, line_answer
from esr_gateway.api.runs import run_of
from esr_gateway.from_esr.proof import Sight, proof_of, sight_of
from esr_gateway.to_esr.run_lines import Change, LineFilter, find_lines
from esr_gateway.trusts import find_trust
from esrlink.db import Database
from esrlink.http import problem_responses
from esrlink.http.spreadsheet import csv_rows, csv_text
from esrlink.runtime import Parts

_BLOCK = 2_000
_Name = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


async def _filter(
    text: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=r"^[^\x00]*$",
            description="The start of an ESR or assignment number, a submittal's id, a part of a department or an element.",
            examples=["20000123"],
        ),
    ] = None,
    change: Annotated[Change | None, Query()] = None,
    state: Annotated[str | None, Query(max_length=50, pattern=r"^[a-z_]*$", examples=["landed"])] = None,
    file_name: _Name = None,
) -> LineFilter:
    return LineFilter(text or None, change, state or None, file_name or None)


def router(parts: Parts) -> APIRouter:
    """`/v1/runs/{run_id}/lines`."""
    api = APIRouter(prefix="/v1/runs/{run_id}", tags=["runs"])

    @api.get(
        "/lines",
        operation_id="readLines",
        summary="Read the lines of a run",
        description=(
            "Each with the submittal that it came from, what it corrects, and what became of it. As CSV by `Accept: text/csv` "
            "or `format=csv`: then all of them at once, unless `limit` says less."
        ),
        response_model=LinesAnswer,
        responses={**problem_responses(401, 403, 404, 422), 200: {"content": {"text/csv": {}}}},
    )
    async def lines(
        principal: CanRead,
        run_id: UUID,
        wanted: Annotated[LineFilter, Depends(_filter)],
        accept: Annotated[str, Header()] = "application/json",
        format_: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
        limit: Annotated[int | None, Query(ge=1, le=5_000, description="1,000 if left out")] = None,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> LinesAnswer | Response:
        is_csv = format_ == "csv" or (format_ is None and "text/csv" in accept)
        most = limit or 1_000
        async with parts.database.read(principal.vpds) as tx:
            found = await run_of(tx, run_id)
            sight = await sight_of(tx, await find_trust(tx, found.vpd))
            rows = () if is_csv else await find_lines(tx, found.vpd, run_id, wanted, limit=most + 1, offset=offset)
        if is_csv:
            headers = {"Content-Disposition": f'attachment; filename="{found.vpd}-{found.run_code}-lines.csv"'}
            lines = _csv(parts.database, found, wanted, sight, most=limit, offset=offset)
            return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
        answers = [line_answer(row, proof_of(row, sight).sentence) for row in rows[:most]]
        return LinesAnswer(lines=answers, next_offset=offset + most if len(rows) > most else None)

    return api


async def _csv(
    database: Database, run: Any, wanted: LineFilter, sight: Sight, *, most: int | None, offset: int
) -> AsyncIterator[str]:
    """All lines, some at a time, so that neither they nor a transaction are held while somebody downloads."""
    yield csv_text(LINE_COLUMNS, ())
    after, left = None, most
    while left is None or left > 0:
        limit = _BLOCK if left is None else min(_BLOCK, left)
        async with database.read([run.vpd]) as tx:
            rows = await find_lines(tx, run.vpd, run.run_id, wanted, limit=limit, offset=offset, after=after)
        if not rows:
            return
        answers = (line_answer(row, proof_of(row, sight).sentence) for row in rows)
        yield csv_rows([getattr(one, name) for name in LINE_COLUMNS] for one in answers)
        after, offset = (rows[-1].file_name, rows[-1].row_number), 0
        left = None if left is None else left - len(rows)
