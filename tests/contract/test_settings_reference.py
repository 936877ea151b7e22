"""The reference of the tables that a trust sets names every column, as the code has it."""

from __future__ import annotations

from pathlib import Path

from submittals.setting_up.columns import Column
from submittals.setting_up.forms import FORMS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "trust-tables.md"


def columns_of_every_table() -> str:
    """The last part of the reference, made from the code."""
    parts = []
    for form in FORMS.values():
        lines = [f"### {form.title} (`{form.table}`)", "", form.about, "", "| column | meaning |", "| --- | --- |"]
        lines += [f"| `{column.name}` | {_meaning(column)} |" for column in form.columns]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _meaning(column: Column) -> str:
    words = [column.meaning]
    if column.choices:
        words.append(f"One of {', '.join(f'`{choice}`' for choice in column.choices)}.")
    if column.needed:
        words.append("**Needed.**")
    return " ".join(words)


def test_the_reference_names_every_column() -> None:
    _, _, listed = REFERENCE.read_text().partition("## Columns\n\n")
    assert listed == columns_of_every_table(), "write the part below `## Columns` anew"
