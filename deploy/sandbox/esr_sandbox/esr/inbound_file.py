"""Reads the frame of a file from `In/`: name, header, rows, trailer. Knows nothing of what the rows mean.

Attendance (TA) files are as reported by suppliers. Absence (AB) files are an assumption: the same frame, and since nobody can
say which header columns they carry, only the first five are checked.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from esr_sandbox.esr.refusal import RefusedError, refuse_unless
from esr_sandbox.world.payroll_calendar import TAX_YEAR_ENDING

InboundKind = Literal["TA", "AB", "GDR"]

_ATTENDANCE = re.compile(
    r"TA_(?P<vpd>\d{3})_(?P<supplier>[A-Z]{3})_(?P<type>[WMLB])(?P<run>[NS])(?P<yy>\d{2})(?P<pp>\d{2})_(?P<seq>\d{8})\.DAT"
)
_ABSENCE = re.compile(r"AB_(?P<vpd>\d{3})_(?P<supplier>[A-Z]{3})_(?P<day>\d{8})_(?P<seq>\d{8})\.DAT")
_REQUEST = re.compile(r"GO_(?P<vpd>\d{3})_GDW_GDR_(?P<day>\d{8})_(?P<seq>\d{8})\.DAT")
_HEADER_WIDTH = {"TA": 8, "AB": 5}


@dataclass(frozen=True)
class InboundName:
    """What the name of an inbound file says."""

    name: str
    kind: InboundKind
    vpd: str
    sequence: int
    parts: dict[str, str]


def parse_name(name: str) -> InboundName:
    """Return what a file's name says.

    Raises:
        RefusedError: the name has none of the known shapes (F001), or no such day or period exists.

    """
    for kind, shape in (("TA", _ATTENDANCE), ("AB", _ABSENCE), ("GDR", _REQUEST)):
        if found := shape.fullmatch(name):
            parts = found.groupdict()
            if "day" in parts:
                compact_date(parts["day"], "F001", "The date in the file name does not exist")
            return InboundName(name, kind, parts["vpd"], int(parts["seq"]), parts)  # type: ignore[arg-type]
    raise RefusedError("F001", "The file name has no known shape")


def read_rows(name: InboundName, vpd: str, content: bytes) -> list[list[str]]:
    """Return the data rows between a right header and a right trailer.

    Raises:
        RefusedError: another trust's file (F002), not ASCII (F003), header (F004), trailer (F005), period (F008).

    """
    refuse_unless(name.vpd == vpd, "F002", "The file is for another trust")
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        raise RefusedError("F003", f"Byte {error.start} is not ASCII") from None
    refuse_unless(text.endswith("\n"), "F005", "The last row has no end")
    rows = list(csv.reader(text.splitlines(), strict=True)) if text else []
    refuse_unless(rows and rows[0] and rows[0][0] == "HDR", "F004", "There is no header")
    _check_header(name, rows[0])
    refuse_unless(len(rows) > 1 and rows[-1][:1] == ["FTR"], "F005", "There is no trailer")
    count = rows[-1][1] if len(rows[-1]) > 1 else ""
    refuse_unless(
        count == str(len(rows) - 2), "F005", f"The trailer counts {count or 'nothing'}; rows: {len(rows) - 2}"
    )
    return rows[1:-1]


def requested_day(name: InboundName, content: bytes) -> date:
    """Return the day of a snapshot request: one header row with its own name and a timestamp."""
    cells = content.decode("ascii", "replace").strip().split("~")
    refuse_unless(cells[:2] == ["HDR", name.name] and len(cells) == 3, "F004", "The request's header is wrong")
    return compact_date(cells[2][:8], "F004", "The request's time does not exist")


def compact_date(text: str, code: str, complaint: str) -> date:
    """Return the date of `yyyymmdd`, or refuse with that code and complaint."""
    if not re.fullmatch(r"\d{8}", text):
        raise RefusedError(code, complaint)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise RefusedError(code, complaint) from None


def _check_header(name: InboundName, header: list[str]) -> None:
    width = _HEADER_WIDTH[name.kind]
    right_width = len(header) == width if name.kind == "TA" else width <= len(header) <= _HEADER_WIDTH["TA"]
    refuse_unless(right_width, "F004", f"The header has {len(header)} columns")
    refuse_unless(header[1] == name.name, "F004", "The header names another file")
    refuse_unless(_is_timestamp(header[2]), "F004", "The header's creation time does not exist")
    expected = [name.parts["supplier"], name.vpd]
    if name.kind == "TA":
        expected += [name.parts["type"], name.parts["run"], name.parts["pp"]]
        in_calendar = int(name.parts["yy"]) == TAX_YEAR_ENDING % 100 and 1 <= int(name.parts["pp"]) <= 12
        refuse_unless(in_calendar and name.parts["type"] == "M", "F008", "The payroll calendar has no such period")
    refuse_unless(header[3 : 3 + len(expected)] == expected, "F004", "Header and file name differ")


def _is_timestamp(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - the file carries local time without an offset
    except ValueError:
        return False
    return len(text) == 14
