"""A question: which trusts, which months. It is answered from a view of those trusts' rows only.

The tables of the file are never named by a report: what a report reads are views of the asked trusts, so a report that forgets
the trust still shows none of another's.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import duckdb

from esr_reporting.builds import Build
from esr_reporting.catalogue import TABLES
from esr_reporting.opening import attach, connect
from esrlink.errors import Invalid


@dataclass(frozen=True, slots=True)
class Question:
    """The trusts asked for (none: every trust), the first and last day of the period, and the present day."""

    vpds: Sequence[str] | None
    first_day: date
    last_day: date
    today: date


def months(first: str, last: str) -> tuple[date, date]:
    """The first and last day of the months `first` to `last`, each written as 2026-08. Raises `Invalid`."""
    begins, ends = _month(first, "from"), _month(last, "to")
    if ends < begins:
        raise Invalid("The first month is after the last.", field="from")
    return begins, ends.replace(day=calendar.monthrange(ends.year, ends.month)[1])


def _month(text: str, field: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid("Write a month as 2026-08.", field=field) from None


@contextmanager
def asked(build: Build, question: Question, *, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that shows the rows of the question's trusts, and the views that reports are made from.

    Raises `Unavailable` when another process holds the file too long.
    """
    with connect(None, memory=memory) as connection:
        attach(connection, build.path, "kept")
        if question.vpds is None:
            # All tables name a trust; the inbox knows every trust that was ever heard of.
            connection.execute("CREATE TABLE asked_trust AS SELECT DISTINCT vpd FROM kept.received")
        else:
            connection.execute(
                "CREATE TABLE asked_trust AS SELECT DISTINCT unnest(?::VARCHAR[]) AS vpd", [question.vpds]
            )
        period = [question.first_day, question.last_day, question.today]
        connection.execute(
            "CREATE TABLE asked AS SELECT ?::DATE AS first_day, ?::DATE AS last_day, ?::DATE AS today", period
        )
        for table in TABLES:
            connection.execute(
                f"CREATE VIEW {table.name} AS FROM kept.{table.name} WHERE vpd IN (SELECT vpd FROM asked_trust)"  # noqa: S608
            )
        connection.execute((files("esr_reporting") / "views.sql").read_text())
        yield connection


def unheard_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Those of the asked trusts of which no event has come."""
    rows = connection.execute("SELECT vpd FROM asked_trust ANTI JOIN kept.received USING (vpd) ORDER BY vpd").fetchall()
    return [row[0] for row in rows]
