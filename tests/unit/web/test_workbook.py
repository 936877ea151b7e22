"""A workbook is sent piece by piece, and Excel reads it as it was meant: figures, days, and text that is no formula."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from esrlink.http.workbook import Row, Sheet, workbook


async def _blocks(*blocks: Iterable[Row]) -> AsyncIterator[Iterable[Row]]:
    for block in blocks:
        yield block


async def _read(*sheets: Sheet, most_rows: int = 1_000) -> dict[str, list[Sequence[object]]]:
    pieces = [piece async for piece in workbook(sheets, most_rows=most_rows)]
    book = load_workbook(io.BytesIO(b"".join(pieces)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


async def test_figures_and_days_stay_what_they_are_and_text_is_no_formula() -> None:
    row = [
        7,
        Decimal("-1.50"),
        date(2026, 8, 3),
        datetime(2026, 9, 2, 11, tzinfo=UTC),
        None,
        "=1+1",
        "Zoë <b>&\x01",
        "007",
    ]
    read = await _read(Sheet("All", list("abcdefgh"), _blocks([row])))
    assert read == {
        "All": [
            tuple("abcdefgh"),
            (7, -1.5, datetime(2026, 8, 3), "2026-09-02 12:00", None, "'=1+1", "Zoë <b>&", "007"),  # noqa: DTZ001
        ]
    }


async def test_what_is_over_a_sheet_goes_on_another_under_the_same_heading() -> None:
    read = await _read(
        Sheet('A "b" & c', ["n"], _blocks([[1], [2]], [[3]])), Sheet("Empty", ["n"], _blocks()), most_rows=3
    )
    assert read == {'A "b" & c': [("n",), (1,), (2,)], 'A "b" & c 2': [("n",), (3,)], "Empty": [("n",)]}


async def test_it_comes_in_pieces_as_the_rows_do() -> None:
    seen: list[int] = []

    async def rows() -> AsyncIterator[Iterable[Row]]:
        for number in range(20):
            seen.append(number)
            yield [[f"{number * one**3:x}" for one in range(40)] for _ in range(500)]

    pieces = workbook([Sheet("Many", [str(one) for one in range(40)], rows())])
    await anext(pieces)
    assert len(seen) < 3
    assert len([piece async for piece in pieces]) > 3


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_comes_back(text: str) -> None:
    import asyncio

    [[_, (read,)]] = asyncio.run(_read(Sheet("T", ["text"], _blocks([[f"x{text}"]])))).values()
    sayable = "".join(one for one in text.replace("\r\n", "\n").replace("\r", "\n") if one >= " " or one in "\t\n")
    sayable = "".join(one for one in sayable if not ("\ud800" <= one <= "\udfff") and one not in "\ufffe\uffff")
    assert str(read).replace("_x005F_", "_") == f"x{sayable}"
