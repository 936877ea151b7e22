"""What a person changes of a plan's rows: the action, the profile, whether they are in it at all, a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import ReadTx, WriteTx
from esrlink.db.rowset import rowset
from esrlink.errors import Conflict, EsrLinkError, Invalid, NotFound, StaleVersion
from profile_sync.cohorts.expecting import Key
from profile_sync.cohorts.planning import lock_cohort, refuse_working
from profile_sync.cohorts.proposing import Action
from profile_sync.tables import cohort_person, profile

_EDITED = ("chosen_action", "chosen_profile_id", "excluded", "note")

_STORE = text(
    """
    UPDATE cohort_person t
       SET chosen_action = g.chosen_action, chosen_profile_id = g.chosen_profile_id, excluded = g.excluded,
           note = g.note, edited_by = :by, edited_at = :now, version = t.version + 1
      FROM jsonb_to_recordset(:rows) AS g(employee_number text, product text, department text, chosen_action text,
           chosen_profile_id text, excluded boolean, note text)
     WHERE t.vpd = :vpd AND t.cohort_id = :cohort_id
       AND (t.employee_number, t.product, t.department) = (g.employee_number, g.product, g.department)
    """
).bindparams(bind("rows", type_=JSONB))


@dataclass(frozen=True, slots=True)
class Edit:
    """What a row is to be. No action, no profile: as proposed. `version` is the row's that was read; a stale one is refused."""

    key: Key
    action: Action | None = None
    profile_id: str | None = None
    excluded: bool = False
    note: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """An edit beside the row that it is of: `changes` are (field, before, after), none when it is so already."""

    edit: Edit
    row: Any
    changes: tuple[tuple[str, Any, Any], ...]


async def check_edits(
    tx: ReadTx, vpd: str, cohort_id: UUID, edits: Sequence[Edit]
) -> tuple[list[Checked], dict[Key, EsrLinkError]]:
    """What these edits, one for each row at most, would change, and why some cannot be taken. Two statements."""
    rows = await _rows(tx, vpd, cohort_id, edits)
    profiles = await _profiles(tx, vpd, edits, rows)
    checked, refused = [], {}
    for one in edits:
        try:
            checked.append(_check(one, rows.get(one.key), profiles))
        except EsrLinkError as error:
            refused[one.key] = error
    return checked, refused


async def store_edits(
    tx: WriteTx, vpd: str, cohort_id: UUID, edits: Sequence[Edit], *, by: str, now: datetime
) -> tuple[list[Checked], dict[Key, EsrLinkError]]:
    """Take these edits, all that can be. Raises `NotFound` for the cohort, `Conflict` while it is applied or undone."""
    refuse_working(await lock_cohort(tx, vpd, cohort_id, None))
    checked, refused = await check_edits(tx, vpd, cohort_id, edits)
    changed = [_stored(one.edit) for one in checked if one.changes]
    if changed:
        await tx.execute(_STORE, {"rows": changed, "vpd": vpd, "cohort_id": cohort_id, "by": by, "now": now})
    return checked, refused


def wanted_of(row: Any) -> tuple[Action, str | None]:
    """What is to be done with a row, and of which profile: as a person chose, else as proposed."""
    if row.excluded:
        return "leave", None
    action = row.chosen_action or row.proposed_action
    return action, row.chosen_profile_id or _proposed_for(action, row)


def _proposed_for(action: Action, row: Any) -> str | None:
    """The profile that is proposed; none for a new one beside a profile that is there."""
    is_new = action == "create" and row.proposed_action != "create"
    profile_id: str | None = None if is_new else row.proposed_profile_id
    return profile_id


async def _rows(tx: ReadTx, vpd: str, cohort_id: UUID, edits: Sequence[Edit]) -> dict[Key, Any]:
    names = ("employee_number", "product", "department")
    given = rowset(cohort_person, names)
    same = and_(*(given.c[name] == cohort_person.c[name] for name in names))
    here = (cohort_person.c.vpd == vpd, cohort_person.c.cohort_id == cohort_id)
    listed = [dict(zip(names, one.key, strict=True)) for one in edits]
    rows = await tx.all(select(cohort_person).join(given, same).where(*here), {"rows": listed})
    return {(row.employee_number, row.product, row.department): row for row in rows}


async def _profiles(
    tx: ReadTx, vpd: str, edits: Sequence[Edit], rows: Mapping[Key, Any]
) -> dict[tuple[str, str, str], bool]:
    """The profiles that the edits are about, by (product, department, profile id): whether each is there or was deleted."""
    names = ("product", "department", "profile_id")
    listed = [
        dict(zip(names, (*one.key[1:], _profile_id(one, rows[one.key])), strict=True))
        for one in edits
        if one.key in rows
    ]
    given = rowset(profile, names)
    same = and_(*(given.c[name] == profile.c[name] for name in names))
    found = await tx.all(select(profile).join(given, same).where(profile.c.vpd == vpd), {"rows": listed})
    return {(row.product, row.department, row.profile_id): row.deleted_at is None for row in found}


def _profile_id(edit: Edit, row: Any) -> str | None:
    return edit.profile_id or _proposed_for(edit.action or row.proposed_action, row)


def _check(edit: Edit, row: Any | None, profiles: Mapping[tuple[str, str, str], bool]) -> Checked:
    if row is None:
        raise NotFound("The plan has no such person in this department.", field="employee_number")
    now = (edit.action, edit.profile_id, edit.excluded, edit.note)
    was = tuple(getattr(row, name) for name in _EDITED)
    changes = tuple(
        (name.removeprefix("chosen_"), old, new) for name, old, new in zip(_EDITED, was, now, strict=True) if old != new
    )
    if not changes:
        return Checked(edit, row, ())  # even with an old version: it is the same again, whose answer was lost
    if edit.version is not None and edit.version != row.version:
        raise StaleVersion(
            f"You read version {edit.version}; the row is at version {row.version}. Read it again.", field="version"
        )
    if row.outcome in ("done", "kept"):
        raise Conflict("This row was applied. Undo the cohort to change it.", field="employee_number")
    _check_profile(edit, row, profiles)
    return Checked(edit, row, changes)


def _check_profile(edit: Edit, row: Any, profiles: Mapping[tuple[str, str, str], bool]) -> None:
    """Raise `Invalid` for an action that the profile does not allow."""
    action, profile_id = edit.action or row.proposed_action, _profile_id(edit, row)
    if edit.excluded or action == "leave":
        return
    if profile_id is None and action != "create":
        raise Invalid(f"Say which profile, to {action} it.", field="profile_id")
    there = profiles.get((row.product, row.department, profile_id or ""))
    if action == "create" and there is not None and edit.profile_id:
        raise Invalid("A profile of this department has this id already.", field="profile_id")
    if action in ("link", "end") and not there:
        raise Invalid(f"The department has no profile {profile_id}.", field="profile_id")


def _stored(edit: Edit) -> dict[str, Any]:
    number, product, name = edit.key
    return {
        "employee_number": number,
        "product": product,
        "department": name,
        "chosen_action": edit.action,
        "chosen_profile_id": edit.profile_id,
        "excluded": edit.excluded,
        "note": edit.note,
    }
