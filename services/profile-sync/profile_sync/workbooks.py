"""A table as an Excel workbook of one sheet in which every cell is a text: numbers of people keep their zeros, and a plan that
comes back says what it said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice

from fastapi.responses import StreamingResponse

from esrlink.http.spreadsheet import to_be_saved
from esrlink.http.workbook import WORKBOOK, Sheet, workbook

# So many are written before others get their turn.
_BLOCK = 200


def workbook_answer(
    name: str, sheet: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingResponse:
    """The rows as a file of this name to be saved."""
    pieces = workbook([Sheet(sheet, columns, _blocks(rows))])
    return StreamingResponse(pieces, media_type=WORKBOOK, headers=to_be_saved(name))


async def _blocks(rows: Iterable[Sequence[object]]) -> AsyncIterator[list[list[str | None]]]:
    waiting = iter(rows)
    while block := [[None if value is None else str(value) for value in row] for row in islice(waiting, _BLOCK)]:
        yield block
