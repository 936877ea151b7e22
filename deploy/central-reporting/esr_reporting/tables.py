"""What a table is here: rows by key, of which the newest remains, so that events may come in any order and any number of times.

Each event makes one row of one table. `newest_by` ranks the rows of one key; the event's id breaks a tie, so that two
orders of arrival can never end in different tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its DuckDB type and one line of meaning, with the unit where it has one."""

    name: str
    type: str
    meaning: str


# The record that a figure leads back to.
SOURCE = Column("event_id", "UUID", "the event that says so")


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its key, and what makes one row of a key newer than another (none: a key has one row for good)."""

    name: str
    meaning: str
    key: Sequence[str]
    newest_by: Sequence[str]
    told: Sequence[Column]

    @property
    def columns(self) -> Sequence[Column]:
        """All columns: those that the event fills, and its id."""
        return (*self.told, SOURCE)

    @property
    def definition(self) -> str:
        """The SQL that makes the table, with each column's meaning beside it."""
        columns = ", ".join(f"{column.name} {column.type.replace(chr(59), chr(44))}" for column in self.columns)
        notes = [
            f"COMMENT ON COLUMN {self.name}.{column.name} IS '{column.meaning.replace(chr(39), chr(39) * 2)}'"
            for column in self.columns
        ]
        made = f"CREATE TABLE {self.name} ({columns}, PRIMARY KEY ({', '.join(self.key)}))"
        return ";\n".join([made, *notes]) + ";\n"

    @property
    def shape(self) -> str:
        """The rows of a batch as DuckDB's `from_json_strict` is told of them."""
        return "[{" + ", ".join(f'"{column.name}": {_json_type(column.type)}' for column in self.columns) + "}]"

    @property
    def merge(self) -> str:
        """The SQL that takes rows, one parameter of JSON, into the table. Raises a `DataError` when one does not fit."""
        rank = [*self.newest_by, SOURCE.name]
        changed = ", ".join(f"{c.name} = excluded.{c.name}" for c in self.columns if c.name not in self.key)
        newer = f"({_listed('excluded', rank)}) > ({_listed(self.name, rank)})"
        best = f"row_number() OVER (PARTITION BY {', '.join(self.key)} ORDER BY ({', '.join(rank)}) DESC)"
        return (
            f"INSERT INTO {self.name} BY NAME SELECT * FROM "  # noqa: S608 - our own names
            f"(SELECT unnest(from_json_strict(?::JSON, '{self.shape}'), max_depth := 2)) QUALIFY {best} = 1 "
            f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changed} WHERE {newer}"
        )


def _listed(of: str, names: Sequence[str]) -> str:
    return ", ".join(f"{of}.{name}" for name in names)


def _json_type(duckdb_type: str) -> str:
    """`DATE` as `"DATE"`; `STRUCT(a DATE)[]` as `[{"a": "DATE"}]`."""
    if not duckdb_type.startswith("STRUCT("):
        return f'"{duckdb_type}"'
    inside = duckdb_type.removeprefix("STRUCT(").removesuffix(")[]")
    fields = [field.split(" ", 1) for field in inside.split("; ")]
    return "[{" + ", ".join(f'"{name}": "{kind}"' for name, kind in fields) + "}]"


def list_of(*fields: str) -> str:
    """The type of a list of records, each field as `name TYPE`."""
    return f"STRUCT({'; '.join(fields)})[]"
