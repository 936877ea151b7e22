"""Single changes that come at the same moment share one transaction: a set of them costs hardly more than one.

Nobody waits for company that is not here: the first goes at once, with those whose requests have arrived, and those that come
while they are being stored go together behind them. Each is answered when its transaction has committed, with what it came to, as
if it had gone alone; none suffers for another's fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from esrlink.db.transient import is_transient
from esrlink.observability.tracing import current_traceparent

L = TypeVar("L", bound=Hashable)
A = TypeVar("A")
T = TypeVar("T")

# One transaction must not keep the next ones waiting for long.
_MOST = 200
# Of the event loop, in which a request that has arrived is read and put: one to read it, one to begin with it, one more.
_TURNS_TO_JOIN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Waiting(Generic[A, T]):
    """Something that is asked, the trace that it belongs to, and where its answer goes."""

    ask: A
    traceparent: str | None
    answer: asyncio.Future[T]

    def settle(self, outcome: T | BaseException) -> None:
        """Answer, unless whoever asked has gone."""
        if self.answer.done():
            return
        if isinstance(outcome, BaseException):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


Store = Callable[[L, Sequence[Waiting[A, T]]], Awaitable[Sequence[T | Exception]]]
"""Stores some of one lane in one transaction; gives an answer or a refusal for each, in their order."""


class Gathering(Generic[L, A, T]):
    """Stores one by one for those who ask, and together where they ask at once.

    Lanes go side by side, each in the order of its coming; `about` says what one is about: two about the same thing never share
    a transaction.
    """

    def __init__(self, store: Store[L, A, T], about: Callable[[A], Hashable]) -> None:
        self._store_together, self._about = store, about
        self._waiting: dict[L, list[Waiting[A, T]]] = {}
        self._working: dict[L, asyncio.Task[None]] = {}

    async def put(self, lane: L, ask: A) -> T:
        """Store it and give what it came to. Raises as it is refused."""
        one: Waiting[A, T] = Waiting(ask, current_traceparent(), asyncio.get_running_loop().create_future())
        self._waiting.setdefault(lane, []).append(one)
        if lane not in self._working:
            self._working[lane] = asyncio.create_task(self._work(lane), name="gathering")
        return await one.answer

    async def _work(self, lane: L) -> None:
        """Store what waits until nothing does."""
        batch: list[Waiting[A, T]] = []
        try:
            while self._waiting[lane]:
                await self._company(lane)
                batch = self._next(lane)
                await self._store(lane, batch)
        finally:
            del self._working[lane]
            for one in [*batch, *self._waiting.pop(lane, [])]:
                one.answer.cancel()

    async def _company(self, lane: L) -> None:
        """Wait while those join whose requests are here already: what is read now is not read later, so it costs nobody time."""
        here = 0
        while here < len(self._waiting[lane]) < _MOST:
            here = len(self._waiting[lane])
            for _ in range(_TURNS_TO_JOIN):
                await asyncio.sleep(0)

    def _next(self, lane: L) -> list[Waiting[A, T]]:
        """Those that can go together: each thing once, in the order of their coming."""
        first = {self._about(one.ask): one for one in reversed(self._waiting[lane])}
        batch = [one for one in self._waiting[lane] if first[self._about(one.ask)] is one][:_MOST]
        going = set(map(id, batch))
        self._waiting[lane] = [one for one in self._waiting[lane] if id(one) not in going]
        return batch

    async def _store(self, lane: L, batch: Sequence[Waiting[A, T]]) -> None:
        try:
            outcomes: Sequence[T | Exception] = await self._store_together(lane, batch)
        except Exception as error:  # noqa: BLE001 - each of them is told
            if len(batch) > 1 and not is_transient(error):
                for one in batch:
                    await self._store(lane, [one])
                return
            outcomes = [error] * len(batch)
        for one, outcome in zip(batch, outcomes, strict=True):
            one.settle(outcome)
