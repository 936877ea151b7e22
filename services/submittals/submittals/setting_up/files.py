"""A table as a file that can be put again: CSV, or an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from fastapi import Response

from esrlink.http.downloads import FileForm, file_answer, sheet
from submittals.setting_up.columns import Cell, Form
from submittals.trusts.dated import Rows


def lines(form: Form, rows: Rows) -> Iterator[Sequence[Cell]]:
    """The lines below the columns' names."""
    return (line for row in rows for line in form.lines_of(row))


def as_file(form: Form, rows: Rows, vpd: str, effective_from: date | None, kind: FileForm) -> Response:
    """Rows as a file whose name says of which trust, table and day they are."""
    name = "-".join(map(str, filter(None, (vpd, form.table.replace("_", "-"), effective_from))))
    columns = [column.name for column in form.columns]
    return file_answer(name, [sheet(form.title, columns, lines(form, rows))], kind)
