"""A cohort's plan as a table: the columns of its CSV and its workbook, and its rows in them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from esrlink.http.spreadsheet import harmless
from profile_sync.cohorts.editing import wanted_of

COLUMNS = (
    "employee_number",
    "title",
    "given_name",
    "family_name",
    "kind",
    "starts",
    "ends",
    "grade",
    "product",
    "department",
    "action",
    "profile_id",
    "excluded",
    "note",
    "why",
    "outcome",
    "outcome_why",
    "acknowledged",
    "version",
)
EDITABLE = ("action", "profile_id", "excluded", "note")
"""What is taken of an edited plan that comes back; everything else only says which row it is."""

# What a cell of a workbook takes.
_LONGEST = 32_000

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cells(row: Any) -> Sequence[object]:
    """A row of a plan, under `COLUMNS`."""
    action, profile_id = wanted_of(row)
    values = {
        **{name: getattr(row, name) for name in ("employee_number", "kind", "starts", "ends", "product", "department")},
        **{name: row.facts.get(name) for name in ("title", "given_name", "family_name", "grade")},
        "action": (row.chosen_action or row.proposed_action) if row.excluded else action,
        "profile_id": (row.chosen_profile_id or row.proposed_profile_id) if row.excluded else profile_id,
        "excluded": "yes" if row.excluded else "no",
        "note": row.note,
        "why": row.sentence,
        "outcome": row.outcome or "waiting",
        "outcome_why": row.outcome_sentence,
        "acknowledged": row.acknowledged,
        "version": row.version,
    }
    return [values[name] for name in COLUMNS]


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as an Excel workbook of one sheet, every cell a text, so that no spreadsheet takes one for a formula."""
    from openpyxl import Workbook  # half a second, which no command that writes none should wait for

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    sheet.freeze_panes = "A2"
    for values in (COLUMNS, *rows):
        sheet.append([_text(sheet, value) for value in values])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Any, value: object) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", harmless(value))[:_LONGEST])
    cell.data_type = "s"
    return cell
