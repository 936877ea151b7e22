"""Excel workbooks that are sent piece by piece: a report of a trust's year is never in memory, nor in a file of ours.

Figures are figures and days are days, so that they can be summed and sorted; everything else is text, and no text is taken
for a formula, whoever wrote it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape

from esrlink.clock import LONDON
from esrlink.http.spreadsheet import harmless

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Row = Sequence[object]

# What a sheet and a cell take, by Excel's own limits; what is over goes on a further sheet, or is cut.
MOST_ROWS = 1_048_576
_LONGEST = 32_000
_FIRST_DAY = date(1899, 12, 30)
# Neither XML nor Excel takes these, and Excel would read `_x0041_` as a letter.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LETTER_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NAMESPACE = "http://schemas.openxmlformats.org"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOLD, _DAY = 1, 2
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_NAMESPACE}/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
    '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET = (
    f'{_HEAD}<worksheet xmlns="{_NAMESPACE}/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15" defaultColWidth="16"/><sheetData>'
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name (at most 25 characters), the columns' names, and its rows, some at a time."""

    name: str
    columns: Sequence[str]
    rows: AsyncIterator[Iterable[Row]]


async def workbook(sheets: Sequence[Sheet], *, most_rows: int = MOST_ROWS) -> AsyncIterator[bytes]:
    """The bytes of a workbook, in pieces."""
    out = _Pieces()
    names: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            part = _begin(archive, names, sheet, 1)
            written, number = 1, 1
            async for rows in sheet.rows:
                for row in rows:
                    if written == most_rows:
                        _end(part)
                        number += 1
                        part, written = _begin(archive, names, sheet, number), 1
                    part.write(_row(row))
                    written += 1
                if piece := out.taken():
                    yield piece
            _end(part)
        for name, text in _frame(names).items():
            archive.writestr(name, text)
    yield out.taken()


class _Pieces:
    """Something to write to that cannot be sought in, and whose content is taken out as it comes."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """What is held can still be taken."""

    def taken(self) -> bytes:
        data, self._held = b"".join(self._held), []
        return data


def _begin(archive: zipfile.ZipFile, names: list[str], sheet: Sheet, number: int) -> IO[bytes]:
    names.append(sheet.name if number == 1 else f"{sheet.name} {number}")
    part = archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w", force_zip64=True)
    part.write(_SHEET.encode())
    part.write(_row(sheet.columns, style=_BOLD))
    return part


def _end(part: IO[bytes]) -> None:
    part.write(b"</sheetData></worksheet>")
    part.close()


def _row(values: Iterable[object], *, style: int = 0) -> bytes:
    return f"<row>{''.join(_cell(value, style) for value in values)}</row>".encode()


def _cell(value: object, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"<c><v>{value:f}</v></c>" if isinstance(value, Decimal) else f"<c><v>{value}</v></c>"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f'<c s="{_DAY}"><v>{(value - _FIRST_DAY).days}</v></c>'
    text = _LETTER_CODE.sub("_x005F_", _NOT_IN_XML.sub("", harmless(_written(value))))[:_LONGEST]
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _written(value: object) -> str:
    """A moment in UK time, as people read it; anything else as it is."""
    return f"{value.astimezone(LONDON):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _frame(names: Sequence[str]) -> dict[str, str]:
    """All parts but the sheets."""
    office, package = f"{_NAMESPACE}/officeDocument/2006/relationships", f"{_NAMESPACE}/package/2006"
    numbers = range(1, len(names) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_PART}.{kind}+xml"/>'
        for part, kind in [
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/sheet{number}", "worksheet") for number in numbers),
        ]
    )
    listed = "".join(
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    related = [(f"worksheets/sheet{number}.xml", "worksheet") for number in numbers] + [("styles.xml", "styles")]
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{package}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": _relations(package, office, [("xl/workbook.xml", "officeDocument")]),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_NAMESPACE}/spreadsheetml/2006/main" xmlns:r="{office}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(package, office, related),
        "xl/styles.xml": _STYLES,
    }


def _relations(package: str, office: str, related: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{office}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(related, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{package}/relationships">{listed}</Relationships>'
