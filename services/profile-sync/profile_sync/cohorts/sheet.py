"""A cohort's plan as a table: the columns of its CSV and its workbook, and its rows in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
