"""`python -m tests.bench.bus_part NAME`: one measured process of the benchmark of the bus; says its figures as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaProducer
from sqlalchemy import text

from esrlink.bus import Bus, Consumer, Relay, Subscription
from esrlink.bus.connect import bus_from_url
from esrlink.bus.kafka import servers_of
from esrlink.contracts import Message, ProfileImported
from esrlink.db import Database
from esrlink.observability.logs import configure_logs
from tests.faults.flow import GROUP, VPD, event, take_effect

EVENTS = int(os.environ["BENCH_EVENTS"])
SECONDS = int(os.environ["BENCH_SECONDS"])
BUS_URL = os.environ["ESRLINK_BUS_URL"]
# As many as a department sends at a time; a hundred times a second makes the load.
_AT_ONCE = 10


def say(line: str) -> None:
    """To the process that started us, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Watched:
    """A bus that tells of each batch that is published, and of each that was committed with when it was handed out."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.published = 0
        self.took: list[tuple[float, Sequence[Message]]] = []
        self.first = 0.0
        self.joined = False

    async def start(self) -> None:
        """As the bus."""
        await self._bus.start()

    async def publish(self, messages: Sequence[Message]) -> None:
        """As the bus."""
        self.first = self.first or time.perf_counter()
        await self._bus.publish(messages)
        self.published += len(messages)

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[Subscription]:
        """As the bus."""
        async with self._bus.subscribe(group, topics) as inner:
            if not self.joined:
                say("ready")
                self.joined = True
            yield _WatchedSubscription(self, inner)


class _WatchedSubscription:
    def __init__(self, watched: Watched, inner: Subscription) -> None:
        self._watched, self._inner = watched, inner
        self._handed: Sequence[Message] = []

    async def poll(self, limit: int, timeout: timedelta) -> Sequence[Message]:
        self._handed = await self._inner.poll(limit, timeout)
        if self._handed:
            self._watched.first = self._watched.first or time.perf_counter()
        return self._handed

    async def commit(self) -> None:
        # The effect is committed in the database by now.
        self._watched.took.append((time.time(), self._handed))
        await self._inner.commit()


async def bare() -> dict[str, Any]:
    """Send the messages of the outbox from memory, each with `send`, and wait for every acknowledgement."""
    database = Database(os.environ["FLOW_DATABASE_URL"], service="bench", pool_size=1)
    async with database.read() as tx:
        rows = await tx.all(text("SELECT topic, key, headers, value FROM outbox ORDER BY seq"))
    topic = f"{os.environ['ESRLINK_KAFKA_PREFIX']}bare.{ProfileImported.TOPIC}"
    messages = [
        (row.key.encode(), bytes(row.value), [(name, value.encode()) for name, value in row.headers.items()])
        for row in rows
    ]
    producer = AIOKafkaProducer(
        bootstrap_servers=servers_of(BUS_URL),
        enable_idempotence=True,
        acks="all",
        linger_ms=5,
        max_batch_size=512 * 1024,
    )
    await producer.start()
    begun = time.perf_counter()
    deliveries = [await producer.send(topic, value, key, headers=headers) for key, value, headers in messages]
    await asyncio.gather(*deliveries)
    rate = len(messages) / (time.perf_counter() - begun)
    await producer.stop()
    return {"rate": rate}


async def relay() -> dict[str, Any]:
    """Empty the outbox."""
    database = Database(os.environ["FLOW_DATABASE_URL"], service="bench", pool_size=1)
    bus = Watched(bus_from_url(BUS_URL))
    await bus.start()
    begun = time.perf_counter()
    running = asyncio.create_task(Relay(database, bus).run())  # type: ignore[arg-type]
    while bus.published < EVENTS:  # noqa: ASYNC110 - the end is told by another process or a table
        await asyncio.sleep(0.005)
    rate = EVENTS / (time.perf_counter() - begun)
    async with database.read() as tx:
        while await tx.scalar(text("SELECT count(*) FROM outbox WHERE published_at IS NULL")):  # noqa: ASYNC110 - the end is told by another process or a table
            await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return {"rate": rate}


async def consumer() -> dict[str, Any]:
    """Take everything that the relay published into effect."""
    database = Database(os.environ["FLOW_DATABASE_URL"], service="bench", pool_size=3)
    bus = Watched(bus_from_url(BUS_URL))
    running = asyncio.create_task(Consumer(GROUP, database, bus, {ProfileImported: take_effect}).run())  # type: ignore[arg-type]
    while sum(len(messages) for _, messages in bus.took) < EVENTS:  # noqa: ASYNC110 - the end is told by another process or a table
        await asyncio.sleep(0.005)
    rate = EVENTS / (time.perf_counter() - bus.first)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    async with database.read([VPD]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM effect")) == EVENTS
    return {"rate": rate}


async def leader() -> dict[str, Any]:
    """Lead all lanes of the relay, until killed."""
    database = Database(os.environ["FLOW_DATABASE_URL"], service="bench", pool_size=1)
    bus = bus_from_url(BUS_URL)
    await bus.start()
    running = asyncio.create_task(Relay(database, bus).run())
    await asyncio.sleep(1)
    say("ready")
    await running
    return {}


async def writer() -> dict[str, Any]:
    """Commit 1,000 events a second; tell when each transaction was committed."""
    database = Database(os.environ["FLOW_DATABASE_URL"], service="bench", pool_size=4)
    # Every replica has a relay; this one leads no lane, and wakes the one that does.
    running = asyncio.create_task(Relay(database, bus_from_url(BUS_URL)).run())
    begun, committed = time.perf_counter(), []
    for turn in range(SECONDS * 1_000 // _AT_ONCE):
        await asyncio.sleep(max(0.0, begun + turn * _AT_ONCE / 1_000 - time.perf_counter()))
        async with database.write([VPD]) as tx:
            # A person of its own each: none of them was in effect before.
            tx.emit(*(event(f"L{turn:06d}{n:02d}", 1) for n in range(_AT_ONCE)))
        committed.append(time.time())
    rate = len(committed) * _AT_ONCE / (time.perf_counter() - begun)
    await asyncio.sleep(1)  # a replica that goes leaves its last events to the leader's next look
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return {"rate": rate, "committed": committed}


async def late_consumer() -> dict[str, Any]:
    """Take the writer's events into effect; tell when the effect of each was committed, with its transaction."""
    database = Database(os.environ["FLOW_DATABASE_URL"], service="bench", pool_size=3)
    bus = Watched(bus_from_url(BUS_URL))
    running = asyncio.create_task(Consumer(GROUP, database, bus, {ProfileImported: take_effect}).run())  # type: ignore[arg-type]
    expected = SECONDS * 1_000
    while sum(len(messages) for _, messages in bus.took) < expected:  # noqa: ASYNC110 - the end is told by another process or a table
        await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return {"took": [(took, int(message.key[5:11])) for took, messages in bus.took for message in messages]}


PARTS = {
    "bare": bare,
    "relay": relay,
    "consumer": consumer,
    "leader": leader,
    "writer": writer,
    "late-consumer": late_consumer,
}

if __name__ == "__main__":
    configure_logs("ERROR")  # to standard error: our figures go to the other
    say(json.dumps(asyncio.run(PARTS[sys.argv[1]]())))
