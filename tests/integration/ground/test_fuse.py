"""The fuse: a topic whose messages all fail stops before it fills the dead letters; nothing of it is lost, the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, text

from esrlink.bus import Bus, Consumer, Subscription
from esrlink.bus.fuse import FUSE, Fuses, blown_fuses, reset_fuse
from esrlink.bus.kafka import KafkaBus
from esrlink.bus.reasons import reason_of
from esrlink.clock import SystemClock
from esrlink.contracts import CalendarChanged, Event, Message, ProfileImported, Received, to_message
from esrlink.db import EVERY_TRUST, WriteTx, dead_letter, inbox, outbox
from esrlink.errors import Invalid
from tests.kafka.topics import kafka_settings, make_topics, remove_topics

from .conftest import Ground, note
from .test_relay import imported, until

PEOPLE, CALENDARS = ProfileImported.TOPIC, CalendarChanged.TOPIC
NEVER = timedelta(hours=1)


def as_messages(*events: Event) -> list[Message]:
    now = SystemClock().now()
    return [to_message(event, event_id=uuid4(), source="test", time=now) for event in events]


def people(*numbers: int, vpd: str = "277") -> list[Message]:
    return as_messages(*(imported(str(number), 1).model_copy(update={"vpd": vpd}) for number in numbers))


def calendars(*revisions: int) -> list[Message]:
    return as_messages(*(CalendarChanged(vpd="277", revision=revision, cut_offs=()) for revision in revisions))


@pytest.fixture
async def kafka_lanes(kafka: str) -> AsyncIterator[KafkaBus]:
    """The Kafka bus with the two topics, of one partition each: what is in a row is in a row."""
    prefix = f"fuse-{uuid4().hex[:12]}."
    topics = [f"{prefix}{topic}" for topic in (PEOPLE, CALENDARS)]
    await make_topics(kafka, topics, partitions=1)
    bus = KafkaBus([kafka], kafka_settings(prefix=prefix))
    await bus.start()
    yield bus
    await bus.stop()
    await remove_topics(kafka, topics)


@pytest.fixture(params=["bus", "kafka_lanes"])
def any_bus(request: pytest.FixtureRequest) -> Bus:
    found: Bus = request.getfixturevalue(request.param)
    return found


class Handlers:
    """Notes each event; refuses those that `refuses` says."""

    def __init__(self) -> None:
        self.refuses: Callable[[Event], bool] = lambda _: False
        self.tried: list[str] = []

    async def __call__(self, tx: WriteTx, received: Sequence[Received[Any]]) -> None:
        for one in received:
            number = str(getattr(one.event, "employee_number", one.event.key))
            self.tried.append(number)
            if self.refuses(one.event):
                raise Invalid("not as long as the cause lasts")
            await tx.execute(insert(note), {"vpd": one.event.vpd, "id": str(one.id), "text": number})


def poison_people(event: Event) -> bool:
    return isinstance(event, ProfileImported)


@asynccontextmanager
async def consuming(
    ground: Ground, bus: object, handlers: Handlers, first_pause: timedelta = NEVER
) -> AsyncIterator[None]:
    quick = timedelta(milliseconds=20)
    fuses = Fuses("ground", ground.database, first_pause=first_pause, longest_pause=max(first_pause, quick))
    both = {ProfileImported: handlers, CalendarChanged: handlers}
    consumer = Consumer("ground", ground.database, bus, both, poll=quick, watch=quick, fuses=fuses)  # type: ignore[arg-type]
    task = asyncio.create_task(consumer.run())
    try:
        yield
    finally:
        task.cancel()
        ended = (await asyncio.gather(task, return_exceptions=True))[0]
    assert isinstance(ended, asyncio.CancelledError), ended


async def stopped(ground: Ground) -> list[str]:
    async with ground.database.read() as tx:
        return [fuse.topic for fuse in await blown_fuses(tx, "ground")]


async def parked(ground: Ground) -> int:
    async with ground.database.read(EVERY_TRUST) as tx:
        return int(await tx.scalar(select(func.count()).select_from(dead_letter)))


async def effects(ground: Ground) -> list[str]:
    async with ground.database.read(["277", "312"]) as tx:
        return sorted(row.text for row in await tx.all(select(note)))


async def make_due(ground: Ground) -> None:
    async with ground.database.write() as tx:
        await tx.execute(text("UPDATE fuse SET next_try_at = clock_timestamp()"))


def is_stopped(ground: Ground) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return await stopped(ground) == [PEOPLE]

    return check


def in_effect(ground: Ground, count: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return len(await effects(ground)) >= count

    return check


def are_parked(ground: Ground, count: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return await parked(ground) == count

    return check


async def test_100_percent_poison_parks_twenty_and_leaves_the_rest_on_the_bus(ground: Ground, any_bus: Bus) -> None:
    handlers = Handlers()
    handlers.refuses = poison_people
    await any_bus.publish([*people(*range(60)), *calendars(*range(1, 31))])
    async with consuming(ground, any_bus, handlers):
        await until(is_stopped(ground))
        await until(in_effect(ground, 30))  # the other topic goes on
        await any_bus.publish(calendars(31))
        await until(in_effect(ground, 31))
        assert await parked(ground) == FUSE
        # The cause is mended, and a person resets the fuse: the rest takes effect, and nothing was lost or doubled.
        handlers.refuses = lambda _: False
        async with ground.database.write() as tx:
            assert await reset_fuse(tx, "ground", PEOPLE)
        await until(in_effect(ground, 31 + 60 - FUSE))
    assert await parked(ground) == FUSE
    noted = await effects(ground)
    assert len(noted) == len(set(noted)) + 30  # each calendar is noted under its trust
    async with ground.database.read() as tx:
        announced = await tx.scalar(select(func.count()).where(outbox.c.topic == f"{PEOPLE}.dlq"))
        assert announced == FUSE
        assert await tx.scalar(select(func.count()).select_from(inbox)) == 91


async def test_100_percent_unreadable_messages_stop_the_lane_too(ground: Ground, any_bus: Bus) -> None:
    await any_bus.publish([Message(PEOPLE, "277/1", b"{%d" % n, {}) for n in range(60)])
    async with consuming(ground, any_bus, Handlers()):
        await until(is_stopped(ground))
        await any_bus.publish(calendars(1))
        await until(in_effect(ground, 1))
    assert await parked(ground) == FUSE


async def test_poison_in_one_of_three_never_stops_the_lane(ground: Ground, any_bus: Bus) -> None:
    handlers = Handlers()
    handlers.refuses = lambda event: isinstance(event, ProfileImported) and event.employee_number.startswith("X")
    good = people(*range(100))
    bad = as_messages(*(imported(f"X{n}", 1) for n in range(25)))
    unreadable = [Message(m.topic, m.key, b"{", m.headers) for m in people(*range(25))]
    mixed = [one for n in range(50) for one in (good[2 * n], [*bad, *unreadable][n], good[2 * n + 1])]
    await any_bus.publish(mixed)
    async with consuming(ground, any_bus, handlers):
        await until(are_parked(ground, 50))
        await until(in_effect(ground, 100))
        assert await stopped(ground) == []


async def test_one_trust_whose_every_event_fails_does_not_stop_the_others(ground: Ground, any_bus: Bus) -> None:
    """In a row means in the order of coming, although each trust is applied by itself."""
    handlers = Handlers()
    handlers.refuses = lambda event: event.vpd == "277"
    await any_bus.publish([one for n in range(40) for one in (*people(n), *people(n, vpd="312"))])
    async with consuming(ground, any_bus, handlers):
        await until(are_parked(ground, 40))
        await until(in_effect(ground, 40))
        assert await stopped(ground) == []


async def test_twenty_bad_ones_and_then_good_ones_do_not_stop_the_lane(ground: Ground, any_bus: Bus) -> None:
    handlers = Handlers()
    handlers.refuses = lambda event: isinstance(event, ProfileImported) and int(event.employee_number) < FUSE
    await any_bus.publish(people(*range(FUSE + 5)))
    async with consuming(ground, any_bus, handlers):
        await until(are_parked(ground, FUSE))
        await until(in_effect(ground, 5))
        assert await stopped(ground) == []


async def test_a_stopped_lane_stays_stopped_over_a_restart(ground: Ground, any_bus: Bus) -> None:
    handlers = Handlers()
    handlers.refuses = poison_people
    await any_bus.publish(people(*range(60)))
    async with consuming(ground, any_bus, handlers):
        await until(is_stopped(ground))
    restarted = Handlers()
    async with consuming(ground, any_bus, restarted):
        await any_bus.publish(calendars(1))
        await until(in_effect(ground, 1))
        assert await stopped(ground) == [PEOPLE]
    assert restarted.tried == ["277"]  # the calendar's key


async def test_a_stopped_lane_tries_one_message_and_goes_on_when_it_takes_effect(ground: Ground, any_bus: Bus) -> None:
    handlers = Handlers()
    handlers.refuses = poison_people
    await any_bus.publish(people(*range(60)))
    async with consuming(ground, any_bus, handlers):
        await until(is_stopped(ground))
        handlers.refuses = lambda _: False
        await make_due(ground)
        await until(in_effect(ground, 60 - FUSE))
        assert await stopped(ground) == []
    assert await parked(ground) == FUSE


async def test_a_try_that_fails_parks_nothing_and_the_next_one_waits_again(ground: Ground, any_bus: Bus) -> None:
    handlers = Handlers()
    handlers.refuses = poison_people
    await any_bus.publish([*people(*range(60))])

    def failed_tries(count: int) -> Callable[[], Awaitable[bool]]:
        async def check() -> bool:
            async with ground.database.read() as tx:
                fuses = await blown_fuses(tx, "ground")
            return [fuse.failures for fuse in fuses] == [FUSE + 1 + count] and not fuses[0].is_due

        return check

    pauses = []
    async with consuming(ground, any_bus, handlers, timedelta(hours=1)):
        await until(is_stopped(ground))
        for tries in range(1, 4):
            await make_due(ground)
            handlers.tried.clear()
            await until(failed_tries(tries))
            assert handlers.tried == [str(FUSE)]  # the first that was not parked, and only that one
            async with ground.database.read() as tx:
                wait = text("SELECT extract(epoch FROM next_try_at - clock_timestamp()) / 3600 FROM fuse")
                pauses.append(round(float(await tx.scalar(wait)), 1))
    assert pauses == [1, 1, 1]  # as long as the longest pause
    assert await parked(ground) == FUSE


@pytest.mark.parametrize(("failures", "minutes"), [(21, 0.5), (22, 1), (23, 2), (25, 8), (26, 10), (900, 10)])
def test_the_pause_grows_from_half_a_minute_to_ten(failures: int, minutes: float) -> None:
    assert Fuses("ground", None)._pause(failures) == timedelta(minutes=minutes)  # type: ignore[arg-type]


async def test_of_two_replicas_each_leaves_the_lane_and_each_comes_back(ground: Ground, any_bus: Bus) -> None:
    handlers = Handlers()
    handlers.refuses = poison_people
    await any_bus.publish([*people(*range(60)), *calendars(1)])
    replicas = [Watched(any_bus), Watched(any_bus)]

    async def have_left() -> bool:
        return all(replica.subscribed[-1:] == [[CALENDARS]] for replica in replicas)

    async with AsyncExitStack() as stack:
        for replica in replicas:
            await stack.enter_async_context(consuming(ground, replica, handlers))
        await until(is_stopped(ground))
        await until(in_effect(ground, 1))
        await until(have_left)  # until then the second one may still park, and what it has polled may yet take effect
        assert await parked(ground) <= 2 * FUSE
        waiting = 60 - await parked(ground)
        handlers.refuses = lambda _: False
        await make_due(ground)
        await until(in_effect(ground, 1 + waiting))
        assert await stopped(ground) == []
    noted = await effects(ground)
    assert len(noted) == len(set(noted)) == 1 + waiting


async def test_a_replica_leaves_the_lane_when_another_one_blew_its_fuse(ground: Ground, any_bus: Bus) -> None:
    watched = Watched(any_bus)

    async def has_left() -> bool:
        return watched.subscribed[-1] == [CALENDARS]

    async with consuming(ground, watched, Handlers()):
        await any_bus.publish(people(1))
        await until(in_effect(ground, 1))
        another = Fuses("ground", ground.database, first_pause=NEVER, longest_pause=NEVER)
        await another.blow(PEOPLE, reason_of(Invalid("no")))
        await until(has_left)
        await any_bus.publish([*people(2), *calendars(1)])
        await until(in_effect(ground, 2))
    assert await effects(ground) == ["1", "277"]


class Watched:
    """A bus that remembers what was subscribed to."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.subscribed: list[list[str]] = []

    def subscribe(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Subscription]:
        self.subscribed.append(list(topics))
        return self._bus.subscribe(group, topics)
