"""The consumer: takes events into effect once, in order per person, and never drops one.

The effect and the event's id (the inbox row) are one transaction, so an event that comes again has no effect. A message
that cannot be read or applied is parked with its reason and the rest go on; a passing fault is waited out. A handler gets
the events of one trust in order, in a transaction that can touch that trust only.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy.dialects.postgresql import insert

from esrlink import crash
from esrlink.bus.parking import park
from esrlink.bus.port import Bus
from esrlink.contracts import Event, Message, Received, Unreadable, from_message
from esrlink.db.database import Database, WriteTx
from esrlink.db.infrastructure import inbox
from esrlink.db.transient import is_of_another_release, is_too_slow, is_transient
from esrlink.errors import Unavailable
from esrlink.observability import metrics
from esrlink.observability.logs import places
from esrlink.observability.tracing import continue_trace

log = structlog.get_logger()

# Applies events of one topic and one trust, in order; must be done or raise, and does no I/O but through `tx`.
Handler = Callable[[WriteTx, Sequence[Received[Any]]], Awaitable[None]]

BATCH = 200
_LONGEST_PAUSE = 30.0
# A statement that ran out of time so often, with growing pauses, is not unlucky but too large.
_SLOW_ATTEMPTS = 4

Item = tuple[Message, Received[Event]]


class Consumer:
    """One service's consumer group, `name`, with a handler for each topic."""

    def __init__(
        self,
        name: str,
        database: Database,
        bus: Bus,
        handlers: Mapping[type[Event], Handler],
        *,
        poll: timedelta = timedelta(seconds=1),
    ) -> None:
        self.name = name
        self._database = database
        self._bus = bus
        self._handlers = {model.TOPIC: handler for model, handler in handlers.items()}
        self._poll = poll

    async def run(self) -> None:
        """Consume for ever. A bus that cannot be reached is waited for."""
        while True:
            try:
                async with self._bus.subscribe(self.name, sorted(self._handlers)) as subscription:
                    while True:
                        messages = await subscription.poll(BATCH, self._poll)
                        if messages:
                            await self.apply(messages)
                            crash.point("consumer.before_commit")
                            await subscription.commit()
            except Unavailable:
                metrics.RETRIED.labels(self._database.service, "subscribe").inc()
                log.warning("consumer.waiting", service=self._database.service)
                await asyncio.sleep(1)

    async def apply(self, messages: Sequence[Message]) -> None:
        """Take `messages` into effect: each one applied, known already, or parked."""
        readable: list[Item] = []
        for message in messages:
            try:
                readable.append((message, _read(message)))
            except Unreadable as error:
                await self._patiently(lambda m=message, e=error: self._park(m, None, e))  # type: ignore[misc]
        by_trust = sorted(readable, key=lambda item: item[1].event.vpd)  # stable: order within a trust is kept
        for _, items in groupby(by_trust, key=lambda item: item[1].event.vpd):
            await self._apply_all(list(items))

    async def _apply_all(self, items: list[Item]) -> None:
        """Apply one trust's events in one transaction; if one of them cannot be applied, find and park just that one."""
        try:
            await self._patiently(lambda: self._transaction(items))
        except Exception as error:
            if is_of_another_release(error):
                raise  # not the events are wrong but the migrations: end, be started again, find the events waiting
            if len(items) > 1:
                for item in items:
                    await self._apply_all([item])
                return
            message, received = items[0]
            reason = error  # the name of an except clause ends with it; the retried work below needs it longer
            # Never the traceback: a database error quotes the values of the row.
            about = {"topic": message.topic, "error": type(error).__name__, "at": places(error)}
            log.error("consumer.parked", service=self._database.service, **about)  # noqa: TRY400
            await self._patiently(lambda: self._park(message, received, reason))

    async def _transaction(self, items: list[Item]) -> None:
        async with self._database.write([items[0][1].event.vpd]) as tx:
            fresh = await self._fresh(tx, [received for _, received in items])
            for topic, run in _runs(fresh):
                continue_trace(run[0].traceparent)
                await self._handlers[topic](tx, run)
            crash.point("consumer.before_effect")
        for received in fresh:
            metrics.CONSUMED.labels(self._database.service, received.event.TOPIC).inc()

    async def _fresh(self, tx: WriteTx, received: list[Received[Event]]) -> list[Received[Event]]:
        rows = [{"consumer": self.name, "event_id": one.id} for one in {one.id: one for one in received}.values()]
        statement = insert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id)
        new = {row.event_id for row in await tx.all(statement.values(rows))}
        fresh = []
        for one in received:
            if one.id in new:
                new.discard(one.id)
                fresh.append(one)
            else:
                metrics.REPEATED.labels(self._database.service, one.event.TOPIC).inc()
        return fresh

    async def _park(self, message: Message, received: Received[Event] | None, error: Exception) -> None:
        event_id = received.id if received else None
        async with self._database.write() as tx:
            await park(tx, self.name, message, event_id, error)
        metrics.PARKED.labels(self._database.service, message.topic, type(error).__name__).inc()

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work`, waiting out passing faults with a growing, jittered pause; any other error goes up."""
        pause, slow = 0.1, 0
        while True:
            try:
                return await work()
            except Exception as error:
                slow += is_too_slow(error)
                if not is_transient(error) or slow >= _SLOW_ATTEMPTS:
                    raise
                metrics.RETRIED.labels(self._database.service, "consume").inc()
                log.warning("consumer.retrying", service=self._database.service, error=type(error).__name__)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            pause = min(pause * 2, _LONGEST_PAUSE)


def _read(message: Message) -> Received[Event]:
    """The event, if the envelope says the same of it. Raises `Unreadable`."""
    received = from_message(message)
    event = received.event
    if message.topic != event.TOPIC or message.headers.get("ce_vpd", event.vpd) != event.vpd:
        raise Unreadable(f"an event of type {event.type} has the topic or the trust of another")
    return received


def _runs(received: list[Received[Event]]) -> Iterator[tuple[str, list[Received[Event]]]]:
    for topic, run in groupby(received, key=lambda one: one.event.TOPIC):
        yield topic, list(run)
