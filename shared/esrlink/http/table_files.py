"""A table out of a file that somebody sends: CSV, or an Excel workbook. Nobody who sends one is trusted.

Bounds on bytes (packed and unpacked), parts, rows and columns hold against files made to exhaust whoever opens them. A
formula is refused, never worked out, and no document may declare entities of its own.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from esrlink.errors import Invalid

MOST_BYTES = 4_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
_MOST_UNPACKED = 10  # times what a file may have: far more than a table comes to
_MOST_PARTS = 200
_PACKED = b"PK\x03\x04"

Table = list[list[str]]


def table_of(content: bytes, what: str = "table", *, most_bytes: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> Table:
    """The rows of a CSV file or of a workbook's first sheet, the heading first, every cell a text, without empty rows.

    Raises `Invalid`, with a sentence for whoever sent the file; `what` is the word in it for what they sent.
    """
    if not content.strip():
        raise _refused(f"The file is empty. Download the {what}, edit it, and send that.")
    if len(content) > most_bytes:
        raise _refused(f"The file is larger than {most_bytes // 1_000_000} MB. Leave out what is not edited.")
    packed = content.startswith(_PACKED)
    unpacked = most_bytes * _MOST_UNPACKED
    rows = _workbook_rows(content, what, unpacked, 10 * most_rows) if packed else _csv_rows(content)
    table: Table = []
    for cells in rows:
        if len(cells) > MOST_COLUMNS:
            raise _refused(f"The table has more than {MOST_COLUMNS} columns.")
        if any(cells):
            table.append(cells)
        if len(table) > most_rows + 1:
            raise _refused(f"The table has more than {most_rows:,} rows. Send it in parts.")
    return table


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        for cells in reader:
            yield [_cell(one) for one in cells]
    except csv.Error as error:
        raise _refused(
            f"Line {reader.line_num} is not CSV: a quotation mark is missing or a cell is too long."
        ) from error


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise _refused("The file is neither CSV nor an Excel workbook (.xlsx).")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # as Excel saves CSV on Windows


def _workbook_rows(content: bytes, what: str, unpacked: int, most_rows: int) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # half a second, which no command that reads none should wait for

    _check_package(content, what, unpacked)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not to be believed
        found = sheet.iter_rows(max_row=most_rows, max_col=MOST_COLUMNS + 1)
        yield from (_sheet_row(row) for row in found)
    except Invalid:
        raise
    # A workbook that is broken on purpose breaks its reader in ways that nobody has listed.
    except Exception as error:
        raise _refused("The workbook cannot be read. Save it anew as .xlsx, or send CSV.") from error


def _sheet_row(row: Iterable[Any]) -> list[str]:
    cells = []
    for cell in row:
        if cell.data_type == "f":
            raise _refused(f"Cell {cell.coordinate} holds a formula. Put its value there instead.")
        cells.append(_cell(_said(cell.value)))
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _said(value: object) -> str:
    """A value as it would stand in CSV: Excel turns an ESR number that somebody types into a figure."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _cell(text: str) -> str:
    """A cell without blanks around it, and without the mark that keeps it from being taken for a formula."""
    text = text.strip()
    if len(text) > LONGEST_CELL:
        raise _refused(f"A cell holds more than {LONGEST_CELL:,} characters.")
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _check_package(content: bytes, what: str, unpacked: int) -> None:
    """Raise `Invalid` for a package that is not what a workbook is, before anything of it is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > _MOST_PARTS or sum(one.file_size for one in parts) > unpacked:
                raise _refused(
                    f"The workbook is far larger than a {what}. Leave out other sheets and pictures, or send CSV."
                )
            _check_parts(package, what, [one for one in parts if one.filename.endswith((".xml", ".rels"))])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _refused("The file is no Excel workbook, or a broken one. Save it anew as .xlsx, or send CSV.") from error


def _check_parts(package: zipfile.ZipFile, what: str, parts: Sequence[zipfile.ZipInfo]) -> None:
    for one in parts:
        # Reading stops at the size that was stated, and fails where the part says otherwise.
        text = package.read(one)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise _refused(f"The workbook declares entities, which no {what} does.")


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, field="file")
