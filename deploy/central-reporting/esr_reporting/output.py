"""An answer as people and programs want it: a table on a terminal, CSV, or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from esr_reporting.question import Question
from esr_reporting.report import Answer
from esr_reporting.status import Status

# The least that a column of words gets, where it has as many; a table wider than the terminal runs over its edge.
_TEXT_WIDTH, _LISTED_WIDTH, _ANY_WIDTH = 24, 40, 1_000
# A spreadsheet would take a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show(answer: Answer, question: Question, console: Console) -> None:
    """A table with its heading and, below it, what it counts. An empty answer is said in words."""
    trusts = ", ".join(question.vpds) if question.vpds is not None else "all trusts"
    period = f"{question.first_day:%B %Y} to {question.last_day:%B %Y}"
    console.print(f"[bold]{answer.report.name}[/bold]  {trusts}, {period}", highlight=False)
    if answer.rows:
        _print(_table(answer, told=question.vpds is not None and len(question.vpds) == 1), console)
    else:
        console.print("Nothing was found: no record of these trusts and months counts here.", highlight=False)
    console.print(Text(answer.report.explained, style="dim"))


def _table(answer: Answer, *, told: bool) -> Table:
    """The rows; without the trust where the heading told the only one."""
    table = Table(box=None, padding=(0, 1), header_style="bold")
    shown = [index for index, column in enumerate(answer.columns) if not (told and column == "trust")]
    for index in shown:
        heading, cells = answer.columns[index].replace("_", " "), [_shown(row[index]) for row in answer.rows]
        # A figure that is broken over two lines is misread, and so is a column that a narrow terminal has left out.
        widest = max(len(cell) for cell in cells)
        is_figure = isinstance(answer.rows[0][index], int | Decimal)
        least = max(widest if is_figure else min(widest, _TEXT_WIDTH), *map(len, heading.split()))
        table.add_column(heading, justify="right" if is_figure else "left", min_width=least, overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(_shown(row[index])) for index in shown))
    return table


def _print(table: Table, console: Console) -> None:
    """Print the table whole: wider than the terminal rather than with columns cut short."""
    needed = Measurement.get(console, console.options.update(width=_ANY_WIDTH), table).minimum
    console.print(table, width=max(needed, console.width), crop=False)


def show_status(status: Status, console: Console) -> None:
    """The state of the consumer, its topics and what it set aside."""
    if status.group is None:
        console.print("Nothing was consumed yet.")
        return
    ago = "never" if status.seen is None else f"{status.seen.total_seconds():.0f} s ago"
    console.print(f"Consumer group {status.group}; it last went round {ago}.", highlight=False, soft_wrap=True)
    if not status.topics:
        console.print("No event has come yet.")
    else:
        told = [
            (t.topic, f"{t.events:,}", f"{t.replayed:,}", f"{t.last:%-d %B %Y %H:%M}", str(t.late))
            for t in status.topics
        ]
        _print(_listing(("Topic", "Events", "Replayed", "Newest event", "Taken after"), told), console)
    if not status.set_aside:
        console.print("No message is set aside.")
    else:
        aside = [(a.topic, a.type, a.kind, f"{a.messages:,}", a.reason) for a in status.set_aside]
        _print(_listing(("Topic", "Type", "Set aside", "Messages", "Why"), aside), console)


def _listing(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for index, heading in enumerate(headings):
        widest = max(len(row[index]) for row in rows)
        table.add_column(heading, min_width=min(max(widest, len(heading)), _LISTED_WIDTH), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def as_csv(answer: Answer) -> str:
    """CSV with a header, as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def as_json(answer: Answer) -> str:
    """A list of objects. Figures with decimals are text, as in the events."""
    rows = [dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.rows]
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def _shown(cell: Any) -> str:
    if cell is None:
        return "-"
    return f"{cell:,}" if isinstance(cell, int | Decimal) else str(cell)


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) and cell != "-" else cell


def _plain(cell: Any) -> Any:
    return str(cell) if isinstance(cell, Decimal | date) else cell
