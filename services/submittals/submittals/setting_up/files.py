"""A table as a file that can be put again: CSV, or an Excel workbook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from fastapi import Response
from fastapi.responses import StreamingResponse

from esrlink.http.spreadsheet import csv_answer, to_be_saved
from esrlink.http.workbook import WORKBOOK, Sheet, workbook
from submittals.setting_up.columns import Cell, Form
from submittals.trusts.dated import Rows

FileForm = Literal["csv", "xlsx"]


def lines(form: Form, rows: Rows) -> Iterator[Sequence[Cell]]:
    """The lines below the columns' names."""
    return (line for row in rows for line in form.lines_of(row))


async def at_once(found: Iterable[Sequence[Cell]]) -> AsyncIterator[Iterable[Sequence[Cell]]]:
    """Lines as a workbook takes them: in one piece, since a table of settings is small."""
    yield found


def as_file(form: Form, rows: Rows, vpd: str, effective_from: date | None, kind: FileForm) -> Response:
    """Rows as a file whose name says of which trust, table and day they are."""
    name = "-".join(map(str, filter(None, (vpd, form.table.replace("_", "-"), effective_from))))
    columns = [column.name for column in form.columns]
    if kind == "csv":
        return csv_answer(f"{name}.csv", columns, lines(form, rows))
    pieces = workbook([Sheet(form.title, columns, at_once(lines(form, rows)))])
    return StreamingResponse(pieces, media_type=WORKBOOK, headers=to_be_saved(f"{name}.xlsx"))
