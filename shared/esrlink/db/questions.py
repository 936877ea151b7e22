"""Statements that are sent to PostgreSQL together and answered in one round trip, each seeing what those before it did.

A small transaction costs the service by its round trips, not by its rows: a statement by itself takes as long as twenty rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

import psycopg
from psycopg.rows import namedtuple_row, tuple_row
from pydantic_core import to_json
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

_DIALECT = dialect()  # type: ignore[no-untyped-call]


@dataclass(slots=True, eq=False)
class Question(Generic[T]):
    """A statement with its values, and what its rows come to: `answer`, once it has been asked.

    The statement is made once, with the module; lists go in as arrays, and rows as JSON that is written already.
    """

    statement: Executable
    values: Mapping[str, Any]
    read: Callable[[Sequence[Any]], T] | None
    answer: T = field(init=False)


def order(statement: Executable, values: Mapping[str, Any]) -> Question[None]:
    """A statement that answers nothing of interest: a lock, or a row to be written."""
    return Question(statement, values, None)


def as_json(rows: Sequence[Mapping[str, Any]] | Sequence[str]) -> str:
    """Rows as one value, which the statement unfolds: however many there are, and with columns of every kind.

    Thousands of texts are written so in a twentieth of the time that the driver takes for an array.
    """
    return to_json(rows).decode()


def arrays(rows: Collection[Sequence[Any]], *names: str) -> dict[str, list[Any]]:
    """Rows as one list for each name, all in step: as many rows as there are, in so many values."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


async def ask_together(
    connection: AsyncConnection, driver: psycopg.AsyncConnection[Any], questions: Sequence[Question[Any]]
) -> None:
    """Ask in this order, within the open transaction. Raises psycopg's error of the first that fails; none is answered then."""
    cursors, below = [], connection.sync_connection
    async with driver.pipeline():
        for one in questions:
            words, fixed = _in_drivers_words(one.statement)
            for hear in below.dispatch.before_cursor_execute if below else ():  # whoever counts statements counts these
                hear(below, None, words, one.values, None, False)
            cursor = driver.cursor(row_factory=namedtuple_row if one.read else tuple_row)
            await cursor.execute(words, {**fixed, **one.values}, prepare=True)
            cursors.append(cursor)
    for one, cursor in zip(questions, cursors, strict=True):
        if one.read:
            one.answer = one.read(await cursor.fetchall())


@lru_cache(maxsize=500)
def _in_drivers_words(statement: Executable) -> tuple[Any, Mapping[str, Any]]:
    """The statement as psycopg takes it, and the values that it has of its own."""
    compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    return str(compiled), {name: value for name, value in compiled.params.items() if value is not None}
