"""The named reports: each is one SQL file whose comment says exactly what it counts, its month rule and its limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import duckdb

from esrlink.errors import NotFound


@dataclass(frozen=True, slots=True)
class Report:
    """A report by its name, such as `time-to-pay`."""

    name: str
    sql: str

    @property
    def explained(self) -> str:
        """What it counts, from the comment at the head of its SQL."""
        lines = [line[2:].strip() for line in self.sql.splitlines() if line.startswith("--")]
        # A line that begins with a word and a colon, such as `Limits:`, begins anew; the others go on.
        return re.sub(r"(?<!\n)\n(?!\n|[A-Z][a-z]+( [a-z]+)?: )", " ", "\n".join(lines))

    @property
    def summary(self) -> str:
        """Its first sentence."""
        return self.explained.partition("\n\n")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report found: columns and rows, in an order of its own."""

    report: Report
    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]


def all_reports() -> list[Report]:
    """Every report, by name."""
    found = [file for file in (files("esr_reporting") / "reports").iterdir() if file.name.endswith(".sql")]
    reports = [Report(file.name.removesuffix(".sql").replace("_", "-"), file.read_text()) for file in found]
    return sorted(reports, key=lambda report: report.name)


def report_named(name: str) -> Report:
    """The report of that name. Raises `NotFound`, naming those that there are."""
    reports = {report.name: report for report in all_reports()}
    if name not in reports:
        raise NotFound(f"There is no report {name!r}. There are: {', '.join(reports)}.")
    return reports[name]


def run_report(report: Report, connection: duckdb.DuckDBPyConnection) -> Answer:
    """Answer from a connection that `question.asked` gives."""
    done = connection.execute(report.sql)
    return Answer(report, [column[0] for column in done.description], done.fetchall())
