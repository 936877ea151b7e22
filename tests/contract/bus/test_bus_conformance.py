"""What every `Bus` promises. A new adapter joins by adding itself to `BUSES`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from esrlink.bus import Bus
from esrlink.contracts import Message

BUSES = ["bus", "kafka_bus"]
SOON = timedelta(seconds=5)
AT_ONCE = timedelta(milliseconds=50)


@pytest.fixture(params=BUSES)
def any_bus(request: pytest.FixtureRequest) -> Bus:
    found: Bus = request.getfixturevalue(request.param)
    return found


def message(n: int, key: str = "277/1", topic: str = "t") -> Message:
    return Message(topic, key, f"value {n} é".encode(), {"ce_id": str(n)})


async def take(bus: Bus, group: str, count: int, topics: tuple[str, ...] = ("t",)) -> list[Message]:
    taken: list[Message] = []
    async with bus.subscribe(group, topics) as subscription, asyncio.timeout(10):
        while len(taken) < count:
            taken += await subscription.poll(count - len(taken), SOON)
        await subscription.commit()
    return taken


async def test_what_was_published_arrives_whole(any_bus: Bus) -> None:
    await any_bus.publish([message(1)])
    (got,) = await take(any_bus, "g", 1)
    assert got == message(1)


async def test_messages_of_one_key_keep_their_order(any_bus: Bus) -> None:
    for start in range(0, 300, 100):
        await any_bus.publish([message(n, key=f"277/{n % 3}") for n in range(start, start + 100)])
    got = await take(any_bus, "g", 300)
    for key in ("277/0", "277/1", "277/2"):
        numbers = [int(m.headers["ce_id"]) for m in got if m.key == key]
        assert numbers == sorted(numbers)
        assert len(numbers) == 100


async def test_what_was_polled_and_not_committed_comes_again(any_bus: Bus) -> None:
    await any_bus.publish([message(1), message(2)])
    async with any_bus.subscribe("g", ["t"]) as subscription:
        assert len(await subscription.poll(10, SOON)) == 2
    assert await take(any_bus, "g", 2) == [message(1), message(2)]


async def test_what_was_committed_never_comes_again(any_bus: Bus) -> None:
    await any_bus.publish([message(1)])
    await take(any_bus, "g", 1)
    async with any_bus.subscribe("g", ["t"]) as subscription:
        assert list(await subscription.poll(10, AT_ONCE)) == []


async def test_each_group_gets_every_message_from_the_oldest_on(any_bus: Bus) -> None:
    await any_bus.publish([message(n) for n in range(5)])
    assert len(await take(any_bus, "first", 5)) == 5
    assert len(await take(any_bus, "second", 5)) == 5


async def test_a_group_gets_its_topics_only(any_bus: Bus) -> None:
    await any_bus.publish([message(1, topic="a"), message(2, topic="b"), message(3, topic="c")])
    got = await take(any_bus, "g", 2, ("a", "c"))
    assert sorted(m.topic for m in got) == ["a", "c"]


async def test_a_group_that_adds_a_topic_gets_it_from_the_oldest_on(any_bus: Bus) -> None:
    await any_bus.publish([message(1, topic="b"), message(2, topic="a")])
    await take(any_bus, "g", 1, ("a",))
    assert await take(any_bus, "g", 1, ("a", "b")) == [message(1, topic="b")]


async def test_a_waiting_poll_is_woken_by_a_publish(any_bus: Bus) -> None:
    async with any_bus.subscribe("g", ["t"]) as subscription:
        assert list(await subscription.poll(1, AT_ONCE)) == []
        waiting = asyncio.create_task(subscription.poll(1, timedelta(seconds=30)))
        await any_bus.publish([message(1)])
        async with asyncio.timeout(5):
            assert list(await waiting) == [message(1)]


async def test_no_message_is_passed_over_when_many_write_at_once(any_bus: Bus) -> None:
    async def write(writer: int) -> None:
        for n in range(20):
            await any_bus.publish([message(n, key=f"277/{writer}")])

    reading = asyncio.create_task(take(any_bus, "g", 160))
    await asyncio.gather(*(write(writer) for writer in range(8)))
    got = await reading
    for writer in range(8):
        numbers = [int(m.headers["ce_id"]) for m in got if m.key == f"277/{writer}"]
        assert numbers == list(range(20))


async def test_a_second_member_takes_over_when_the_first_leaves(any_bus: Bus) -> None:
    await any_bus.publish([message(1)])
    async with any_bus.subscribe("g", ["t"]) as first:
        await first.poll(1, SOON)
        await first.commit()
    await any_bus.publish([message(2)])
    assert await take(any_bus, "g", 1) == [message(2)]


async def test_publishing_nothing_is_fine(any_bus: Bus) -> None:
    await any_bus.publish([])


async def test_nothing_is_forgotten_that_a_group_has_still_to_read(any_bus: Bus) -> None:
    await any_bus.publish([message(n) for n in range(4)])
    await take(any_bus, "quick", 4)
    await take(any_bus, "slow", 2)
    await any_bus.forget(timedelta(0))
    assert await take(any_bus, "slow", 2) == [message(2), message(3)]
