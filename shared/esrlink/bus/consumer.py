"""The consumer: takes events into effect once, in order per person, and never drops one.

What was polled is committed only when each message is in effect or parked. A topic whose fuse has blown is left out of the
subscription, so that its messages wait on the bus; now and then one of them is tried.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from time import monotonic

import structlog

from esrlink import crash
from esrlink.bus.applying import Applying, Handler
from esrlink.bus.fuse import Blown, Fuses, LaneStopped
from esrlink.bus.patience import HANGS
from esrlink.bus.port import Bus, Subscription
from esrlink.contracts import Event, Message
from esrlink.db.database import Database
from esrlink.errors import Unavailable
from esrlink.observability import metrics

__all__ = ["BATCH", "Consumer", "Handler"]

log = structlog.get_logger()

# A transaction costs ten milliseconds whatever is in it, and the more people are looked up at once the less each costs: twice as
# many as 500 are a tenth quicker. More hold what they lock for longer than somebody's single put should wait.
BATCH = 1_000
# Seconds to wait for the one message of a try: a broker may take a while to hand a lane to a new member.
_LONGEST_TRY = 20.0


class Consumer:
    """One service's consumer group, `name`, with a handler for each topic.

    `watch` is how soon a fuse that another replica blew, or a person reset, is noticed. A handler that takes longer than
    `hangs`, or a bus that gives nothing although it has something, ends `run` with an error, and with it the process.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        bus: Bus,
        handlers: Mapping[type[Event], Handler],
        *,
        poll: timedelta = timedelta(seconds=1),
        watch: timedelta = timedelta(seconds=2),
        fuses: Fuses | None = None,
        hangs: timedelta = HANGS,
    ) -> None:
        self.name = name
        self._database = database
        self._bus = bus
        self._topics = frozenset(model.TOPIC for model in handlers)
        self._poll = poll
        self._watch = watch.total_seconds()
        self._fuses = fuses or Fuses(name, database)
        self._applying = Applying(
            name, database, {model.TOPIC: handler for model, handler in handlers.items()}, self._fuses, hangs=hangs
        )

    async def run(self) -> None:
        """Consume for ever. A bus that cannot be reached is waited for."""
        while True:
            try:
                stopped = await self._stopped()
                for fuse in stopped.values():
                    if fuse.is_due:
                        await self._try_lane(fuse)
                await self._consume(await self._stopped() if stopped else stopped)
            except LaneStopped:
                continue  # without a commit: what took effect of the batch is known by the inbox when it comes again
            except Unavailable:
                metrics.RETRIED.labels(self._database.service, "subscribe").inc()
                log.warning("consumer.waiting", service=self._database.service)
                await asyncio.sleep(1)

    async def apply(self, messages: Sequence[Message]) -> None:
        """Take `messages` into effect: each one applied, known already, or parked. Raises `LaneStopped`."""
        await self._applying.take(messages)

    async def _consume(self, stopped: Mapping[str, Blown]) -> None:
        """Consume the lanes that are not stopped, until that changes or a stopped one is due to be tried."""
        topics = sorted(self._topics - stopped.keys())
        if not topics:
            await asyncio.sleep(self._watch)
            return
        looked = monotonic()
        async with self._bus.subscribe(self.name, topics) as subscription:
            while True:
                await self._next_batch(subscription)
                if monotonic() - looked >= self._watch:
                    now = await self._stopped()
                    if now.keys() != stopped.keys() or any(fuse.is_due for fuse in now.values()):
                        return
                    looked = monotonic()

    async def _next_batch(self, subscription: Subscription) -> None:
        messages = await subscription.poll(BATCH, self._poll)
        if messages:
            await self._applying.take(messages)
            crash.point("consumer.before_commit")
            await subscription.commit()

    async def _try_lane(self, fuse: Blown) -> None:
        """Half open: try one message of the lane. One that fails is not parked, it waits like those behind it."""
        async with self._bus.subscribe(self.name, [fuse.topic]) as subscription:
            since, is_ours = monotonic(), False
            while monotonic() - since < _LONGEST_TRY:
                messages = await subscription.poll(1, self._poll)
                if not messages:
                    if is_ours or await self._is_due(fuse):
                        continue
                    return  # another replica tries, or a person has reset it
                is_ours = is_ours or await self._fuses.claim(fuse)
                if not is_ours:
                    return  # another replica tries
                tried = await self._applying.try_one(messages[0])
                if tried.reason is not None:
                    await self._fuses.failed_again(fuse, tried.reason)
                    return
                if not tried.is_known:
                    await self._fuses.close(fuse)
                await subscription.commit()
                if not tried.is_known:
                    return
                since = monotonic()
        if not is_ours:
            await self._fuses.claim(fuse)  # nothing came, so look again later

    async def _is_due(self, fuse: Blown) -> bool:
        now = (await self._stopped()).get(fuse.topic)
        return now is not None and now.is_due

    async def _stopped(self) -> Mapping[str, Blown]:
        """The stopped lanes of this consumer's topics."""
        return {fuse.topic: fuse for fuse in await self._fuses.blown() if fuse.topic in self._topics}
