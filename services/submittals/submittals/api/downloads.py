"""Lists as files for a spreadsheet, CSV or a workbook, sent piece by piece; and which of them a request asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Annotated, Any, Literal

from fastapi import Header, Query
from fastapi.responses import StreamingResponse

from esrlink.http.spreadsheet import csv_rows, csv_text, to_be_saved
from esrlink.http.workbook import WORKBOOK, Row, Sheet, workbook

Form = Literal["json", "csv", "xlsx"]
_BY_MEDIA_TYPE: dict[str, Form] = {"text/csv": "csv", WORKBOOK: "xlsx"}

FormatQuery = Annotated[
    Form | None,
    Query(alias="format", description="A file in place of JSON: all of the list at once.", examples=["csv"]),
]
AcceptHeader = Annotated[str, Header(alias="accept")]

FILES: dict[str, Any] = {"content": {media_type: {} for media_type in _BY_MEDIA_TYPE}}
"""Of an answer's description: it may be a file."""


def form_of(format_: Form | None, accept: str) -> Form:
    """The form that is asked for: by `format`, else by the header `Accept`."""
    asked: list[Form] = [form for media_type, form in _BY_MEDIA_TYPE.items() if media_type in accept]
    return format_ or (asked[0] if asked else "json")


def file_answer(name: str, sheets: Sequence[Sheet], form: Form) -> StreamingResponse:
    """A file of this name (without its ending) to be saved. CSV has one table: the last sheet."""
    headers = to_be_saved(f"{name}.{form}")
    if form == "csv":
        return StreamingResponse(_csv(sheets[-1]), media_type="text/csv; charset=utf-8", headers=headers)
    return StreamingResponse(workbook(sheets), media_type=WORKBOOK, headers=headers)


async def _csv(sheet: Sheet) -> AsyncIterator[str]:
    yield csv_text(sheet.columns, ())
    async for rows in sheet.rows:
        yield csv_rows(rows)


async def at_once(rows: Iterable[Row]) -> AsyncIterator[Iterable[Row]]:
    """Rows that are all there already, as a sheet takes them."""
    yield rows
