"""Tables as files for a spreadsheet, CSV or a workbook, sent piece by piece; and which of them a request asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import Header, Query
from fastapi.responses import StreamingResponse

from esrlink.http.spreadsheet import csv_rows, csv_text, to_be_saved
from esrlink.http.workbook import WORKBOOK, Row, Sheet, workbook

Form = Literal["json", "csv", "xlsx"]
FileForm = Literal["csv", "xlsx"]
_BY_MEDIA_TYPE: dict[str, Form] = {"text/csv": "csv", WORKBOOK: "xlsx"}
# So many rows are written before others get their turn.
_BLOCK = 500

FormatQuery = Annotated[
    Form | None,
    Query(alias="format", description="A file in place of JSON: all of the list at once.", examples=["csv"]),
]
AcceptHeader = Annotated[str, Header(alias="accept")]

FILES: dict[str, Any] = {"content": {media_type: {} for media_type in _BY_MEDIA_TYPE}}
"""Of an answer's description: it may be a file."""


def form_of(format_: Form | None, accept: str) -> Form:
    """The form that is asked for: by `format`, else by the header `Accept`."""
    asked = [form for media_type, form in _BY_MEDIA_TYPE.items() if media_type in accept]
    return format_ or (asked[0] if asked else "json")


def sheet(name: str, columns: Sequence[str], rows: Iterable[Row]) -> Sheet:
    """A table as a file takes it."""
    return Sheet(name, columns, _blocks(rows))


def file_answer(name: str, sheets: Sequence[Sheet], form: Form) -> StreamingResponse:
    """A file of this name (without its ending) to be saved. CSV has one table: the last sheet."""
    headers = to_be_saved(f"{name}.{form}")
    if form == "csv":
        return StreamingResponse(_csv(sheets[-1]), media_type="text/csv; charset=utf-8", headers=headers)
    return StreamingResponse(workbook(sheets), media_type=WORKBOOK, headers=headers)


async def _csv(table: Sheet) -> AsyncIterator[str]:
    yield csv_text(table.columns, ())
    async for rows in table.rows:
        yield csv_rows(rows)


async def _blocks(rows: Iterable[Row]) -> AsyncIterator[Sequence[Row]]:
    waiting = iter(rows)
    while block := list(islice(waiting, _BLOCK)):
        yield block
