"""An edited plan that comes back as a file: each row checked by itself, shown before it is taken, then taken like any edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from esrlink.contracts.types import ExternalId
from esrlink.db import ReadTx
from esrlink.errors import EsrLinkError, Invalid, NotFound
from profile_sync.cohorts.editing import Checked, Edit, check_edits, wanted_of
from profile_sync.cohorts.expecting import Key
from profile_sync.cohorts.proposing import ACTIONS
from profile_sync.cohorts.reading_files import Table
from profile_sync.cohorts.sheet import EDITABLE
from profile_sync.profiles.reading import Departments
from profile_sync.tables import cohort_person

_KEY = ("employee_number", "product", "department")
_YES, _NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0", ""})
_PROFILE_ID: TypeAdapter[str] = TypeAdapter(ExternalId)
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """Why a row of the file cannot be taken; rows are counted as a spreadsheet does, the heading is row 1."""

    row: int
    code: str
    field: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file comes to: the rows that change the plan, how many leave it as it is, and those that cannot be taken."""

    changes: Sequence[Checked]
    same: int
    troubles: Sequence[RowTrouble]

    @property
    def edits(self) -> list[Edit]:
        """What is to be stored."""
        return [one.edit for one in self.changes]


async def check_table(tx: ReadTx, vpd: str, cohort_id: UUID, table: Table, visible: Departments) -> Upload:
    """Check a file's rows against the plan. Raises `Invalid` where it is not a plan's table at all."""
    heading = [name.casefold().replace(" ", "_") for name in table[0]] if table else []
    missing = [name for name in _KEY if name not in heading]
    if missing or not set(EDITABLE) & set(heading):
        lacks = missing[0] if missing else "action"
        raise Invalid(f"The first row must name the columns; there is none named {lacks}.", field="file")
    listed = [dict(zip(heading, cells, strict=False)) for cells in table[1:]]
    rows = await _rows(tx, vpd, cohort_id)
    numbers: dict[Key, int] = {}
    edits: list[Edit] = []
    troubles: list[RowTrouble] = []
    for number, said in enumerate(listed, start=2):
        try:
            edit = _edit(said, rows, visible)
            if edit.key in numbers:
                raise Invalid(f"Row {numbers[edit.key]} is of the same person and department.", field="employee_number")
        except EsrLinkError as error:
            troubles.append(_trouble(number, error))
        else:
            numbers[edit.key] = number
            edits.append(edit)
    checked, refused = await check_edits(tx, vpd, cohort_id, edits)
    troubles += [_trouble(numbers[key], error) for key, error in refused.items()]
    changes = [one for one in checked if one.changes]
    return Upload(changes, len(checked) - len(changes), sorted(troubles, key=lambda one: one.row))


async def _rows(tx: ReadTx, vpd: str, cohort_id: UUID) -> dict[Key, Any]:
    here = (cohort_person.c.vpd == vpd, cohort_person.c.cohort_id == cohort_id)
    rows = await tx.all(select(cohort_person).where(*here))
    return {(row.employee_number, row.product, row.department): row for row in rows}


def _edit(said: Mapping[str, str], rows: Mapping[Key, Any], visible: Departments) -> Edit:
    number, product, department = (said.get(name, "") for name in _KEY)
    row = rows.get((number, product, department))
    if row is None or (visible is not None and f"{product}/{department}" not in visible):
        raise NotFound("The plan has no such person in this department.", field="employee_number")
    action, profile_id = wanted_of(row)
    if row.excluded:  # then the file shows what would be done
        action, profile_id = row.chosen_action or row.proposed_action, row.chosen_profile_id or row.proposed_profile_id
    return Edit(
        (number, product, department),
        action=_kept(_action(said.get("action", action)), action, row.chosen_action),
        profile_id=_kept(_profile_id(said.get("profile_id", profile_id or "")), profile_id, row.chosen_profile_id),
        excluded=_excluded(said.get("excluded", "yes" if row.excluded else "no")),
        note=_note(said.get("note", row.note or "")),
        version=_version(said.get("version", "")),
    )


def _kept(said: Any, shown: Any, chosen: Any) -> Any:
    """What a cell means: as it was shown is as it was, proposed or chosen."""
    return chosen if said == shown else said


def _action(said: str) -> Any:
    word = said.casefold()
    if word and word not in ACTIONS:
        raise Invalid(
            f"The action is one of {', '.join(ACTIONS)}; leave it empty for what is proposed.", field="action"
        )
    return word or None


def _profile_id(said: str) -> str | None:
    try:
        return _PROFILE_ID.validate_python(said) if said else None
    except ValidationError as error:
        raise Invalid("A profile id is letters, digits and . _ : - (100 at most).", field="profile_id") from error


def _excluded(said: str) -> bool:
    if said.casefold() not in _YES | _NO:
        raise Invalid("Say yes or no.", field="excluded")
    return said.casefold() in _YES


def _note(said: str) -> str | None:
    if len(said) > LONGEST_NOTE or not all(c.isprintable() or c == "\n" for c in said):
        raise Invalid(f"A note is {LONGEST_NOTE} characters at most, without control characters.", field="note")
    return said or None


def _version(said: str) -> int | None:
    if said and not (said.isascii() and said.isdigit() and len(said) < 10):
        raise Invalid("The version is the figure that was downloaded; leave it as it is.", field="version")
    return int(said) if said else None


def _trouble(number: int, error: EsrLinkError) -> RowTrouble:
    return RowTrouble(number, error.code, error.field, error.detail)
