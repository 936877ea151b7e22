"""Addresses from a file: CSV with the columns product, department, approver and address, all of it or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from esrlink.contracts.types import Department, Product
from esrlink.errors import FieldProblem, Invalid
from esrlink.http.spreadsheet import FORMULA_MARK
from submittals.content import Actor
from submittals.deadlines.addresses import ADDRESS, DEPARTMENT_ITSELF, Given

COLUMNS = ("product", "department", "approver", "address")
MOST_ROWS = 5_000
_MOST_PROBLEMS = 50
_FORMS = {"product": TypeAdapter(Product), "department": TypeAdapter(Department), "approver": TypeAdapter(Actor)}


def read_addresses(content: bytes) -> list[Given]:
    """The addresses in a file. Raises `Invalid` with every row that cannot be taken, counted as a spreadsheet does.

    What a row says of an address is never repeated: answers and logs hold no addresses.
    """
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Invalid("The file is not CSV in UTF-8.") from None
    heading = tuple(cell.strip().casefold() for cell in lines[0]) if lines else ()
    if heading != COLUMNS:
        raise Invalid(f"The first row has to be {','.join(COLUMNS)}.")
    if len(lines) - 1 > MOST_ROWS:
        raise Invalid(f"The file has more than {MOST_ROWS:,} rows: send it in parts.")
    found, problems = [], []
    for number, line in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in line):
            continue
        cells = [FORMULA_MARK.sub("", cell).strip() for cell in line] + [""] * (len(COLUMNS) - len(line))
        wrong = list(_problems(cells, len(line)))
        problems += [FieldProblem(f"row {number}: {name}", "invalid", says) for name, says in wrong]
        if not wrong:
            found.append(Given(*cells[:4]))
    if problems:
        raise Invalid("Nothing was taken; mend these rows.", problems=problems[:_MOST_PROBLEMS])
    return found


def _problems(cells: list[str], width: int) -> Iterator[tuple[str, str]]:
    if width > len(COLUMNS):
        yield "address", "the row has more cells than the heading"
    for name, cell in zip(COLUMNS[:3], cells, strict=False):
        if name == "approver" and cell == DEPARTMENT_ITSELF:
            continue
        try:
            _FORMS[name].validate_python(cell)
        except ValidationError:
            yield name, f"this is no {name}"
    if not ADDRESS.fullmatch(cells[3]):
        yield "address", "this is no e-mail address"
