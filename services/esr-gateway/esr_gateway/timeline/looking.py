"""The whole way of a person's records, of one record or of a file, from one text: what happened, when, in words, with its place.

It takes the same few statements however much is found; what is more than a page holds is counted and not shown. Only what the
gateway keeps is told: what happened to a record before its approval is in the service of submittals, and ESR's own doings are
known from its files alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from esr_gateway.from_esr.finding import FileFilter, find_page
from esr_gateway.search import Wanted, understand
from esr_gateway.tables import person
from esr_gateway.timeline.files import stories_of_files, stories_of_files_sent
from esr_gateway.timeline.records import records_of, stories_of_records
from esr_gateway.timeline.story import Story
from esrlink.db import ReadTx

MOST = 25
"""The most records, and the most files, of one answer."""


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A person whom ESR's files show (never by name). `revision` counts how often the person was published as changed."""

    vpd: str
    employee_number: str
    revision: int
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was found of a text. `is_cut` says that there is more than is shown."""

    wanted: Wanted
    people: Sequence[PersonFound]
    stories: Sequence[Story]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not self.people and not self.stories


async def timeline(tx: ReadTx, vpds: Sequence[str], text: str) -> Timeline:
    """Everything that is kept about what `text` names, in the trusts `vpds`."""
    wanted = understand(text)
    people = await _people(tx, vpds, wanted)
    records, is_cut = await records_of(tx, vpds, wanted, MOST)
    found: list[Story] = [*await stories_of_records(tx, records)]
    sent, is_more = await stories_of_files_sent(tx, vpds, wanted, MOST)
    found += sent
    files = await _files(tx, vpds, wanted)
    found += await stories_of_files(tx, files[:MOST])
    return Timeline(wanted, people, found, is_cut or is_more or len(files) > MOST)


async def _people(tx: ReadTx, vpds: Sequence[str], wanted: Wanted) -> Sequence[PersonFound]:
    if wanted.meaning != "number":
        return []
    number = wanted.text.partition("-")[0]
    rows = await tx.all(
        select(person)
        .where(person.c.vpd.in_(vpds), person.c.employee_number == number)
        .order_by(person.c.vpd)
        .limit(MOST)
    )
    return [PersonFound(row.vpd, row.employee_number, row.revision, row.is_gone) for row in rows]


async def _files(tx: ReadTx, vpds: Sequence[str], wanted: Wanted) -> Sequence[Any]:
    """Files that came from ESR: of that name, or with a row of that person set aside."""
    if wanted.meaning in {"file", "hash"}:
        return await find_page(tx, vpds, FileFilter(words=wanted.text), limit=MOST + 1)
    if wanted.meaning == "number":
        return await find_page(tx, vpds, FileFilter(number=wanted.text), limit=MOST + 1)
    if wanted.meaning == "record" and wanted.id is not None:
        return await find_page(tx, vpds, FileFilter(file_id=wanted.id), limit=1)
    return []
