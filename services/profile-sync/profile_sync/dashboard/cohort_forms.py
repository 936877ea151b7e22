"""What the forms on cohorts bring, read: a new cohort's terms, an edit of a row, an edited plan between look and take. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import Form
from pydantic import TypeAdapter, ValidationError

from esrlink.contracts.types import ExternalId
from esrlink.errors import Invalid
from profile_sync.cohorts.editing import Edit
from profile_sync.cohorts.proposing import ACTIONS, Action
from profile_sync.cohorts.spec import Spec
from profile_sync.cohorts.uploading import LONGEST_NOTE

Typed = Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00]*$")]
"""A text as somebody typed it."""

_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)
_MOST_DAYS = 92
_LONGEST_NAME = 150
_DEPARTMENT = re.compile(r"([0-9]{3})/([a-z0-9][a-z0-9-]{0,39})/([a-z0-9][a-z0-9-]{0,59})")
_ROW = re.compile(r"([0-9A-Z]{1,30})/([a-z0-9][a-z0-9-]{0,39})/([a-z0-9][a-z0-9-]{0,59})/([1-9][0-9]{0,8})")
_PROFILE_ID: TypeAdapter[str] = TypeAdapter(ExternalId)
_EDITS: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])


def terms_of(
    name: str, changeover: str, days: tuple[str, str], departments: Sequence[str], staff_groups: str, grades: str
) -> tuple[str, Spec]:
    """The trust and the terms of a new cohort. Raises `Invalid`, naming the field to mend."""
    named = name.strip()
    if not named or len(named) > _LONGEST_NAME or not named.isprintable():
        raise Invalid("Give the cohort a name that people will know it by.", field="name")
    found = [_DEPARTMENT.fullmatch(one) for one in dict.fromkeys(departments)]
    keys = [one.groups() for one in found if one]
    if not keys or len(keys) != len(found):
        raise Invalid("Tick one department or more.", field="department")
    if len({vpd for vpd, _, _ in keys}) > 1:
        raise Invalid("A cohort is of one trust: tick departments of one only.", field="department")
    spec = Spec(
        named,
        _changeover(changeover),
        tuple(sorted((product, department) for _, product, department in keys)),
        _days(days[0], "days_before"),
        _days(days[1], "days_after"),
        _list(staff_groups),
        _list(grades),
    )
    return keys[0][0], spec


def edit_of(row: str, action: str, profile_id: str, excluded: str, note: str) -> Edit:
    """An edit; `row` names the row and its version, an empty action or profile is as proposed. Raises `Invalid`."""
    found = _ROW.fullmatch(row)
    if found is None:
        raise Invalid("The form names no row of the plan. Load the page again.", field="row")
    number, product, department, version = found.groups()
    said = note.replace("\r\n", "\n").strip()
    if len(said) > LONGEST_NOTE or not all(c.isprintable() or c == "\n" for c in said):
        raise Invalid(f"A note is {LONGEST_NOTE} characters at most.", field="note")
    return Edit(
        (number, product, department),
        _action(action),
        _profile_id(profile_id),
        excluded == "yes",
        said or None,
        int(version),
    )


def packed(edits: Sequence[Edit]) -> str:
    """Edits that were looked at, to come back with the form that takes them."""
    return json.dumps([asdict(one) for one in edits], separators=(",", ":"))


def unpacked(text: str) -> list[Edit]:
    """What `packed` made; whoever changed it meanwhile could have made these edits by hand. Raises `Invalid`."""
    try:
        edits = _EDITS.validate_json(text)
        for one in edits:
            _PROFILE_ID.validate_python(one.profile_id or "x")
    except (ValidationError, RecursionError) as error:
        raise Invalid("The form does not hold what was looked at. Send the file once more.", field="edits") from error
    checked = [
        edit_of(
            "/".join((*one.key, str(one.version or 1))),
            one.action or "",
            one.profile_id or "",
            "yes" if one.excluded else "no",
            one.note or "",
        )
        for one in edits
    ]
    if len({one.key for one in checked}) != len(checked):
        raise Invalid("The form holds one row twice. Send the file once more.", field="edits")
    return checked


def _changeover(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _EARLIEST <= day <= _LATEST:
        raise Invalid("Say the changeover as a day, such as 2026-08-05.", field="changeover")
    return day


def _days(text: str, field: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text.strip()) or int(text) > _MOST_DAYS:
        raise Invalid(f"Say a number of days, {_MOST_DAYS} at most.", field=field)
    return int(text)


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in re.split(r"[,\n]", text) if one.strip()))


def _action(text: str) -> Action | None:
    for one in ACTIONS:
        if one == text:
            return one
    if text:
        raise Invalid("Choose one of the actions.", field="action")
    return None


def _profile_id(text: str) -> str | None:
    try:
        return _PROFILE_ID.validate_python(text.strip()) if text.strip() else None
    except ValidationError as error:
        raise Invalid("A profile id is letters, digits and . _ : - (100 at most).", field="profile_id") from error
