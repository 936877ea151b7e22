"""Finds files that came from ESR, for people: by name, hash, state and kind, and by an ESR number.

What can be searched is what is kept. A file is found by a person when a row of that person was set aside in it. Which files
changed a person is in the person's history, which profile-sync keeps; the files themselves are in the archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_

from esr_gateway.layout import data_warehouse
from esr_gateway.tables import file, person, rejected_row
from esrlink.db import ReadTx

STATES = ("received", "waiting_for_gap", "held", "imported", "duplicate", "quarantined")
KINDS = ("snapshot", "changes", "confirmation", "unknown")
COLUMNS = (
    "vpd", "name", "sha256", "size", "kind", "state", "code", "reason", "sequence", "this_run", "rows", "rows_set_aside",
    "rows_without_parent", "people_changed", "people_gone", "received_at", "settled_at", "released_by",
)  # fmt: skip
"""Of a file as a row of a spreadsheet."""

_HASH = re.compile(r"[0-9a-fA-F]{8,64}")
_NUMBER = re.compile(r"[A-Za-z0-9]{4,30}(-[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Which files are wanted. `words` is any part of a name, or the first 8 to 64 digits of a hash."""

    words: str | None = None
    state: str | None = None
    kind: str | None = None
    number: str | None = None
    file_id: UUID | None = None


async def find_page(
    tx: ReadTx, vpds: Sequence[str], wanted: FileFilter, *, after: UUID | None = None, limit: int = 50
) -> Sequence[Any]:
    """Files, newest first; with `after`, those behind that one."""
    statement = await _wanted(tx, select(file), vpds, wanted)
    place = tuple_(file.c.received_at, file.c.file_id)
    if after is not None:
        last = select(file.c.received_at).where(file.c.file_id == after).scalar_subquery()
        statement = statement.where(place < tuple_(last, literal(after)))
    return await tx.all(statement.order_by(file.c.received_at.desc(), file.c.file_id.desc()).limit(limit))


async def count_files(tx: ReadTx, vpds: Sequence[str], wanted: FileFilter) -> int:
    """How many files that is."""
    return int(await tx.scalar(await _wanted(tx, select(func.count()).select_from(file), vpds, wanted)) or 0)


async def _wanted(tx: ReadTx, statement: Select[Any], vpds: Sequence[str], wanted: FileFilter) -> Select[Any]:
    statement = statement.where(file.c.vpd.in_(vpds))
    if wanted.state:
        statement = statement.where(file.c.state == wanted.state)
    if wanted.kind:
        statement = statement.where(file.c.kind == wanted.kind)
    if wanted.file_id:
        statement = statement.where(file.c.file_id == wanted.file_id)
    if wanted.words:
        by_name: ColumnElement[bool] = file.c.name.icontains(wanted.words, autoescape=True)
        if _HASH.fullmatch(wanted.words):
            by_name = or_(by_name, file.c.sha256.startswith(wanted.words.lower()))
        statement = statement.where(by_name)
    if wanted.number:
        statement = statement.where(await _is_about(tx, vpds, wanted.number))
    return statement


async def _is_about(tx: ReadTx, vpds: Sequence[str], number: str) -> ColumnElement[bool]:
    """Whether a row of this person was set aside in the file; nobody's, when the text is no ESR number."""
    if not _NUMBER.fullmatch(number):
        return literal(False)
    cell = data_warehouse().delimiter
    whole = literal(cell).concat(rejected_row.c.raw).concat(cell)
    named = [whole.contains(f"{cell}{number}{cell}", autoescape=True)]
    if "-" not in number:  # a person: all the assignments too, and rows that name the person by ESR's own id
        named.append(whole.contains(f"{cell}{number}-", autoescape=True))
        ids = await tx.all(
            select(person.c.person_id).where(person.c.vpd.in_(vpds), person.c.employee_number == number).distinct()
        )
        named += [whole.contains(f"{cell}{row.person_id}{cell}", autoescape=True) for row in ids]
    rows = select(rejected_row.c.file_id).where(
        rejected_row.c.vpd == file.c.vpd, rejected_row.c.file_id == file.c.file_id, or_(*named)
    )
    return rows.exists()
