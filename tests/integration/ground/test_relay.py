"""From a committed change to the bus: at least once, in order, through every fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
from sqlalchemy import text

from esrlink.bus import Relay
from esrlink.bus.postgres import PostgresBus
from esrlink.contracts import Message, ProfileImported, Received, from_message
from esrlink.errors import Unavailable

from .conftest import Ground


def imported(number: str, revision: int) -> ProfileImported:
    return ProfileImported(
        vpd="277",
        employee_number=number,
        revision=revision,
        as_of="2026-08-03T00:00:00Z",  # type: ignore[arg-type]
        source_file="f",
        person_id="1",
        family_name="Example",
    )


async def commit(ground: Ground, *events: ProfileImported) -> None:
    async with ground.database.write(["277"]) as tx:
        tx.emit(*events)


@asynccontextmanager
async def relay(ground: Ground, bus: object) -> AsyncIterator[Relay]:
    running = Relay(ground.database, bus, poll=timedelta(milliseconds=20), pause=timedelta(milliseconds=20))  # type: ignore[arg-type]
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(15):
        while not await condition():  # noqa: ASYNC110 - the condition is in a database
            await asyncio.sleep(0.02)


def all_published(ground: Ground) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        async with ground.database.read() as tx:
            return await tx.scalar(text("SELECT count(*) FROM outbox WHERE published_at IS NULL")) == 0

    return check


async def everything_on(bus: PostgresBus) -> list[Received[ProfileImported]]:
    got: list[Message] = []
    async with bus.subscribe("check", [ProfileImported.TOPIC]) as subscription:
        while batch := await subscription.poll(1000, timedelta(milliseconds=50)):
            got += batch
    return [from_message(m) for m in got]  # type: ignore[misc]


class Spy:
    """A bus in front of the real one that fails when told to."""

    def __init__(self, bus: PostgresBus) -> None:
        self.bus = bus
        self.fail_before = self.fail_after = 0
        self.calls = 0

    async def publish(self, messages: Sequence[Message]) -> None:
        self.calls += 1
        if self.fail_before:
            self.fail_before -= 1
            raise Unavailable("down on purpose")
        await self.bus.publish(messages)
        if self.fail_after:
            self.fail_after -= 1
            raise Unavailable("the receipt was lost on purpose")


async def test_every_committed_event_is_published_in_order_per_person(ground: Ground, bus: PostgresBus) -> None:
    async with relay(ground, bus):
        for revision in range(1, 21):
            await commit(ground, *(imported(f"{n}", revision) for n in range(10)))
        await until(all_published(ground))
    got = await everything_on(bus)
    assert len(got) == 200
    for n in range(10):
        assert [r.event.revision for r in got if r.event.employee_number == f"{n}"] == list(range(1, 21))


async def test_a_bus_that_is_down_delays_and_loses_nothing(ground: Ground, bus: PostgresBus) -> None:
    spy = Spy(bus)
    spy.fail_before = 5
    async with relay(ground, spy):
        await commit(ground, imported("1", 1))
        await until(all_published(ground))
    assert spy.calls >= 6
    assert len(await everything_on(bus)) == 1


async def test_a_lost_receipt_publishes_again_with_the_same_event_id(ground: Ground, bus: PostgresBus) -> None:
    spy = Spy(bus)
    spy.fail_after = 1
    async with relay(ground, spy):
        await commit(ground, imported("1", 1))
        await until(all_published(ground))
    got = await everything_on(bus)
    assert len(got) == 2
    assert len({r.id for r in got}) == 1


async def test_a_slow_transaction_with_a_lower_number_is_not_passed_over(ground: Ground, bus: PostgresBus) -> None:
    drawn, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with await psycopg.AsyncConnection.connect(ground.owner_url) as connection:
            await connection.execute(
                "INSERT INTO outbox (event_id, shard, topic, key, headers, value)"
                " VALUES (gen_random_uuid(), 0, 'slow', 'k', '{}', '')"
            )
            drawn.set()
            await go_on.wait()

    async with relay(ground, bus):
        task = asyncio.create_task(slow())
        await drawn.wait()
        await commit(ground, imported("1", 1))
        await until(all_published(ground))
        go_on.set()
        await task
        await until(all_published(ground))
    async with bus.subscribe("slow", ["slow"]) as subscription:
        assert len(await subscription.poll(10, timedelta(seconds=2))) == 1


async def test_two_transactions_for_one_person_publish_in_commit_order(ground: Ground, bus: PostgresBus) -> None:
    """The first to write its event commits first: the second waits for it, whatever numbers they would have drawn."""

    async def one(revision: int) -> None:
        await commit(ground, imported("1", revision))

    async with relay(ground, bus):
        for revision in range(1, 40, 2):
            await asyncio.gather(one(revision), one(revision + 1))
        await until(all_published(ground))
    async with ground.database.read() as tx:
        committed = await tx.all(text("SELECT event_id FROM outbox ORDER BY seq"))
    assert [r.id for r in await everything_on(bus)] == [row.event_id for row in committed]


async def test_of_two_relays_one_publishes_and_the_other_takes_over(ground: Ground, bus: PostgresBus) -> None:
    first, second = Spy(bus), Spy(bus)
    async with relay(ground, first):
        await commit(ground, imported("1", 1))
        await until(all_published(ground))
        async with relay(ground, second):
            for revision in range(2, 12):
                await commit(ground, imported("1", revision))
            await until(all_published(ground))
            assert second.calls == 0
            async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as admin:
                await admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            for revision in range(12, 22):
                await until_committed(ground, imported("1", revision))
            await until(all_published(ground))
    revisions = [r.event.revision for r in await everything_on(bus)]
    assert list(dict.fromkeys(revisions)) == list(range(1, 22))


async def until_committed(ground: Ground, event: ProfileImported) -> None:
    """Commit, trying again while the pool replaces the connections that were cut."""

    async def attempt() -> bool:
        try:
            await commit(ground, event)
        except Exception:  # noqa: BLE001 - any fault of a cut connection
            return False
        return True

    await until(attempt)
