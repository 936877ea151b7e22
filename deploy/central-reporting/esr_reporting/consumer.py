"""The consumer: takes what the bus delivers into the tables, and tells the bus only afterwards.

At least once on the wire, once in effect: a process that dies between the two gets the same messages again, and they have no
effect. A bus that does not answer is waited for with growing pauses. DuckDB works in a thread of its own, so the event loop
never stands still, and a stop waits for the batch that is being taken.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from esr_reporting.builds import Build, Builds
from esr_reporting.ledger import Ledger
from esr_reporting.rows import TOPICS
from esrlink import crash
from esrlink.bus.port import Bus, Subscription
from esrlink.errors import Unavailable

log = structlog.get_logger()

T = TypeVar("T")
BATCH = 2_000
# A batch costs nearly the same whatever is in it, and nobody waits for a report by the second: let some more come in.
LINGER = timedelta(seconds=0.5)
# Touched at least once a second or so while the consumer goes round.
ALIVE = "alive"
_LONGEST_PAUSE_SECONDS = 30.0


class Consumer:
    """Fills the build in use, and follows when a rebuild puts another in its place."""

    def __init__(
        self,
        bus: Bus,
        builds: Builds,
        open_ledger: Callable[[Path], Ledger],
        *,
        replay_topics: Sequence[str] = (),
        poll: timedelta = timedelta(seconds=1),
        shortest_pause: timedelta = timedelta(seconds=0.5),
        linger: timedelta = LINGER,
    ) -> None:
        self._bus = bus
        self._builds = builds
        self._open_ledger = open_ledger
        self._topics = sorted({*TOPICS, *replay_topics})
        self._poll = poll
        self._linger = linger
        self._alive = builds.folder / ALIVE
        self._shortest = self._pause = shortest_pause.total_seconds()

    async def run(self) -> None:
        """Consume for ever."""
        while True:
            build = self._builds.current_or_first()
            try:
                await self.fill(build, until=partial(self._replaced, build))
            except Unavailable as error:
                log.warning("reporting.waiting", why=error.detail, seconds=self._pause)
                await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
                self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)

    def _replaced(self, build: Build, _: int) -> bool:
        self._pause = self._shortest
        return self._builds.current() != build

    async def fill(self, build: Build, *, until: Callable[[int], bool]) -> None:
        """Fill one build until `until`, given how many messages came last, says that it is enough.

        Raises `Unavailable` when the bus does not answer or others hold the file too long.
        """
        ledger = self._open_ledger(build.path)
        with ThreadPoolExecutor(1, thread_name_prefix="duckdb") as thread:
            try:
                await _in(thread, ledger.prepare)
                async with self._bus.subscribe(build.group, self._topics) as subscription:
                    while not until(await self._batch(subscription, ledger, thread)):
                        pass
            finally:
                await _in(thread, ledger.let_go)

    async def _batch(self, subscription: Subscription, ledger: Ledger, thread: ThreadPoolExecutor) -> int:
        messages = await subscription.poll(BATCH, self._poll)
        if messages:
            taken = await _in(thread, lambda: ledger.take(messages))
            crash.point("reporting.before_commit")
            await subscription.commit()
            if len(messages) < BATCH:
                await asyncio.sleep(self._linger.total_seconds())
            log.info("reporting.taken", fresh=taken.fresh, repeated=taken.repeated, set_aside=taken.set_aside)
        else:
            await _in(thread, ledger.let_go)
        self._alive.touch()
        return len(messages)


async def _in(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Do `work` in the thread. When cancelled, wait for it all the same: a batch is whole or not at all."""
    done = asyncio.get_running_loop().run_in_executor(thread, work)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done])
        raise
