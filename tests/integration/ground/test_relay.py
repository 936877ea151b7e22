"""From a committed change to the bus: at least once, in order, through every fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import text

from esrlink.bus import Relay
from esrlink.bus.postgres import PostgresBus
from esrlink.bus.relay import BATCH, FETCH, PLAN
from esrlink.contracts import Message, ProfileImported, Received, from_message
from esrlink.db import Database
from esrlink.errors import Unavailable
from esrlink.outbox_rows import SHARDS

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


async def test_a_replica_that_leads_no_lane_wakes_the_one_that_does(ground: Ground, bus: PostgresBus) -> None:
    """Neither would look by itself for a minute."""
    replica = Ground(Database(ground.app_url, service="ground", pool_size=2), ground.owner_url, ground.app_url)
    rarely = timedelta(minutes=1)
    leading = Relay(ground.database, bus, poll=rarely)
    running = [asyncio.create_task(leading.run())]
    try:
        await until(leads_all(leading))
        running.append(asyncio.create_task(Relay(replica.database, bus, poll=rarely).run()))
        for revision in range(1, 6):
            await commit(replica, imported("1", revision))
            await until(all_published(ground))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await replica.database.close()
    assert [r.event.revision for r in await everything_on(bus)] == [1, 2, 3, 4, 5]


def leads_all(relay: Relay) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return len(relay._lanes) == SHARDS

    return check


async def test_a_batch_is_sent_only_when_all_of_the_one_before_is_acknowledged(
    ground: Ground, bus: PostgresBus
) -> None:
    """While one is on its way the next is read, and no further: a failure must leave the order of each key."""
    sending: set[str] = set()
    overtaken: set[str] = set()

    class Slow(Spy):
        async def publish(self, messages: Sequence[Message]) -> None:
            keys = {m.key for m in messages}
            overtaken.update(keys & sending)
            sending.update(keys)
            await asyncio.sleep(0.05)
            await super().publish(messages)
            sending.difference_update(keys)

    for start in range(1, 4001, 1000):
        await commit(ground, *(imported(f"{n % 7}", n) for n in range(start, start + 1000)))
    async with relay(ground, Slow(bus)):
        await until(all_published(ground))
    got = await everything_on(bus)
    assert not overtaken
    assert len(got) == 4000
    for n in range(7):
        mine = [r.event.revision for r in got if r.event.employee_number == f"{n}"]
        assert mine == sorted(mine)


async def test_the_cost_of_a_batch_does_not_grow_with_what_waits_behind_it(ground: Ground, bus: PostgresBus) -> None:
    """Two statements for a batch, and each lane's index read in its order: nothing is sorted but what is taken."""
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as admin:
        await admin.execute(
            "INSERT INTO outbox (event_id, shard, topic, key, headers, value)"
            " SELECT gen_random_uuid(), n % 4, 't', n::text, '{}', '' FROM generate_series(1, 50000) AS n"
        )
        await admin.execute("ANALYZE outbox")
        await admin.execute(PLAN)
        asked = {"lanes": [0, 1, 2, 3], "ahead": [], "limit": BATCH}
        rows = await (await admin.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {FETCH}", asked)).fetchone()
    assert rows is not None
    scans = [
        node
        for node in _nodes(rows[0][0]["Plan"])
        if "Scan" in node["Node Type"] and node.get("Relation Name") == "outbox"
    ]
    assert [node["Index Name"] for node in scans] == ["ix_outbox_unpublished"]
    assert all(node["Actual Rows"] <= BATCH for node in scans)


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for below in plan.get("Plans", []) for node in _nodes(below))]
