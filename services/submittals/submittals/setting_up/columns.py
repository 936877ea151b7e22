"""A trust's tables as sheets: which columns each has, and its rows in lines of cells. Pure.

A row is a line; where a row has parts (the reasons of an absence type, the members of a group, the figures of a rule), it has
a line for each of them, and the cells of the row itself stand in all of these lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from submittals.trusts.dated import TableName

CellKind = Literal["text", "list", "figure", "day", "time", "yes or no"]
Cell = str | Decimal | date | int | None
"""Figures and days as such, so that a workbook can sum and sort them."""

# Parts of a list between semicolons; one within a part has a backslash before it.
_PART = re.compile(r"(?:\\.|[^;])+")
_ESCAPED = re.compile(r"\\(.)")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_MIDNIGHT = " 00:00:00"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet, and the field of the row (or of its part) that it is about."""

    name: str
    field: str
    kind: CellKind
    needed: bool
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a row: their columns, how a row is taken apart, and how its parts make its fields again."""

    columns: tuple[Column, ...]
    apart: Callable[[Any], Sequence[Mapping[str, Any]]]
    together: Callable[[Sequence[Mapping[str, Any]]], dict[str, Any]]
    # The column that a field of a part is shown in, by the field's name.
    column_of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """One table as a sheet."""

    table: TableName
    title: str
    about: str
    row: type[BaseModel] | None
    own: tuple[Column, ...]
    key: tuple[str, ...]
    parts: Parts | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in their order."""
        return (*self.own, *(self.parts.columns if self.parts else ()))

    def values_of(self, row: Any) -> dict[str, Any]:
        """A row's own values, by column."""
        if self.row is None:
            return {self.own[0].name: row}
        return {column.name: getattr(row, column.field) for column in self.own}

    def key_of(self, row: Any) -> tuple[object, ...]:
        """What tells a row from all others of the table."""
        values = self.values_of(row)
        return tuple(_folded(values[name]) for name in self.key)

    def lines_of(self, row: Any) -> list[list[Cell]]:
        """The lines of a row."""
        own = [cell(value) for value in self.values_of(row).values()]
        if self.parts is None:
            return [own]
        empty = dict.fromkeys(column.name for column in self.parts.columns)
        return [
            own + [cell(part[column.name]) for column in self.parts.columns]
            for part in self.parts.apart(row) or [empty]
        ]


def cell(value: object) -> Cell:
    """A value as it stands in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(str(one).replace("\\", "\\\\").replace(";", "\\;") for one in value)
    if isinstance(value, time):
        return f"{value:%H:%M}" if value.second == 0 else f"{value:%H:%M:%S}"
    return value if isinstance(value, Decimal | date | int) else None if value is None else str(value)


def value_of(text: str, kind: CellKind) -> str | list[str]:
    """What a cell's text says, for the model to judge: a list apart, a figure without pound sign and commas, a day in ISO."""
    if kind == "list":
        parts = (_ESCAPED.sub(r"\1", one.strip()) for one in _PART.findall(text))
        return [one for one in parts if one]
    if kind == "figure":
        return text.removeprefix("£").replace(",", "").strip()
    if kind == "day":
        text = text.removesuffix(_MIDNIGHT)
        if found := _DAY_FIRST.fullmatch(text):
            day, month, year = found.groups()
            return f"{year}-{month:0>2}-{day:0>2}"
    return text


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def columns_of(model: type[BaseModel], *without: str) -> tuple[Column, ...]:
    """A column for each field of a model but those that are parts."""
    return tuple(
        Column(
            name,
            name,
            _kind(field.annotation),
            field.is_required(),
            field.description or "",
            _choices(field.annotation),
        )
        for name, field in model.model_fields.items()
        if name not in without
    )


def _kind(annotation: Any) -> CellKind:
    if get_origin(annotation) is tuple:
        return "list"
    known: dict[Any, CellKind] = {bool: "yes or no", Decimal: "figure", int: "figure", date: "day", time: "time"}
    for one in (annotation, *get_args(annotation)):
        if get_origin(one) is not None and get_origin(one) is not Literal:
            one = get_args(one)[0]  # noqa: PLW2901 - what is annotated
        if one in known:
            return known[one]
    return "text"


def _choices(annotation: Any) -> tuple[str, ...]:
    """The words that a cell may hold, where it may hold nothing else."""
    options = get_args(annotation) if get_origin(annotation) not in {None, Literal} else (annotation,)
    listed = [one for one in options if one is not type(None)]
    if len(listed) == 1 and get_origin(listed[0]) is Literal:
        return tuple(str(choice) for choice in get_args(listed[0]))
    return ()
