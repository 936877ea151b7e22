"""The rows of an uploaded file, each looked at by itself: which cells it has, and what is wrong with it.

A row that cannot be taken sets its plan aside, which then stays as it was; a cell that cannot be read as a figure, day of the
week or time is kept as it was written and only told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from esrlink.errors import Invalid
from jobplan_adapter.plans.reading import read_date, storable
from jobplan_adapter.providers.upload_layout import BY_NAME, COLUMNS, IDENTITY, LineKind

Severity = Literal["error", "warning"]
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """What is wrong with a row, counted as a spreadsheet does: the heading is row 1.

    An `error` sets the row's plan aside; after a `warning` the row is taken, and what is said of it is shown.
    """

    row: int
    severity: Severity
    code: str
    column: str | None
    sentence: str


class BadRow(Exception):
    """A row that cannot be taken, with why."""

    def __init__(self, code: str, column: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.column, self.sentence = code, column, sentence


@dataclass(slots=True)
class Row:
    """One row: its number, its cells by column (empty ones left out), and the warnings that it gave so far."""

    number: int
    cells: Mapping[str, str]
    warnings: list[RowTrouble] = field(default_factory=list)

    @property
    def plan_id(self) -> str | None:
        """The plan that the row is of."""
        return self.cells.get("plan")

    def get(self, column: str) -> str | None:
        """The cell's text; none when it is empty."""
        return self.cells.get(column)

    def kind(self) -> LineKind:
        """What the row is about. Raises `BadRow`, too, for a needed cell that is empty."""
        said = (self.get("line") or "").casefold().replace(" ", "_").replace("-", "_")
        try:
            kind = LineKind(said)
        except ValueError:
            known = ", ".join(one.value for one in LineKind)
            raise BadRow("unknown_line", "line", f"Column line must say one of: {known}.") from None
        for column in COLUMNS:
            if kind in column.needed and self.get(column.name) is None:
                raise BadRow("missing", column.name, f"A row of kind {kind.value} needs the column {column.name}.")
        for name in self.cells:
            if kind not in BY_NAME[name].lines:
                self.warn("not_used", name, f"Column {name} means nothing in a row of kind {kind.value}.")
        return kind

    def day(self, column: str) -> date | None:
        """The day in a cell: `2026-04-01`, or `01/04/2026` as Excel writes it here. Raises `BadRow`."""
        said = self.get(column)
        if said is None:
            return None
        first, _, rest = said[:10].partition("/")
        month, _, year = rest.partition("/")
        turned = f"{year}-{month:>02}-{first:>02}" if year else said
        if (read := read_date(turned)) is None:
            raise BadRow("no_day", column, f"{column} must be a day: 2026-04-01, or 01/04/2026.")
        return read

    def yes(self, column: str) -> bool | None:
        """Whether a cell says yes; none when it is empty, or when it says neither."""
        said = (self.get(column) or "").casefold()
        return True if said in _YES else False if said in _NO else None

    def one_of(self, column: str, words: Sequence[str]) -> str:
        """The word in a cell, as the layout writes it. Raises `BadRow`."""
        said = (self.get(column) or "").casefold().replace(" ", "_")
        found = next((one for one in words if one.casefold() == said), None)
        if found is None:
            raise BadRow("unknown_word", column, f"{column} must be one of: {', '.join(words)}.")
        return found

    def warn(self, code: str, column: str | None, sentence: str) -> None:
        """Say something of the row that does not keep it from being taken."""
        self.warnings.append(RowTrouble(self.number, "warning", code, column, sentence))

    def unread(self, column: str) -> None:
        """Say that a cell cannot be read."""
        self.warn("unreadable", column, f"{column} cannot be read. It will be shown as it is written, never as 0.")


def rows_of(table: Sequence[Sequence[str]], identity: str) -> tuple[list[Row], list[RowTrouble]]:
    """The rows below the heading, and columns that the layout does not have.

    Raises `Invalid` where the heading is not a file's of job plans at all.
    """
    names = [_folded(name, identity) for name in table[0]] if table else []
    for needed in ("line", "plan", IDENTITY):
        if needed not in names:
            shown = identity if needed == IDENTITY else needed
            raise Invalid(f"The first row must name the columns; there is none named {shown}.", field="file")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise Invalid(f"The first row names the column {twice} twice.", field="file")
    strange = [
        RowTrouble(1, "warning", "unknown_column", None, f"Column {name} is none of a job plan's, and is not read.")
        for name in names
        if name and name not in BY_NAME
    ]
    rows = [
        Row(
            number,
            {name: storable(cell)[:_LONGEST] for name, cell in zip(names, cells, strict=False) if _has(name, cell)},
        )
        for number, cells in enumerate(table[1:], start=2)
    ]
    return rows, strange


def _folded(name: str, identity: str) -> str:
    plain = "_".join(name.casefold().replace("_", " ").split())
    return IDENTITY if plain == identity else "" if plain == IDENTITY else plain


def _has(name: str, cell: str) -> bool:
    return bool(cell) and name in BY_NAME
