"""What every `Bus` promises. A new adapter joins by adding itself to `BUSES`.

A bus that cannot keep one of the promises has it as `xfail(strict)` with the reason, so that the gap is known, and is
found out when it closes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
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


def lacking(bus: str, reason: str) -> pytest.MarkDecorator:
    """All buses but one keep this promise; that one does not, for `reason`."""
    gap = pytest.param(bus, marks=pytest.mark.xfail(strict=True, reason=reason))
    return pytest.mark.parametrize("any_bus", [gap if one == bus else one for one in BUSES], indirect=True)


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


async def test_starting_again_changes_nothing(any_bus: Bus) -> None:
    await any_bus.publish([message(1)])
    await any_bus.start()
    assert await take(any_bus, "g", 1) == [message(1)]


async def test_the_key_of_a_message_need_not_be_whose_order_is_kept(any_bus: Bus) -> None:
    """Of one person's links each has a key of its own, and all of them stay in order."""
    whose = {"ce_partitionkey": "277/1"}
    sent = [Message("t", f"277/1/link-{n % 5}", b"", {"ce_id": str(n), **whose}) for n in range(100)]
    await any_bus.publish(sent)
    assert await take(any_bus, "g", 100) == sent


async def test_any_bytes_and_a_large_message_arrive_as_they_were(any_bus: Bus) -> None:
    sent = [
        Message("t", "277/1", bytes(range(256)), {"ce_id": "1"}),
        Message("t", "277/1", b"", {"ce_id": "2", "empty": ""}),
        Message("t", "277/1", b"x" * 900_000, {"ce_id": "3", "accents": "Zoë Ångström 慶"}),
    ]
    await any_bus.publish(sent)
    assert await take(any_bus, "g", 3) == sent


async def test_more_than_a_batch_holds_is_published_at_once(any_bus: Bus) -> None:
    sent = [Message("t", f"277/{n % 7}", b"y" * 10_000, {"ce_id": str(n)}) for n in range(700)]
    await any_bus.publish(sent)
    got = await take(any_bus, "g", 700)
    for key in {m.key for m in sent}:
        assert [m for m in got if m.key == key] == [m for m in sent if m.key == key]


async def test_what_a_member_leaves_uncommitted_goes_to_the_next_and_what_it_committed_does_not(any_bus: Bus) -> None:
    await any_bus.publish([message(n) for n in range(20)])
    async with any_bus.subscribe("g", ["t"]) as first:
        while not (batch := await first.poll(5, SOON)):
            pass
        await first.commit()
        await first.poll(5, SOON)
    rest = await take(any_bus, "g", 20 - len(batch))
    assert [int(m.headers["ce_id"]) for m in rest] == list(range(len(batch), 20))


async def test_members_that_come_and_go_leave_nothing_out_and_keep_the_order(any_bus: Bus) -> None:
    """A group whose members change while it consumes: each message is committed by somebody, in order per key."""
    count, keys = 2_000, 8
    done: list[Message] = []

    async def member(batches: int | None) -> None:
        async with any_bus.subscribe("g", ["t"]) as subscription:
            while len({m.headers["ce_id"] for m in done}) < count and batches != 0:
                messages = await subscription.poll(100, timedelta(milliseconds=200))
                done.extend(messages)
                await subscription.commit()
                batches = None if batches is None else batches - bool(messages)

    for start in range(0, count, 200):
        await any_bus.publish([message(n, key=f"277/{n % keys}") for n in range(start, start + 200)])
    async with asyncio.timeout(60):
        await asyncio.gather(member(None), member(3))
        await member(2)
        await member(None)
    first_time = list({m.headers["ce_id"]: m for m in done}.values())
    assert len(first_time) == count
    for key in range(keys):
        numbers = [int(m.headers["ce_id"]) for m in first_time if m.key == f"277/{key}"]
        assert numbers == sorted(numbers)


@lacking("bus", "its one log is read by one member of a group at a time; the others wait to take over")
async def test_two_members_share_the_work(any_bus: Bus) -> None:
    joined = asyncio.Barrier(2)
    taken: Counter[int] = Counter()

    async def member(which: int) -> None:
        async with any_bus.subscribe("g", ["t"]) as subscription:
            await subscription.poll(1, AT_ONCE)
            await joined.wait()
            if which == 0:
                await any_bus.publish([message(n, key=f"277/{n}") for n in range(400)])
            async with asyncio.timeout(20):
                while taken.total() < 400:
                    taken[which] += len(await subscription.poll(50, timedelta(milliseconds=100)))
                    await subscription.commit()

    await asyncio.gather(member(0), member(1))
    assert taken[0] > 0
    assert taken[1] > 0


@lacking("kafka_bus", "its topics are logs of their own: between two of them there is no order")
async def test_one_key_keeps_its_order_over_topics(any_bus: Bus) -> None:
    """More than the port promises. No consumer may count on it: this test is here to say so."""
    sent = [message(n, topic="ab"[n % 2]) for n in range(200)]
    for start in range(0, 200, 10):
        await any_bus.publish(sent[start : start + 10])
    assert await take(any_bus, "g", 200, ("a", "b")) == sent


async def test_it_can_be_asked_whether_a_group_has_taken_what_was_there(any_bus: Bus) -> None:
    assert await any_bus.has_taken("g", await any_bus.ends(["t", "a"])), "of nothing, everything is taken"
    await any_bus.publish([message(n, key=f"277/{n}") for n in range(20)])
    ends = await any_bus.ends(["t", "a"])
    assert not await any_bus.has_taken("g", ends), "a group that was never there has taken nothing"
    async with any_bus.subscribe("g", ["t"]) as subscription, asyncio.timeout(10):
        taken = 0
        while taken < 20:
            taken += len(await subscription.poll(20, SOON))
        assert not await any_bus.has_taken("g", ends), "what was polled may come again"
        await any_bus.publish([message(99)])
        await subscription.commit()
    assert await any_bus.has_taken("g", ends), "what came after the question does not count"
    assert not await any_bus.has_taken("h", ends), "another group has its own place"
    assert not await any_bus.has_taken("g", await any_bus.ends(["t"]))
