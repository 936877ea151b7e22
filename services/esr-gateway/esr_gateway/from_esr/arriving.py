"""People on their way into their table: a block of them is one array of rows, in PostgreSQL's binary form. Pure.

COPY cannot write to a table under row-level security, and a text that PostgreSQL has to cut costs it two thirds more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from struct import Struct

from esr_gateway.from_esr.people import After

COLUMNS = (
    "person_id", "employee_number", "family_name", "given_name", "picture_hash", "document", "keys", "works_until",
    "repaint_on", "digest", "revision", "is_gone", "waiting_rows",
)  # fmt: skip
# The row's type. What is not a text in `person` and seldom differs is cast there, which costs less than making it here.
CASTS = {"keys": "::text[]", "works_until": "::date", "repaint_on": "::date"}
TYPE = f"""
CREATE TEMP TABLE arriving (
    {" text, ".join(COLUMNS[:10])} text, revision integer, is_gone boolean, waiting_rows integer
) ON COMMIT DROP
"""

_TEXT, _INTEGER, _BOOLEAN = 25, 23, 16  # as PostgreSQL numbers its types
_HEAD = Struct("!iiIii")
_ROW = Struct("!i")
_CELL = Struct("!Ii")
_REST = Struct("!Iii Ii? Iii")
_NO_TEXT = _CELL.pack(_TEXT, -1)


def rows_of_array(people: Iterable[After]) -> bytes:
    """People as the rows of an array."""
    return b"".join([part for one in people for part in _row(one)])


def array_of(rows: bytes, count: int, row_type: int) -> bytes:
    """The array of so many rows. `row_type` is PostgreSQL's number of the type."""
    return _HEAD.pack(1, 0, row_type, count, 1) + rows


def _row(one: After) -> tuple[bytes, bytes]:
    keys = ",".join(one.keys)
    if not "".join(one.keys).isalnum():
        keys = ",".join('"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in one.keys)
    row = b"".join(
        (
            _ROW.pack(len(COLUMNS)),
            _cell(one.person_id),
            _cell(one.employee_number),
            _cell(one.family_name),
            _cell(one.given_name),
            _cell(one.picture_hash),
            _CELL.pack(_TEXT, len(one.document)),
            one.document,
            _cell(f"{{{keys}}}"),
            _day(one.works_until),
            _day(one.repaint_on),
            _cell(one.digest),
            _REST.pack(_INTEGER, 4, one.revision, _BOOLEAN, 1, one.is_gone, _INTEGER, 4, one.waiting_rows),
        )
    )
    return _ROW.pack(len(row)), row


def _cell(value: str | None) -> bytes:
    if value is None:
        return _NO_TEXT
    content = value.encode()
    return _CELL.pack(_TEXT, len(content)) + content


@lru_cache(maxsize=10_000)
def _day(value: date | str | None) -> bytes:
    return _cell(None if value is None else str(value))
