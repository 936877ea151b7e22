"""Applying: takes polled messages into effect, each one once: applied, received before, or parked with its reason.

The effect and the event's id (the inbox row) are one transaction. A handler gets the events of one trust in order, in a
transaction that can touch that trust only. One bad message is found by halving its batch, and only it is parked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import text

from esrlink import crash
from esrlink.bus.fuse import Fuses, LaneStopped
from esrlink.bus.opening import open_message
from esrlink.bus.parking import Parked, is_parked, park
from esrlink.bus.patience import HANGS, Hung, patiently
from esrlink.bus.reasons import Reason, reason_of
from esrlink.contracts import Event, Message, Received, Unreadable
from esrlink.db.database import Database, WriteTx
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.db.transient import is_of_another_release, is_too_slow
from esrlink.observability import metrics
from esrlink.observability.logs import places
from esrlink.observability.tracing import continue_trace

log = structlog.get_logger()

T = TypeVar("T")

# Applies events of one topic and one trust, in order; must be done or raise, and does no I/O but through `tx`.
Handler = Callable[[WriteTx, Sequence[Received[Any]]], Awaitable[None]]

# One statement whatever the size of the batch; sorted, so that two replicas with the same events cannot lock crosswise.
_RECEIVE = text(
    "INSERT INTO inbox (consumer, event_id) SELECT :consumer, unnest(CAST(:ids AS uuid[]))"
    " ON CONFLICT DO NOTHING RETURNING event_id"
)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying one message: it took effect, or it was received before, or why it cannot be."""

    is_known: bool = False
    reason: Reason | None = None


@dataclass(slots=True)
class _Item:
    """A polled message and what came of it. `error` says why it is not in effect."""

    message: Message
    received: Received[Event] | None = None
    error: Exception | None = None
    is_tried: bool = False
    is_fresh: bool = False

    @property
    def event(self) -> Received[Event]:
        assert self.received is not None  # noqa: S101 - only readable items are applied
        return self.received


class Applying:
    """Takes the messages of one consumer group into effect; `handlers` are by topic."""

    def __init__(
        self,
        consumer: str,
        database: Database,
        handlers: Mapping[str, Handler],
        fuses: Fuses,
        *,
        hangs: timedelta = HANGS,
    ) -> None:
        self._consumer = consumer
        self._database = database
        self._handlers = handlers
        self._fuses = fuses
        self._hangs = hangs

    async def take(self, messages: Sequence[Message]) -> None:
        """Take `messages` into effect. Raises `LaneStopped` when a fuse blows: then none of them may be committed."""
        items = [_opened(message) for message in messages]
        readable = [item for item in items if item.error is None]
        readable.sort(key=lambda item: item.event.event.vpd)  # stable: order within a trust is kept
        for _, group in groupby(readable, key=lambda item: item.event.event.vpd):
            await self._apply(list(group), Counter())
        # Parked in the order of their coming, so that "in a row" means what it says whatever the trust.
        for item in items:
            if not item.is_tried:
                await self._apply([item], Counter())
            if item.error is not None:
                await self._set_aside(item, item.error)
            elif item.is_fresh:
                self._fuses.succeeded(item.message.topic)

    async def try_one(self, message: Message) -> Tried:
        """Take one message into effect, or say why it cannot be: then it is not parked."""
        item = _opened(message)
        if item.error is None:
            await self._apply([item], Counter())
        elif await self._is_parked(message):
            return Tried(is_known=True)
        if item.error is not None:
            return Tried(reason=reason_of(item.error))
        return Tried(is_known=not item.is_fresh)

    async def _apply(self, items: list[_Item], failed: Counter[str]) -> None:
        """Apply one trust's events in one transaction; if one of them cannot be applied, find just that one.

        `failed` counts the failures in a row by topic. When there are enough of them to stop the lane, the rest is left
        untried: work that fails may be slow to fail.
        """
        items = [item for item in items if failed[item.message.topic] <= self._fuses.limit]
        if not items:
            return
        try:
            fresh = await self._once(lambda: self._transaction([item.event for item in items]))
        except Exception as error:
            if is_of_another_release(error) or isinstance(error, Hung):
                raise  # not the events are wrong but the process: end, be started again, find the events waiting
            if len(items) == 1:
                items[0].error, items[0].is_tried = error, True
                failed[items[0].message.topic] += 1
                return
            # Each half of a batch that is too slow would take its whole time again.
            half = 1 if is_too_slow(error) else (len(items) + 1) // 2
            for start in range(0, len(items), half):
                await self._apply(items[start : start + half], failed)
            return
        for item in items:
            item.is_tried, item.is_fresh = True, item.event.id in fresh
            fresh.discard(item.event.id)
            if item.is_fresh:
                failed.pop(item.message.topic, None)
            else:
                metrics.REPEATED.labels(self._database.service, item.message.topic).inc()

    async def _transaction(self, received: list[Received[Event]]) -> set[UUID]:
        """Give what is new of these to its handlers; answers with the ids of the new ones."""
        async with self._database.write([received[0].event.vpd]) as tx:
            ids = ",".join(sorted({str(one.id) for one in received}))
            new = set((await tx.execute(_RECEIVE, {"consumer": self._consumer, "ids": f"{{{ids}}}"})).scalars())
            # Between topics no order is promised, so a handler gets all of its topic at once: a batch in which two topics
            # take turns would else be hundreds of calls.
            by_topic = sorted(_once_each(received, new), key=lambda one: one.event.TOPIC)
            for topic, run in groupby(by_topic, key=lambda one: one.event.TOPIC):
                batch = list(run)
                continue_trace(batch[0].traceparent)
                await self._handlers[topic](tx, batch)
            crash.point("consumer.before_effect")
        for topic, count in Counter(one.event.TOPIC for one in by_topic).items():
            metrics.CONSUMED.labels(self._database.service, topic).inc(count)
        return new

    async def _set_aside(self, item: _Item, error: Exception) -> None:
        """Park the message; but if too many of its topic were parked just before, stop the lane instead."""
        message = item.message
        service, topic = self._database.service, message.topic
        if self._fuses.is_spent(topic) and not await self._is_parked(message):
            await self._fuses.blow(topic, reason_of(error))
            raise LaneStopped(topic)

        async def work() -> tuple[Parked, Reason]:
            async with self._database.write(EVERY_TRUST) as tx:
                return await park(tx, self._consumer, message, item.received, error)

        parked, reason = await self._once(work)
        if parked is not Parked.NEW:
            metrics.REPEATED.labels(service, topic).inc()
            return
        self._fuses.parked(topic)
        metrics.PARKED.labels(service, topic, reason.reason_class.value).inc()
        # Never the traceback: a database error quotes the values of the row.
        about = {"topic": topic, "reason_class": reason.reason_class.value, "error": reason.error_class}
        log.error("consumer.parked", service=service, **about, at=places(error))

    async def _is_parked(self, message: Message) -> bool:
        async def look() -> bool:
            async with self._database.read(EVERY_TRUST) as tx:
                return await is_parked(tx, self._consumer, message)

        return await self._once(look)

    async def _once(self, work: Callable[[], Awaitable[T]]) -> T:
        return await patiently(work, service=self._database.service, what="consume", hangs=self._hangs)


def _opened(message: Message) -> _Item:
    try:
        return _Item(message, open_message(message))
    except Unreadable as error:
        return _Item(message, error=error, is_tried=True)


def _once_each(received: Iterable[Received[Event]], ids: AbstractSet[UUID]) -> Iterator[Received[Event]]:
    """Those with one of `ids`, each id at its first coming."""
    wanted = set(ids)
    for one in received:
        if one.id in wanted:
            wanted.discard(one.id)
            yield one
