"""A list of rows as one parameter of one statement, however many rows: PostgreSQL unfolds the JSON into typed rows.

Five thousand rows as bound values would be a hundred thousand parameters, and COPY refuses tables under row-level security.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnClause, FromClause, Table, bindparam, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert


def rowset(table: Table, names: Sequence[str], parameter: str = "rows") -> FromClause:
    """The rows of the JSON parameter, with these columns typed as in `table`."""
    shape: ColumnClause[Any] = literal_column(f'NULL::"{table.name}"')
    rows = func.jsonb_populate_recordset(shape, bindparam(parameter, type_=JSONB))
    return rows.table_valued(*(column(name, table.c[name].type) for name in names), name="given")


def insert_rows(table: Table, names: Sequence[str]) -> Insert:
    """`INSERT INTO table (names) SELECT names FROM` the parameter `rows`."""
    given = rowset(table, names)
    chosen = select(*(given.c[name] for name in names))
    return insert(table).from_select(list(names), chosen)
