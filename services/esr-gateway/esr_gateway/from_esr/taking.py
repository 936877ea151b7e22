"""Takes a file's people into effect, bucket by bucket: group the rows, compare, paint whoever changed, write, publish.

While PostgreSQL writes one bucket, the next is worked out in a thread of ours. Memory holds two buckets, whatever the file.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from esr_gateway.from_esr import shown
from esr_gateway.from_esr.documents import (
    Documents,
    digest_of,
    document_of,
    has_instructions,
    rows_of,
    without_deleted,
    without_touches,
)
from esr_gateway.from_esr.people import Before, Painted, Studio
from esr_gateway.from_esr.publishing import SAMPLE, Publisher
from esr_gateway.from_esr.spill import Spill
from esr_gateway.from_esr.staging import NUMBERED
from esr_gateway.layout import OutboundLayout
from esrlink.db import WriteTx

_KNOWN = """
WITH asked AS (SELECT * FROM unnest(%(ids)s::text[], %(digests)s::text[]) AS a(person_id, digest)),
noted AS (INSERT INTO seen SELECT person_id FROM asked)
SELECT a.person_id, p.employee_number, p.family_name, p.given_name, p.revision, p.picture_hash, p.is_gone, p.works_until,
       CASE WHEN %(with_documents)s THEN p.document END
  FROM asked a LEFT JOIN person p ON p.vpd = %(vpd)s AND p.person_id = a.person_id
 WHERE p.digest IS DISTINCT FROM a.digest
"""
Lines = dict[str, list[str]]
_LOOK = "-"  # no digest: whoever has it is looked at


@dataclass(slots=True)
class Taken:
    """What became of the people of a file. Of those whom it changes or ends there is a sample, for a person to look at."""

    published: int = 0
    without_parent: int = 0
    changed: int = 0
    ended: int = 0
    sample: list[tuple[str, Before]] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """The people of a bucket. `digests` are of what the file alone says of them, as far as that is all there is to say."""

    lines: Lines
    digests: dict[str, str]


@dataclass(slots=True)
class Written:
    """A block that is ready for the database."""

    people: str
    events: str
    numbers: list[str]
    painted: Painted
    shown: str


@dataclass(slots=True)
class Taker:
    """Takes the buckets of one file. `is_first` is true when the trust had nobody before."""

    tx: WriteTx
    layout: OutboundLayout
    vpd: str
    studio: Studio
    publisher: Publisher
    is_snapshot: bool
    is_first: bool
    awaits_proof: bool
    latest: dict[str, int]  # of employee numbers that pass from one person to another in this file
    supervise: Callable[[Iterable[Before]], Any]
    progress: Callable[[int], None]
    taken: Taken = field(default_factory=Taken)

    async def take(self, spill: Spill) -> Taken:
        """Every bucket."""
        database = asyncio.Lock()
        writing: asyncio.Task[None] | None = None
        looked_at = 0
        try:
            for bucket in range(spill.buckets):
                block = await asyncio.to_thread(self.read, spill, bucket)
                written = await self._work_out(block, database)
                looked_at += len(block.lines)
                if writing:
                    await writing
                self.progress(looked_at)
                writing = asyncio.create_task(self._write(written, database, is_only=spill.buckets == 1))
            if writing:
                await writing
        except BaseException:
            await _ended(writing)
            raise
        return self.taken

    def read(self, spill: Spill, bucket: int) -> Block:
        """The lines of a bucket by person."""
        documents = Documents(self.layout)
        lines: Lines = defaultdict(list)
        delimiter = self.layout.delimiter
        for line in self._in_order(spill.read(bucket), documents):
            lines[line[4 : line.find(delimiter, 4)]].append(line)  # as `Documents.person_id`, a million times
        digests = {}
        if self.is_snapshot and not self.is_first:
            # Who is only touched is not shown: gone, which is found out when all is read.
            lines = {p: some for p, some in lines.items() if without_touches(some)}
            digests = {
                p: _LOOK if has_instructions(some) else digest_of(document_of(some)) for p, some in lines.items()
            }
        return Block(lines, digests)

    def _in_order(self, lines: Sequence[str], documents: Documents) -> Sequence[str]:
        if self.is_snapshot:
            return without_deleted(lines, documents)
        numbered = [line.rsplit(NUMBERED, 1) for line in lines]
        return [line for line, _ in sorted(numbered, key=lambda pair: int(pair[1]))]

    async def _work_out(self, block: Block, database: asyncio.Lock) -> Written:
        known: dict[str, Before | None]
        if self.is_first:
            known = dict.fromkeys(block.lines)
        else:
            async with database:
                known = await self._known(block)
                await self.supervise(one for one in known.values() if one)
        painted, said = await asyncio.to_thread(self._paint, block, known)
        latest = self.latest
        if not self.is_first and (unsure := painted.unsure):
            async with database:
                latest = await self.publisher.latest(unsure)
            latest = {**latest, **{number: max(n, latest.get(number, 0)) for number, n in self.latest.items()}}
        return await asyncio.to_thread(self._compose, painted, latest, said)

    async def _known(self, block: Block) -> dict[str, Before | None]:
        """Those of the people who must be looked at: who are new, or of whom the file may say something else than is kept."""
        values = {
            "vpd": self.vpd,
            "ids": list(block.lines),
            "digests": [block.digests.get(person_id, _LOOK) for person_id in block.lines],
            "with_documents": not self.is_snapshot or self.awaits_proof or _LOOK in block.digests.values(),
        }
        driver = await self.tx.driver()
        async with driver.cursor() as cursor:
            await cursor.execute(_KNOWN, values)
            return {row[0]: Before(*row) if row[4] is not None else None for row in await cursor.fetchall()}

    def _paint(self, block: Block, known: dict[str, Before | None]) -> tuple[Painted, str]:
        documents, said = Documents(self.layout), list[str]()
        people: list[tuple[str, list[str], Before | None]] = []
        for person_id, before in known.items():
            lines = block.lines[person_id]
            if not self.is_first:
                lines = without_touches(lines)
            stored = rows_of(before.document or "") if before else []
            if not self.is_snapshot:
                rows = documents.after_changes(lines, stored)
            else:
                rows = documents.after_snapshot(lines, stored) if has_instructions(lines) else lines
            if self.awaits_proof:
                said.extend(shown.lines(self.layout, stored, rows))
            people.append((person_id, rows, before))
        painted = self.studio.paint(people)
        for after in painted.kept:
            if after.waiting_rows:
                shown_now = block.lines[after.person_id]
                self.taken.without_parent += sum(not has_instructions((line,)) for line in shown_now)
        return painted, "".join(said)

    def _compose(self, painted: Painted, latest: dict[str, int], said: str) -> Written:
        events = self.studio.revise(painted, latest)
        for number, _ in events:
            if number in self.latest:
                self.latest[number] = 1 + max(latest.get(number, 0), self.latest[number])
        for before in painted.renumbered:
            number = before.employee_number or ""
            self.latest[number] = max(self.latest.get(number, 0), before.revision)
        people, copied = self.publisher.texts(painted.kept, events)
        return Written(people, copied, [number for number, _ in events], painted, said)

    async def _write(self, written: Written, database: asyncio.Lock, *, is_only: bool) -> None:
        painted = written.painted
        async with database:
            await self.publisher.lock(written.numbers, is_only=is_only)
            await self.publisher.write(written.people, written.events)
            await self.publisher.leave(painted.left, painted.renumbered)
            if written.shown:
                await shown.copy(self.tx, written.shown)
        self._count(painted, len(written.numbers))

    def _count(self, painted: Painted, published: int) -> None:
        taken = self.taken
        taken.published += published
        taken.changed += len(painted.changed)
        taken.ended += len(painted.ended)
        for what, some in (("ended", painted.ended), ("changed", painted.changed)):
            room = SAMPLE - sum(one[0] == what for one in taken.sample)
            taken.sample += [(what, one._replace(document=None)) for one in some[:room]]


async def _ended(writing: asyncio.Task[None] | None) -> None:
    """Wait for what is being written; if it has failed, its error is the one that tells why."""
    if writing is None:
        return
    if not writing.done():
        writing.cancel()
    results = await asyncio.gather(writing, return_exceptions=True)
    if isinstance(results[0], Exception):
        raise results[0]
