"""Takes a file's people into effect, bucket by bucket: compare, paint whoever changed, write, publish.

While PostgreSQL writes one bucket, the next is worked out. Memory holds a few buckets, whatever the file.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field

from esr_gateway.from_esr import shown
from esr_gateway.from_esr.buckets import Buckets
from esr_gateway.from_esr.comparing import Comparison
from esr_gateway.from_esr.hands import Crew
from esr_gateway.from_esr.painting import Painting, Setting, Written
from esr_gateway.from_esr.people import Before
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
class Taker:
    """Takes the buckets of one file."""

    tx: WriteTx
    vpd: str
    crew: Crew
    buckets: Buckets
    setting: Setting
    painting: Painting
    publisher: Publisher
    supervise: Callable[[Iterable[Before]], Awaitable[None]]
    progress: Callable[[int], None]
    taken: Taken = field(default_factory=Taken)
    # Revisions of employee numbers that passed from one person to another in this file.
    passed: dict[str, int] = field(default_factory=dict)
    looked_at: int = 0

    async def take_first(self) -> Taken:
        """All people, of a trust that had nobody before: there is nothing to ask the database."""
        await asyncio.gather(*(hand.call("begin", self.setting) for hand in self.crew.hands))
        async with aclosing(self.crew.each("first", range(self.crew.buckets))) as written:
            async for one in written:
                await self._write(one, is_only=self.crew.buckets == 1, is_first=True)
        return self.taken

    async def take(self) -> Taken:
        """Whoever differs from what is kept."""
        comparison = Comparison(self.tx, self.vpd)
        async with aclosing(self.crew.each("digests", range(self.crew.buckets))) as digests:
            some = await comparison.compare(digests)
        database = asyncio.Lock()
        async with aclosing(_one_ahead(self._work_out(bucket, comparison, database) for bucket in some)) as written:
            async for one in written:
                async with database:
                    await self._write(one, is_only=len(some) == 1)
        return self.taken

    async def _work_out(self, bucket: int, comparison: Comparison, database: asyncio.Lock) -> Written:
        lines = await asyncio.to_thread(self.buckets.read, bucket)
        async with database:
            known = await comparison.known(bucket, with_documents=self.setting.awaits_proof)
            await self.supervise(one for one in known.values() if one)
        painted, said = await asyncio.to_thread(self.painting.paint, lines, known)
        latest = {}
        if unsure := painted.unsure:
            async with database:
                latest = await self.publisher.latest(unsure)
            for number, revision in self.passed.items():
                latest[number] = max(revision, latest.get(number, 0))
        for before in painted.renumbered:
            number = before.employee_number or ""
            self.passed[number] = max(self.passed.get(number, 0), before.revision)
        return await asyncio.to_thread(self.painting.written, lines, painted, said, latest)

    async def _write(self, written: Written, *, is_only: bool, is_first: bool = False) -> None:
        await self.publisher.lock(written.numbers, is_only=is_only)
        await self.publisher.write(written, is_first=is_first)
        await self.publisher.leave(written.left, written.renumbered)
        if written.shown:
            await shown.copy(self.tx, written.shown)
        self.looked_at += written.looked_at
        self.progress(self.looked_at)
        self._count(written)

    def _count(self, written: Written) -> None:
        taken = self.taken
        taken.published += len(written.numbers)
        taken.without_parent += written.without_parent
        taken.changed += len(written.changed)
        taken.ended += len(written.ended)
        for what, some in (("ended", written.ended), ("changed", written.changed)):
            room = SAMPLE - sum(one[0] == what for one in taken.sample)
            taken.sample += [(what, one._replace(document=None)) for one in some[:room]]


async def _one_ahead(work: Iterable[Awaitable[Written]]) -> AsyncGenerator[Written, None]:
    """What each of these comes to, in order; while one is made use of, the next is worked on."""
    ahead: asyncio.Task[Written] | None = None
    try:
        for one in work:
            coming = asyncio.ensure_future(one)
            if ahead is not None:
                ready, ahead = await ahead, coming
                yield ready
            else:
                ahead = coming
        if ahead is not None:
            yield await ahead
    finally:
        if ahead is not None:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)
