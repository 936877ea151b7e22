"""A table as it is sent: rows in JSON, or a sheet as CSV or as an Excel workbook."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from esrlink.errors import FieldProblem, Invalid
from esrlink.http.table_files import MOST_ROWS, table_of
from esrlink.http.workbook import WORKBOOK
from submittals import examples
from submittals.setting_up.checking import Checked, check_rows, check_sheet
from submittals.setting_up.columns import Form

_FILES = ("text/csv", WORKBOOK)


class RowsIn(BaseModel):
    """All rows of a table."""

    model_config = ConfigDict(extra="forbid")

    rows: list[Any] = Field(max_length=MOST_ROWS)


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": RowsIn.model_json_schema(), "example": examples.ROWS},
            "text/csv": {"schema": {"type": "string"}, "example": examples.ROWS_AS_CSV},
            WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""How a table is sent, for the description of an operation."""


async def checked_body(request: Request, form: Form) -> Checked:
    """The rows of the body, each checked by itself. Raises `Invalid` for what is no such table at all."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().casefold()
    content = await request.body()
    if kind in _FILES:
        table = await asyncio.to_thread(table_of, content)
        return await asyncio.to_thread(check_sheet, form, table)
    try:
        rows = RowsIn.model_validate_json(content).rows
    except ValidationError as error:
        problems = [FieldProblem(".".join(map(str, one["loc"])), one["type"], one["msg"]) for one in error.errors()]
        words = 'Send JSON with the member "rows", or a file as text/csv or as an Excel workbook.'
        raise Invalid(words, problems=problems) from error
    return await asyncio.to_thread(check_rows, form, rows)
