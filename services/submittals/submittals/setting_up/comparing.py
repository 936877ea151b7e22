"""What a new edition of a table changes: rows that are added, changed and removed, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from submittals.setting_up.columns import Form, cell
from submittals.trusts.dated import Rows


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a row, before and afterwards; of lists what was taken out and what was put in."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row, by its name, and what changes in it; of an added row what it says, of a removed one what it said."""

    name: str
    differences: tuple[Difference, ...]
    row: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """What becomes of a table's rows."""

    added: tuple[ChangedRow, ...]
    changed: tuple[ChangedRow, ...]
    removed: tuple[ChangedRow, ...]
    same: int

    @property
    def anything(self) -> bool:
        """Whether there is any change."""
        return bool(self.added or self.changed or self.removed)


def compare(form: Form, before: Rows, after: Rows) -> Comparison:
    """Compare two editions of a table, row by row."""
    old = {form.key_of(row): row for row in before}
    new = {form.key_of(row): row for row in after}
    changed = [
        ChangedRow(name_of(form, row), tuple(_differences(old[key], row)), row)
        for key, row in new.items()
        if key in old and old[key] != row
    ]
    added = tuple(_alone(form, row, new=True) for key, row in new.items() if key not in old)
    removed = tuple(_alone(form, row, new=False) for key, row in old.items() if key not in new)
    return Comparison(added, tuple(changed), removed, len(new) - len(added) - len(changed))


def as_before(form: Form, before: Rows, after: Rows) -> Rows:
    """The rows of `after`, but those that say the same as before (500 and 500.00) as they were written before."""
    old = {form.key_of(row): row for row in before}
    found = ((row, old.get(form.key_of(row))) for row in after)
    return tuple(known if known == row else row for row, known in found)


def name_of(form: Form, row: Any) -> str:
    """A row in a few words: what tells it from the others."""
    values = form.values_of(row)
    words = []
    for name in form.key:
        value = values[name]
        if isinstance(value, bool):
            words.append(name.replace("_", " ") if value else f"no {name.replace('_', ' ')}")
        elif value is not None:
            words.append(str(value))
    return ", ".join(words) or form.title


def _alone(form: Form, row: Any, *, new: bool) -> ChangedRow:
    said = [
        (name, text) for name, value in _fields(row).items() if name not in form.key and (text := _text(value)) != ""
    ]
    differences = (Difference(name, "" if new else text, text if new else "") for name, text in said)
    return ChangedRow(name_of(form, row), tuple(differences), row)


def _differences(before: Any, after: Any) -> list[Difference]:
    found = []
    old, new = _fields(before), _fields(after)
    for name, value in new.items():
        was = old[name]
        if was == value:
            continue
        if isinstance(value, tuple) and isinstance(was, tuple):
            gone = tuple(one for one in was if one not in value)
            came = tuple(one for one in value if one not in was)
            # The same in another order is shown whole.
            was, value = (gone, came) if gone or came else (was, value)  # noqa: PLW2901
        found.append(Difference(name, _text(was), _text(value)))
    return found


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).model_fields} if isinstance(row, BaseModel) else {}


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_text(one)}" for name, one in value.items())
    if isinstance(value, BaseModel):
        return " ".join(text for one in _fields(value).values() if (text := _text(one)))
    found = cell(value)
    return "" if found is None else str(found)
