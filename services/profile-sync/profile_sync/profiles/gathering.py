"""Puts of single profiles that come at the same moment share one transaction: a set costs hardly more than one of it.

Nobody waits for company: the first goes at once, and those that come while it is being stored go together behind it. Each is
answered when its transaction has committed, with what it came to, as if it had gone alone; none suffers for another's fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.transient import is_transient
from esrlink.errors import EsrLinkError
from esrlink.ids import NewId
from esrlink.observability.tracing import current_traceparent
from profile_sync.profiles.putting import Put, put_profiles
from profile_sync.profiles.reading import LinkedProfile, read_places

# One transaction must not keep the next ones waiting for long.
_MOST = 200


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    put: Put
    traceparent: str | None
    answer: asyncio.Future[LinkedProfile]

    def settle(self, outcome: LinkedProfile | BaseException) -> None:
        """Answer, unless whoever asked has gone."""
        if self.answer.done():
            return
        if isinstance(outcome, BaseException):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Gathering:
    """Stores profiles one by one for those who ask, and together where they ask at once."""

    def __init__(self, database: Database, clock: Clock, new_id: NewId) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id
        self._waiting: dict[str, list[_Waiting]] = {}
        self._working: dict[str, asyncio.Task[None]] = {}

    async def put(self, vpd: str, put: Put) -> LinkedProfile:
        """Store a profile of a trust and give it as it is stored. Raises as `put_profiles` refuses."""
        one = _Waiting(put, current_traceparent(), asyncio.get_running_loop().create_future())
        self._waiting.setdefault(vpd, []).append(one)
        if vpd not in self._working:
            self._working[vpd] = asyncio.create_task(self._work(vpd), name=f"puts.{vpd}")
        return await one.answer

    async def _work(self, vpd: str) -> None:
        """Store what waits until nothing does."""
        batch: list[_Waiting] = []
        try:
            while batch := self._next(vpd):
                await self._store(vpd, batch)
        finally:
            del self._working[vpd]
            for one in [*batch, *self._waiting.pop(vpd, [])]:
                one.answer.cancel()

    def _next(self, vpd: str) -> list[_Waiting]:
        """Those that can go together: each profile once, in the order of their coming."""
        going = {one.put.place: one for one in reversed(self._waiting[vpd])}
        batch = [one for one in self._waiting[vpd] if going[one.put.place] is one][:_MOST]
        self._waiting[vpd] = [one for one in self._waiting[vpd] if one not in batch]
        return batch

    async def _store(self, vpd: str, batch: Sequence[_Waiting]) -> None:
        try:
            outcomes = await self._transaction(vpd, batch)
        except Exception as error:  # noqa: BLE001 - each of them is told
            if len(batch) > 1 and not is_transient(error):
                for one in batch:
                    await self._store(vpd, [one])
                return
            outcomes = [error] * len(batch)
        for one, outcome in zip(batch, outcomes, strict=True):
            one.settle(outcome)

    async def _transaction(self, vpd: str, batch: Sequence[_Waiting]) -> list[LinkedProfile | EsrLinkError | Exception]:
        puts = [one.put for one in batch]
        traces = {one.put.place: one.traceparent for one in batch if one.traceparent}
        async with self._database.write([vpd]) as tx:
            now = self._clock.now()
            refused = await put_profiles(tx, vpd, puts, now=now, new_id=self._new_id, traces=traces)
            stored = await read_places(tx, vpd, [one.place for one in puts if one.place not in refused])
        return [refused.get(one.place) or stored[one.place] for one in puts]
