"""What the forms on links bring: which profile, seen at which revision, what is to be decided, and why. Pure."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import Form

from esrlink.auth import Principal
from esrlink.errors import Invalid
from profile_sync.links.deciding import Wish
from profile_sync.reviews.reading import Spot
from profile_sync.rules.decisions import Kind
from profile_sync.rules.facts import Place

_KEY = re.compile(
    r"([0-9]{3})/([a-z0-9][a-z0-9-]{0,39})/([a-z0-9][a-z0-9-]{0,59})/([A-Za-z0-9][A-Za-z0-9._:-]{0,99})/([0-9]{1,9})"
)
_NUMBER = re.compile(r"[0-9A-Z]{1,30}")
_SHORTEST, _LONGEST = 3, 500

NO_NUL = r"^[^\x00]*$"
Key = Annotated[str, Form(max_length=250)]
Typed = Annotated[str, Form(max_length=2_000, pattern=NO_NUL)]
Back = Annotated[str, Form(max_length=4_000, pattern=NO_NUL)]


def read_key(key: str, reader: Principal) -> tuple[Spot, int]:
    """The profile that a form names and the revision that was looked at. Raises `Invalid`, and `NotFound` for a stranger's."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise Invalid("The form names no profile. Load the page again.", field="key")
    vpd, product, department, profile_id, revision = found.groups()
    reader.require_vpd(vpd)
    reader.require_department(product, department)
    return (vpd, Place(product, department, profile_id)), int(revision)


def wish_of(act: str, *, typed: str, reason: str, by: str, revision: int, decision_id: UUID) -> Wish:
    """What a pressed button asks for: `confirm` or `reject` and an ESR number, `assign` one that is typed, `undo` and the id of a
    decision, `exclude` or `unlink`.

    Raises `Invalid` for no button, no reason, or no ESR number.
    """
    name, _, number = act.partition(" ")
    undoes = None
    if name == "assign":
        name, number = "confirm", typed.strip().upper()
        if not number:
            raise Invalid("Type the ESR number of the person whose profile this is.", field="employee_number")
    if name not in ("confirm", "reject", "exclude", "unlink", "undo"):
        raise Invalid("Press one of the buttons: they say what is decided.", field="act")
    if name == "undo":
        undoes, number = _decision_id(number), ""
    if name in ("confirm", "reject") and not _NUMBER.fullmatch(number):
        raise Invalid("An ESR number has digits and capital letters only.", field="employee_number")
    return Wish(Kind(name), by, number or None, reason_of(reason), revision, undoes, decision_id, through="page")


def _decision_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("The form names no decision to undo. Load the page again.", field="act") from error


def reason_of(typed: str) -> str:
    """The reason that was typed. Raises `Invalid` for one that is too short or too long."""
    reason = typed.strip()
    if not _SHORTEST <= len(reason) <= _LONGEST:
        raise Invalid(f"Say why, in {_SHORTEST} to {_LONGEST} letters.", field="reason")
    return reason
