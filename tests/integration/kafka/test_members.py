"""Members of a group that come, go, dawdle and stall: nobody's batch is done twice in effect, and nobody stands still unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from esrlink.bus.kafka import KafkaBus
from esrlink.bus.kafka.subscription import KafkaSubscription, Stalled
from esrlink.contracts import Message
from tests.kafka.topics import kafka_settings

SOON = timedelta(seconds=1)
Member = Callable[..., KafkaBus]


@pytest.fixture
def member(kafka_bus: KafkaBus) -> Member:
    """Another bus on the same topics, with settings of its own."""

    def another(**values: Any) -> KafkaBus:
        return KafkaBus(kafka_bus._servers, kafka_settings(prefix=kafka_bus._settings.prefix, **values))

    return another


def messages(count: int) -> list[Message]:
    return [Message("t", f"277/{n}", b"v", {"ce_id": str(n)}) for n in range(count)]


async def some(subscription: KafkaSubscription, limit: int = 100) -> list[str]:
    async with asyncio.timeout(20):
        while not (got := await subscription.poll(limit, SOON)):
            pass
    return [m.headers["ce_id"] for m in got]


async def test_a_rebalance_waits_for_the_batch_in_hand(
    kafka_bus: KafkaBus, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_to_give_up = asyncio.Event()
    revoked = KafkaSubscription.on_partitions_revoked

    async def noted(self: KafkaSubscription, partitions: Any) -> None:
        if partitions:
            asked_to_give_up.set()
        await revoked(self, partitions)

    monkeypatch.setattr(KafkaSubscription, "on_partitions_revoked", noted)
    await kafka_bus.publish(messages(40))
    async with kafka_bus.subscribe("g", ["t"]) as first:
        mine = await some(first)
        joining = asyncio.create_task(self_contained(member(), "g"))
        async with asyncio.timeout(20):
            await asked_to_give_up.wait()
        # Long enough for the newcomer to join, if nothing held it up.
        await asyncio.wait([joining], timeout=1)
        await first.commit()
        async with asyncio.timeout(20):
            theirs = await joining
    assert not set(mine) & set(theirs), "the newcomer was given what was about to be committed"


async def self_contained(bus: KafkaBus, group: str) -> list[str]:
    """Join, take what comes within a few polls, commit, leave."""
    got: list[str] = []
    async with bus.subscribe(group, ["t"]) as subscription:
        for _ in range(3):
            got += [m.headers["ce_id"] for m in await subscription.poll(100, SOON)]
            await subscription.commit()
    return got


async def test_a_batch_that_takes_too_long_goes_to_the_next_and_its_late_commit_is_no_error(
    kafka_bus: KafkaBus, member: Member
) -> None:
    await kafka_bus.publish(messages(40))
    slow = member(drain_timeout=timedelta(seconds=1))
    async with slow.subscribe("g", ["t"]) as first:
        mine = await some(first, 40)
        async with member().subscribe("g", ["t"]) as second:
            theirs = await some(second, 40)
            await second.commit()
            await first.commit()
    assert set(mine) & set(theirs)


async def test_a_member_that_polls_too_seldom_loses_its_partitions_and_comes_back(
    kafka_bus: KafkaBus, member: Member
) -> None:
    await kafka_bus.publish(messages(20))
    idle = member(max_poll_interval=timedelta(seconds=2), drain_timeout=timedelta(seconds=1))
    async with idle.subscribe("g", ["t"]) as first:
        mine = await some(first)
        await asyncio.sleep(4)  # working on it for longer than the group allows
        await first.commit()
        got: set[str] = set()
        async with asyncio.timeout(30):
            while got | set(mine) < {str(n) for n in range(20)}:
                got |= set(await some(first))
                await first.commit()


async def test_a_consumer_that_gets_nothing_although_there_is_something_ends(
    kafka_bus: KafkaBus, member: Member
) -> None:
    watched = member(stall_timeout=timedelta(seconds=1))
    await kafka_bus.publish(messages(20))
    async with watched.subscribe("g", ["t"]) as subscription:
        await some(subscription)
        await subscription.commit()
        # The known fault of the library, made by hand: a member of the group that fetches no more.
        subscription._consumer.pause(*subscription._consumer.assignment())
        await kafka_bus.publish(messages(20))
        with pytest.raises(Stalled):
            async with asyncio.timeout(20):
                while True:
                    await subscription.poll(100, timedelta(milliseconds=200))


async def test_a_consumer_with_nothing_to_get_waits_in_peace(kafka_bus: KafkaBus, member: Member) -> None:
    async with member(stall_timeout=timedelta(seconds=0.5)).subscribe("g", ["t"]) as subscription:
        for _ in range(10):
            assert not await subscription.poll(100, timedelta(milliseconds=200))
        await kafka_bus.publish(messages(1))
        assert await some(subscription) == ["0"]


@pytest.mark.parametrize(
    "hostile",
    [
        {"value": None},
        {"value": b"\xff\xfe", "headers": [("ce_id", b"\xff"), ("", b"")]},
        {"value": b"x", "headers": [("ce_id", None)]},  # a header may have no value
        {"value": b"x", "key": b"\xff\xff"},
    ],
    ids=["tombstone", "no text", "empty header", "odd key"],
)
async def test_what_others_wrote_on_a_topic_is_handed_out_whatever_it_is(
    kafka_bus: KafkaBus, hostile: dict[str, Any]
) -> None:
    await kafka_bus.start()
    assert kafka_bus._producer is not None
    producer, topic = kafka_bus._producer._producer, f"{kafka_bus._settings.prefix}t"
    await producer.send_and_wait(topic, **{"key": b"k", **hostile})
    await kafka_bus.publish(messages(1))
    async with kafka_bus.subscribe("g", ["t"]) as subscription:
        got: list[Message] = []
        async with asyncio.timeout(20):
            while len(got) < 2:
                got += await subscription.poll(10, SOON)
    assert messages(1)[0] in got
