"""Tables of a page as a file: CSV, or an Excel workbook in which figures are figures and days are days."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from fastapi.responses import Response, StreamingResponse

from esrlink.http.spreadsheet import csv_answer, to_be_saved
from esrlink.http.workbook import WORKBOOK, Sheet, workbook

Format = Literal["csv", "xlsx"]
# So many are written before others get their turn.
_BLOCK = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the name of its sheet."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]


def table_file(name: str, format_: Format, table: Table, *more: Table) -> Response:
    """The table as a file to be saved, `name` without its ending; `more` tables are further sheets, and not in CSV."""
    if format_ == "csv":
        return csv_answer(f"{name}.csv", table.columns, table.rows)
    pieces = workbook([Sheet(one.name, one.columns, _blocks(one.rows)) for one in (table, *more)])
    return StreamingResponse(pieces, media_type=WORKBOOK, headers=to_be_saved(f"{name}.xlsx"))


async def _blocks(rows: Iterable[Sequence[object]]) -> AsyncIterator[list[Sequence[object]]]:
    waiting = iter(rows)
    while block := list(islice(waiting, _BLOCK)):
        yield block
