"""Takes a file's people into effect, bucket by bucket: group the rows, compare, paint whoever changed, write, publish.

While PostgreSQL writes one bucket, the next is worked out in a thread of ours. Memory holds two buckets, whatever the file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from esr_gateway.from_esr import shown
from esr_gateway.from_esr.comparing import Buckets, Comparison, Lines
from esr_gateway.from_esr.documents import Documents, count_rows, rows_of, without_touches
from esr_gateway.from_esr.people import Before, Painted, Studio
from esr_gateway.from_esr.publishing import SAMPLE, Publisher
from esrlink.db import WriteTx


@dataclass(slots=True)
class Taken:
    """What became of the people of a file. Of those whom it changes or ends there is a sample, for a person to look at."""

    published: int = 0
    without_parent: int = 0
    changed: int = 0
    ended: int = 0
    sample: list[tuple[str, Before]] = field(default_factory=list)


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
    """Takes the buckets of one file."""

    tx: WriteTx
    vpd: str
    buckets: Buckets
    studio: Studio
    publisher: Publisher
    is_first: bool  # the trust had nobody before
    awaits_proof: bool
    latest: dict[str, int]  # of employee numbers that pass from one person to another in this file
    supervise: Callable[[Iterable[Before]], Awaitable[None]]
    progress: Callable[[int], None]
    taken: Taken = field(default_factory=Taken)

    async def take(self) -> Taken:
        """Every bucket in which somebody must be looked at."""
        comparison = Comparison(self.tx, self.vpd, self.buckets)
        some = range(self.buckets.spill.buckets) if self.is_first else await comparison.compare()
        database = asyncio.Lock()
        writing: asyncio.Task[None] | None = None
        looked_at = 0
        try:
            for bucket in some:
                lines = await asyncio.to_thread(self.buckets.read, bucket)
                known: dict[str, Before | None] = dict.fromkeys(lines.of)
                if not self.is_first:
                    async with database:
                        known = await comparison.known(bucket, with_documents=self.awaits_proof)
                        await self.supervise(one for one in known.values() if one)
                written = await self._work_out(lines, known, database)
                looked_at += len(lines.of)
                if writing:
                    await writing
                self.progress(looked_at)
                writing = asyncio.create_task(self._write(written, database, is_only=len(some) == 1))
            if writing:
                await writing
        except BaseException:
            await _ended(writing)
            raise
        return self.taken

    async def _work_out(self, lines: Lines, known: dict[str, Before | None], database: asyncio.Lock) -> Written:
        painted, said = await asyncio.to_thread(self._paint, lines, known)
        latest = self.latest
        if not self.is_first and (unsure := painted.unsure):
            async with database:
                latest = await self.publisher.latest(unsure)
            latest |= {number: max(n, latest.get(number, 0)) for number, n in self.latest.items()}
        return await asyncio.to_thread(self._compose, painted, latest, said)

    def _paint(self, lines: Lines, known: dict[str, Before | None]) -> tuple[Painted, str]:
        documents, said = Documents(self.buckets.layout), list[str]()
        people: list[tuple[str, list[str], Before | None]] = []
        for person_id, before in known.items():
            rows = lines.of[person_id]
            stored = rows_of(before.document or "") if before else []
            if not self.buckets.is_snapshot:
                rows = documents.after_changes(without_touches(rows), stored)
            elif person_id in lines.instructed:
                rows = documents.after_snapshot(rows, stored)
            if self.awaits_proof:
                said.extend(shown.lines(self.buckets.layout, stored, rows))
            people.append((person_id, rows, before))
        painted = self.studio.paint(people)
        for after in painted.kept:
            if after.waiting_rows:
                self.taken.without_parent += count_rows(lines.of[after.person_id])
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
