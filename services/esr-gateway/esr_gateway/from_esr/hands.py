"""Several hands at one file: a thread of the service for a small one, two processes beside it for a large one.

Reading and painting a million rows takes some eight seconds of a processor; threads of one process would share one. The hands
are given nothing but the file, and what they fill on disk; only the service speaks with the database.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol

from esr_gateway.from_esr.go_rows import Part, parts_of, some_people
from esr_gateway.from_esr.hand import Hand, Job
from esr_gateway.from_esr.passing import LENGTH, frame, take_up
from esr_gateway.from_esr.spill import Filled, Spill, borders_of, buckets_for
from esr_gateway.outbound_layout import OutboundLayout
from esrlink.errors import Unavailable

HELPED_FROM = 8_000_000
"""Bytes of a file from which on processes help: they take half a second to start, and some 50 MB each."""

_HELPERS = 2
_LOOKED_AT = 16  # rows for each bucket that tell where it begins: then hardly any is twice as large as another
# A hand deals a part out before it takes the next: so many that all hands end at about one time, none of less bytes than this.
_PARTS, _PART = 32, 8_000_000
_LIMIT = 1 << 20
# What a Python needs to find itself and its packages. No secret of the service is among it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")


class HandLost(Unavailable):
    """A process that helped has ended: it was killed, or the machine has no memory left. The same may work later."""

    def __init__(self) -> None:
        super().__init__("A process that helped with the import has ended. The file is taken again at the next poll.")


class AnyHand(Protocol):
    """One hand: a method of `Hand` by its name."""

    async def call(self, name: str, *arguments: Any) -> Any:
        """What the method returns."""
        ...

    def stream(self, name: str, *arguments: Any) -> AsyncIterator[Any]:
        """What the method yields."""
        ...


@dataclass(frozen=True, slots=True)
class Crew:
    """The hands at one file, and its parts; `spill` takes what the service itself has to say to the buckets."""

    hands: Sequence[AnyHand]
    parts: Sequence[Part]
    buckets: int
    spill: Spill

    async def gather(self, filled: Sequence[Filled]) -> None:
        """Tell all hands where the buckets are."""
        await asyncio.gather(*(hand.call("gather", filled) for hand in self.hands))

    def deal(self) -> AsyncGenerator[tuple[str, int], None]:
        """Deal the file out: texts for the stage, and with the last one of a part how many bytes that had; a hand that is free
        takes the next part."""
        left = iter(self.parts)
        return merged([_dealt(hand, left) for hand in self.hands])

    def each(self, name: str, buckets: Iterable[int]) -> AsyncGenerator[Any, None]:
        """What a method makes of each bucket, as it is ready; a hand that is free takes the next."""
        left = iter(buckets)
        return merged([_of_each(hand, name, left) for hand in self.hands])


@asynccontextmanager
async def crew_for(layout: OutboundLayout, path: Path, folder: Path, *, is_snapshot: bool) -> AsyncIterator[Crew]:
    """The hands at a file. What they spill lies in `folder`, in files without a name."""
    size = await asyncio.to_thread(lambda: path.stat().st_size)
    is_helped = size >= HELPED_FROM and (os.cpu_count() or 1) > 1
    count = _HELPERS if is_helped else 1
    async with AsyncExitStack() as stack:
        own, *spills = (stack.enter_context(_nameless(folder)) for _ in range(count + 1))
        answers = [stack.enter_context(_nameless(folder)) for _ in range(count)]
        started = [_helper([own, *spills, file], file) for file in answers] if is_helped else []
        helpers = [await stack.enter_async_context(helper) for helper in started]
        # While they start, the service looks at the file.
        parts = await asyncio.to_thread(parts_of, path, max(count, min(size // _PART, _PARTS)) if is_helped else 1)
        borders = await asyncio.to_thread(_borders, layout, path, size)
        jobs = [
            Job(layout, path, is_snapshot, borders, spill, file) for spill, file in zip(spills, answers, strict=True)
        ]
        for helper, job in zip(helpers, jobs, strict=False):
            await helper.send(job)
        yield Crew(helpers or [_OwnHand(job) for job in jobs], parts, len(borders) + 1, Spill(own, borders))


def _borders(layout: OutboundLayout, path: Path, size: int) -> list[str]:
    buckets = buckets_for(size)
    sample = some_people(layout, path, buckets * _LOOKED_AT) if buckets > 1 else ()
    return borders_of(sample, buckets)


@contextmanager
def _nameless(folder: Path) -> Iterator[int]:
    with TemporaryFile(dir=folder) as file:
        yield file.fileno()


class _OwnHand:
    """A hand in a thread of this process."""

    def __init__(self, job: Job) -> None:
        self._hand = Hand(job)

    async def call(self, name: str, *arguments: Any) -> Any:
        return await asyncio.to_thread(getattr(self._hand, name), *arguments)

    async def stream(self, name: str, *arguments: Any) -> AsyncIterator[Any]:
        some = getattr(self._hand, name)(*arguments)
        while (one := await asyncio.to_thread(next, some, None)) is not None:
            yield one


class _Helper:
    """A hand in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, file: int) -> None:
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101 - asked for
        self._asks, self._answers, self._file = process.stdin, process.stdout, file

    async def send(self, value: object) -> None:
        try:
            self._asks.writelines(frame(value))
            await self._asks.drain()
        except ConnectionError as error:
            raise HandLost from error

    async def call(self, name: str, *arguments: Any) -> Any:
        await self.send((name, arguments))
        _, laid = await self._answer()
        return take_up(laid, self._file)

    async def stream(self, name: str, *arguments: Any) -> AsyncIterator[Any]:
        await self.send((name, arguments))
        while True:
            kind, one = await self._answer()
            if kind == "done":
                return
            yield one

    async def _answer(self) -> tuple[str, Any]:
        try:
            head = await self._answers.readexactly(LENGTH.size)
            content = await self._answers.readexactly(LENGTH.unpack(head)[0])
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise HandLost from error
        kind, value = pickle.loads(content)  # noqa: S301 - of our own process
        if kind == "error":
            raise value
        return kind, value


@asynccontextmanager
async def _helper(files: Sequence[int], answers: int) -> AsyncIterator[_Helper]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from esr_gateway.from_esr.hand import main; main()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=files,
        limit=_LIMIT,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )
    try:
        yield _Helper(process, answers)
    finally:
        # It holds nothing that must be finished, and may be in the midst of a bucket.
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _dealt(hand: AnyHand, left: Iterable[Part]) -> AsyncIterator[tuple[str, int]]:
    for part in left:
        async for rows in hand.stream("deal", part):
            yield rows, 0
        yield "", part.end - part.start


async def _of_each(hand: AnyHand, name: str, left: Iterable[int]) -> AsyncIterator[Any]:
    for bucket in left:
        yield await hand.call(name, bucket)


async def merged(streams: Sequence[AsyncIterator[Any]]) -> AsyncGenerator[Any, None]:
    """What any of them yields, as it comes; each is one ahead at most. What one raises ends all of them."""
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    tasks = [asyncio.create_task(_fill(queue, stream)) for stream in streams]
    try:
        running = len(tasks)
        while running:
            kind, value = await queue.get()
            if kind == "error":
                raise value
            if kind == "end":
                running -= 1
            else:
                yield value
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _fill(queue: asyncio.Queue[Any], stream: AsyncIterator[Any]) -> None:
    try:
        async for one in stream:
            await queue.put(("one", one))
        await queue.put(("end", None))
    except Exception as error:  # noqa: BLE001 - raised where the values are taken
        await queue.put(("error", error))
