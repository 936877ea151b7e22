"""Answers for spreadsheets: CSV in which no cell is taken for a formula, whoever wrote what stands in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from fastapi import Response

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
FORMULA_MARK = re.compile(r"^'(?='*[=+\-@\t\r\n])")
"""What `harmless` puts before a text; whoever reads a file of ours again takes it away."""
_FIGURE = re.compile(r"-[0-9]+(\.[0-9]+)?")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV, the columns' names first; what is absent is an empty cell."""
    return csv_rows((columns,)) + csv_rows(rows)


def csv_rows(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV without a heading, for answers that are sent piece by piece."""
    out = io.StringIO()
    csv.writer(out).writerows([harmless(value) for value in row] for row in rows)
    return out.getvalue()


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows as a file of this name to be saved."""
    return Response(csv_text(columns, rows), media_type="text/csv; charset=utf-8", headers=to_be_saved(name))


def to_be_saved(name: str) -> dict[str, str]:
    """The headers of a file of this name: for whoever asked, and kept by nothing between."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula. A negative figure is none, and stays a figure."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _FIGURE.fullmatch(text) else text
