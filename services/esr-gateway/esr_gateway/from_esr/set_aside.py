"""Rows that were set aside, as people look at them: filtered, counted, and each cell under its column's name.

What is kept of such a row has its sensitive cells masked already; where its columns cannot be told apart, all of it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from esr_gateway.layout import confirmation, data_warehouse
from esr_gateway.tables import rejected_row
from esrlink.db import ReadTx

COLUMNS = ("row_number", "record", "field", "code", "reason", "raw")
KEPT = 10_000
"""The most rows that are kept of one file."""

_MASK = "•••"


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows of a file are wanted."""

    record: str | None = None
    field: str | None = None
    code: str | None = None


ALL_ROWS = RowFilter()


@dataclass(frozen=True, slots=True)
class Cause:
    """Rows of one record that were set aside for one reason in one field."""

    record: str
    field: str
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell under its column's name. `value` is nothing where it is masked."""

    name: str
    value: str | None
    is_wrong: bool


async def find_rows(
    tx: ReadTx, file_id: UUID, wanted: RowFilter = ALL_ROWS, *, after: int = 0, limit: int = 25
) -> Sequence[Any]:
    """Rows of the file in order, from behind row number `after`."""
    statement = select(rejected_row).where(rejected_row.c.file_id == file_id, rejected_row.c.row_number > after)
    return await tx.all(_wanted(statement, wanted).order_by(rejected_row.c.row_number).limit(limit))


async def count_rows(tx: ReadTx, file_id: UUID, wanted: RowFilter) -> int:
    """How many rows that is."""
    statement = select(func.count()).select_from(rejected_row).where(rejected_row.c.file_id == file_id)
    return int(await tx.scalar(_wanted(statement, wanted)) or 0)


async def causes(tx: ReadTx, file_id: UUID) -> Sequence[Cause]:
    """Why rows of the file were set aside, the most frequent first."""
    by = (rejected_row.c.record, rejected_row.c.field, rejected_row.c.code)
    rows = await tx.all(
        select(*by, func.count().label("n"))
        .where(rejected_row.c.file_id == file_id)
        .group_by(*by)
        .order_by(func.count().desc(), *by)
    )
    return [Cause(row.record, row.field, row.code, row.n) for row in rows]


def cells_of(kind: str, row: Any) -> Sequence[Cell] | None:
    """The cells of a row that was set aside, those without a value left out; none where its columns cannot be told apart."""
    names, delimiter = _columns(kind, row.record)
    values = row.raw.split(delimiter) if names else []
    if not names or len(values) != len(names):
        return None
    return [
        Cell(name or f"Column {at}, which has no use", None if value == _MASK else value, name == row.field)
        for at, (name, value) in enumerate(zip(names, values, strict=True))
        if value or name == row.field
    ]


def title_of(kind: str, record: str) -> str:
    """What a record is called; its code where the layout does not know it."""
    known = data_warehouse().record.get(record) if kind in {"snapshot", "changes"} else None
    return known.title[:1].upper() + known.title[1:] if known else record or "No record type"


def _columns(kind: str, record: str) -> tuple[Sequence[str], str]:
    if kind in {"snapshot", "changes"}:
        layout = data_warehouse()
        known = layout.record.get(record)
        return (("Record type", *known.columns) if known else ()), layout.delimiter
    if kind == "confirmation":
        answers = confirmation()
        return answers.columns, answers.delimiter
    return (), ","


def _wanted(statement: Select[Any], wanted: RowFilter) -> Select[Any]:
    for column, value in (
        (rejected_row.c.record, wanted.record),
        (rejected_row.c.field, wanted.field),
        (rejected_row.c.code, wanted.code),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement
