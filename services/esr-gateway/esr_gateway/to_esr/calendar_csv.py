"""A payroll calendar as CSV: read with every wrong cell told by row and field, and written so that it reads back the same.

Columns, in any order, named in the first row: `period_type`, `run`, `tax_year`, `period`, `pay_name`, `starts`, `ends`,
`cut_off` (local time in Europe/London), `pay_date`. Days are `2026-08-27` or `27/08/2026`. Commas or semicolons, with or
without a byte order mark, any ends of line. Pure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import ValidationError

from esr_gateway.to_esr.bank_days import day_off
from esr_gateway.to_esr.calendar_cells import WrongCell, read_cell
from esr_gateway.trust_settings import PeriodSettings
from esrlink.bank_holidays import bank_holidays
from esrlink.clock import LONDON
from esrlink.http.spreadsheet import harmless

__all__ = ["COLUMNS", "RowProblem", "bank_holidays", "clock_change_at", "read_calendar_csv", "write_calendar_csv"]

COLUMNS = ("period_type", "run", "tax_year", "period", "pay_name", "starts", "ends", "cut_off", "pay_date")
MOST_ROWS = 2_000  # forty years of weekly pay; what is longer is no payroll calendar
_FIELDS = {"cut_off": "cut_off_local"}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row, or worth a look (`warning`). `row` is the line of the file, where the header is 1."""

    row: int
    field: str
    code: str
    sentence: str
    severity: Literal["error", "warning"] = "error"


def read_calendar_csv(text: str) -> tuple[list[PeriodSettings], list[RowProblem]]:
    """The periods of the good rows, in the file's order, and what is wrong or odd about the others and about these.

    A file with an error must not be taken: the caller shows the problems, and takes the periods only when none of them is one.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in lines:
        return [], [RowProblem(1, "", "not_text", "This is not a text file. Save the sheet as CSV (UTF-8).")]
    header, _, _ = lines.partition("\n")
    reader = csv.reader(
        io.StringIO(lines), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        return [], [
            RowProblem(reader.line_num, "", "not_csv", "This row is not CSV: look for a quote that is not closed.")
        ]
    if not rows:
        return [], [
            RowProblem(1, "", "empty", f"The file is empty. Its first row names the columns: {', '.join(COLUMNS)}.")
        ]
    names = [_name(cell) for cell in rows[0][1]]
    if problems := _of_header(names):
        return [], problems
    return _read_rows(names, [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)])


def _read_rows(
    names: Sequence[str], rows: Sequence[tuple[int, list[str]]]
) -> tuple[list[PeriodSettings], list[RowProblem]]:
    if len(rows) > MOST_ROWS:
        sentence = f"A calendar has {MOST_ROWS:,} rows at most; this has {len(rows):,}."
        return [], [RowProblem(rows[MOST_ROWS][0], "", "too_many_rows", sentence)]
    periods: list[PeriodSettings] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        if len(row) > len(names):
            sentence = f"The row has {len(row)} cells and the header {len(names)}: look for a comma within a text."
            problems.append(RowProblem(number, "", "too_many_cells", sentence))
            continue
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        period, wrong = _read_row(number, cells)
        problems += wrong
        if period is None:
            continue
        code = period.pay_run.code
        if code in seen:
            sentence = f"{code} stands in row {seen[code]} already: each run may be there once."
            problems.append(RowProblem(number, "period", "duplicate", sentence))
            continue
        seen[code] = number
        periods.append(period)
        problems += odd_about(period, number)
    return periods, problems


def _read_row(number: int, cells: Mapping[str, str]) -> tuple[PeriodSettings | None, list[RowProblem]]:
    values: dict[str, object] = {}
    problems = []
    for name in COLUMNS:
        try:
            values[_FIELDS.get(name, name)] = read_cell(name, cells.get(name, ""))
        except WrongCell as wrong:
            problems.append(RowProblem(number, name, wrong.code, wrong.sentence))
    if problems:
        return None, problems
    try:
        period = PeriodSettings.model_validate(values)
    except ValidationError as error:
        back = {field: name for name, field in _FIELDS.items()}
        for one in error.errors(include_url=False, include_input=False):
            field = str(one["loc"][0]) if one["loc"] else ""
            name = back.get(field, field)
            problems.append(RowProblem(number, name, "not_possible", f"{name}: {one['msg'].lower()}."))
        return None, problems
    if problems := _of_order(period, number):
        return None, problems
    return period, []


def _of_order(period: PeriodSettings, number: int) -> list[RowProblem]:
    if period.ends < period.starts:
        return [RowProblem(number, "ends", "ends_before_start", f"The period ends on {period.ends}, before it starts.")]
    if datetime.fromisoformat(period.cut_off_local).date() > period.pay_date:
        sentence = f"The cut-off ({period.cut_off_local.replace('T', ' ')}) is after the pay date ({period.pay_date})."
        return [RowProblem(number, "cut_off", "cut_off_after_pay", sentence)]
    return []


def odd_about(period: PeriodSettings, number: int) -> list[RowProblem]:
    """What is worth a look about a period that can be taken: a cut-off while nobody works, or when the clocks change."""
    local = datetime.fromisoformat(period.cut_off_local)
    found = []
    if off := day_off(local.date()):
        sentence = f"The cut-off of {period.pay_name} is on {local:%d %B %Y}, which is {_article(off)}."
        found.append(RowProblem(number, "cut_off", "cut_off_on_day_off", sentence, "warning"))
    if off := day_off(period.pay_date):
        sentence = f"The pay date of {period.pay_name} is {period.pay_date:%d %B %Y}, which is {_article(off)}."
        found.append(RowProblem(number, "pay_date", "pay_on_day_off", sentence, "warning"))
    match clock_change_at(local):
        case "skipped":
            later = local.replace(tzinfo=LONDON).astimezone(UTC).astimezone(LONDON)
            sentence = f"{local:%H:%M} does not exist on {local:%d %B %Y}: the clocks go forward. {later:%H:%M} is taken for it."
            found.append(RowProblem(number, "cut_off", "cut_off_skipped", sentence, "warning"))
        case "repeated":
            sentence = f"{local:%H:%M} comes twice on {local:%d %B %Y}: the clocks go back. The first one is taken."
            found.append(RowProblem(number, "cut_off", "cut_off_repeated", sentence, "warning"))
    return found


def clock_change_at(local: datetime) -> Literal["skipped", "repeated"] | None:
    """Whether a local time (naive) in London falls into the hour that spring skips or that autumn repeats."""
    first, second = local.replace(tzinfo=LONDON, fold=0), local.replace(tzinfo=LONDON, fold=1)
    if first.utcoffset() == second.utcoffset():
        return None
    # A time that exists comes back from UTC as it went there.
    return "repeated" if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == local else "skipped"


def write_calendar_csv(periods: Iterable[PeriodSettings]) -> str:
    """The calendar in the same form, in the order of its cut-offs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in sorted(periods, key=lambda p: (p.cut_off, p.pay_run.code)):
        cut_off = one.cut_off_local.replace("T", " ")
        run = (one.period_type, one.run, one.tax_year, one.period)
        writer.writerow([*run, harmless(one.pay_name), one.starts, one.ends, cut_off, one.pay_date])
    return out.getvalue()


def _name(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _of_header(names: Sequence[str]) -> list[RowProblem]:
    problems = [
        RowProblem(1, name, "column_missing", f"The first row does not name the column {name}.")
        for name in COLUMNS
        if name not in names and name != "run"
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    problems += [RowProblem(1, name, "column_twice", f"The first row names the column {name} twice.") for name in twice]
    unknown = sorted({name for name in names if name and name not in COLUMNS})
    problems += [
        RowProblem(1, name, "column_unknown", f"There is no column {name}; the columns are {', '.join(COLUMNS)}.")
        for name in unknown
    ]
    return problems


def _article(off: str) -> str:
    return f"a {off}" if off in {"Saturday", "Sunday"} else f"a bank holiday ({off})"
