"""A table as a file: lines for CSV and for an Excel workbook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from submittals.setting_up.columns import Cell, Form
from submittals.trusts.dated import Rows


def lines(form: Form, rows: Rows) -> Iterator[Sequence[Cell]]:
    """The lines below the columns' names."""
    return (line for row in rows for line in form.lines_of(row))


async def at_once(found: Iterable[Sequence[Cell]]) -> AsyncIterator[Iterable[Sequence[Cell]]]:
    """Lines as a workbook takes them: in one piece, since a table of settings is small."""
    yield found
