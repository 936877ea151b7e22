"""A sheet's lines as rows of a table, each checked by itself: a trouble has its row, column, text and a sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from esrlink.errors import Invalid
from submittals.setting_up.columns import Column, Form, value_of
from submittals.setting_up.sentences import sentence_for
from submittals.trusts.dated import Rows, read_row


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """Why a row cannot be taken. Rows are counted as a spreadsheet does: the heading is row 1."""

    row: int
    field: str | None
    text: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows that can be taken, the line at which each begins, and what is wrong with the others."""

    rows: Rows
    lines: tuple[int, ...]
    troubles: tuple[RowTrouble, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    texts: Mapping[str, str]


def check_sheet(form: Form, table: Sequence[Sequence[str]]) -> Checked:
    """Rows out of a sheet whose first line names the columns. Raises `Invalid` for what is no sheet of this table at all."""
    heading = [text.casefold().strip().replace(" ", "_") for text in table[0]] if table else []
    _check_heading(form, heading)
    lines = [
        _Line(number, dict(zip(heading, cells, strict=False)))
        for number, cells in enumerate(table[1:], start=2)
        if any(cells)
    ]
    return _checked(form, [_read(form, group) for group in _groups(form, lines)])


def check_rows(form: Form, rows: Sequence[object]) -> Checked:
    """Rows out of JSON. The first row is row 1."""
    return _checked(form, [_made(form, row, number, row) for number, row in enumerate(rows, start=1)])


def _check_heading(form: Form, heading: Sequence[str]) -> None:
    known = [column.name for column in form.columns]
    listed = ", ".join(known)
    for name in heading:
        if name and name not in known:
            raise Invalid(f"There is no column {name[:80]!r}. The columns of this table are: {listed}.", field="file")
        if name and heading.count(name) > 1:
            raise Invalid(f"The first row names the column {name} more than once.", field="file")
    for column in form.columns:
        if column.needed and column.name not in heading:
            raise Invalid(
                f"The first row must name the columns; there is none named {column.name}. The columns are: {listed}.",
                field="file",
            )


def _groups(form: Form, lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines of each row: one, or all those of the same key where a row has parts."""
    if form.parts is None:
        return [[line] for line in lines]
    groups: dict[tuple[str, ...], list[_Line]] = {}
    for line in lines:
        groups.setdefault(tuple(line.texts.get(name, "").casefold() for name in form.key), []).append(line)
    return list(groups.values())


_Read = tuple[int, Any, Sequence[RowTrouble]]
"""The line at which a row begins, the row if it can be taken, and what is wrong with it."""


def _read(form: Form, lines: Sequence[_Line]) -> _Read:
    first, troubles = lines[0], []
    for line in lines[1:]:
        for column in form.own:
            text, before = line.texts.get(column.name, ""), first.texts.get(column.name, "")
            if text and text.casefold() != before.casefold():
                words = f"Row {first.number} says {before!r} of the same: say it once, or the same twice."
                troubles.append(RowTrouble(line.number, column.name, text, words))
    if form.row is None:
        return _made(form, first.texts.get(form.own[0].name, ""), first.number, first.texts)
    values: dict[str, Any] = {column.field: said for column in form.own if (said := _said(column, first)) is not None}
    if form.parts is not None:
        columns = form.parts.columns
        parts = [{column.name: _said(column, line) for column in columns} for line in lines]
        given = [part for part in parts if any(value is not None for value in part.values())]
        values |= form.parts.together(given)
    number, row, more = _made(form, values, first.number, first.texts)
    more = [_placed(form, one, lines) for one in more]
    return number, None if troubles else row, [*troubles, *more]


def _said(column: Column, line: _Line) -> str | list[str] | None:
    text = line.texts.get(column.name, "")
    return value_of(text, column.kind) if text else None


def _placed(form: Form, trouble: RowTrouble, lines: Sequence[_Line]) -> RowTrouble:
    """A trouble with a part, at the line of the part that has the text in question."""
    parts = {column.name for column in form.parts.columns} if form.parts else set()
    if trouble.field not in parts:
        return trouble
    column = next(column for column in form.columns if column.name == trouble.field)
    for line in lines:
        text = line.texts.get(column.name, "")
        if (value_of(text, column.kind) if text else None) == trouble.text or (not text and trouble.text is None):
            return RowTrouble(line.number, trouble.field, text or None, trouble.sentence)
    return trouble


def _made(form: Form, values: object, number: int, raw: object) -> _Read:
    try:
        return number, read_row(form.table, values), []
    except ValidationError as error:
        return number, None, [_trouble(form, number, one, raw) for one in error.errors()]


def _trouble(form: Form, number: int, error: Mapping[str, Any], raw: object) -> RowTrouble:
    place = [part for part in error["loc"] if isinstance(part, str)]
    field = _column_of(form, place)
    text: object = raw.get(field) if isinstance(raw, Mapping) and field in raw else error.get("input")
    if isinstance(text, Mapping | list | tuple):
        text = None
    return RowTrouble(number, field, None if text in {None, ""} else str(text)[:200], sentence_for(field, error))


def _column_of(form: Form, place: Sequence[str]) -> str | None:
    if form.row is None:
        return form.own[0].name
    own = {column.field: column.name for column in form.own}
    of_parts = form.parts.column_of if form.parts else {}
    if place and place[0] in own:
        return own[place[0]]
    return next((of_parts[name] for name in reversed(place) if name in of_parts), place[0] if place else None)


def _checked(form: Form, read: Sequence[_Read]) -> Checked:
    """All rows together: no two say the same."""
    rows: list[Any] = []
    lines: list[int] = []
    troubles: list[RowTrouble] = []
    seen: dict[tuple[object, ...], int] = {}
    for number, row, wrong in read:
        troubles += wrong
        if row is None:
            continue
        key = form.key_of(row)
        if key in seen:
            words = f"Row {seen[key]} is for the same already." if key else "There is only one row of this table."
            troubles.append(RowTrouble(number, form.key[0] if form.key else None, None, words))
            continue
        seen[key] = number
        rows.append(row)
        lines.append(number)
    if not form.key and not rows and not troubles:
        troubles.append(RowTrouble(1, None, None, "There is no row of settings below the columns' names."))
    return Checked(tuple(rows), tuple(lines), tuple(sorted(troubles, key=lambda one: one.row)))
