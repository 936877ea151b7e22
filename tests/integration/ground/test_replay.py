"""Replay: a consumer that lost its state is rebuilt, and one that lost nothing does not notice."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from esrlink.bus import Consumer
from esrlink.bus import replay as replaying
from esrlink.bus.archive import Archivist
from esrlink.bus.postgres import PostgresBus
from esrlink.bus.replay import Progress, count, replay
from esrlink.bus.replay_request import ReplayRequest
from esrlink.contracts import Event, Message, ProfileImported, Received, SubmittalWithdrawn, from_message
from esrlink.db import WriteTx, event_archive, inbox, outbox

from .conftest import Ground, note
from .test_housekeeping import age, counted
from .test_relay import all_published, imported, relay, until

FACT, STATE = SubmittalWithdrawn.TOPIC, ProfileImported.TOPIC
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def withdrawn(number: str, version: int, vpd: str = "277") -> SubmittalWithdrawn:
    return SubmittalWithdrawn(
        vpd=vpd, employee_number=number, submittal_id=UUID(int=1), version=version, reason="", occurred_at=LONG_AGO
    )  # fmt: skip


async def emit(ground: Ground, *events: Event) -> None:
    """Commit each in a transaction of its own."""
    for event in events:
        async with ground.database.write() as tx:
            tx.emit(event)


async def published(ground: Ground, bus: PostgresBus, *events: Event, archived: bool = False, days: float = 0) -> None:
    """Commit and publish events, `days` ago, and move them into the archive if told to."""
    async with relay(ground, bus):
        await emit(ground, *events)
        await until(all_published(ground))
    await age(
        ground,
        f"UPDATE outbox SET created_at = now() - {days} * interval '1 day',"
        f" published_at = now() - {days} * interval '1 day' WHERE created_at > now() - interval '1 minute'",
    )
    if archived:
        one = Archivist(ground.database, keep_published=timedelta(0), keep_archive=timedelta(days=730))
        await one.tidy()


def wanted(topic: str = FACT, since: datetime = LONG_AGO, until: datetime | None = None, **more: Any) -> ReplayRequest:
    return ReplayRequest(topic, since, until or datetime.now(UTC) + timedelta(minutes=1), **more)


async def replayed(ground: Ground, bus: PostgresBus, request: ReplayRequest) -> Progress:
    async with relay(ground, bus):
        return await replay(ground.database, request)


async def messages(bus: PostgresBus, topic: str, group: str = "check") -> list[Message]:
    """What is on a topic that this group has not had."""
    got: list[Message] = []
    async with bus.subscribe(group, [topic]) as subscription:
        while batch := await subscription.poll(1_000, timedelta(milliseconds=50)):
            got += batch
            await subscription.commit()
    return got


def said(some: Sequence[Message]) -> list[tuple[str, int]]:
    """Person and version (or revision) of each."""
    events: list[Any] = [from_message(one).event for one in some]
    return [(one.employee_number, one.version if one.TOPIC == FACT else one.revision) for one in events]


@asynccontextmanager
async def consumer(ground: Ground, bus: PostgresBus, name: str) -> AsyncIterator[None]:
    """A consumer whose state is, for each person, every version that it took into effect, in order."""

    async def take(tx: WriteTx, received: Sequence[Received[Any]]) -> None:
        heard: dict[tuple[str, str], list[str]] = {}
        for one in received:
            event = one.event
            number = event.version if isinstance(event, SubmittalWithdrawn) else event.revision
            heard.setdefault((event.vpd, f"{name}/{event.employee_number}"), []).append(f"{number}")
        rows = [{"vpd": vpd, "id": place, "text": ",".join(some)} for (vpd, place), some in heard.items()]
        statement = insert(note).values(rows)
        longer = note.c.text + "," + statement.excluded.text
        await tx.execute(statement.on_conflict_do_update(index_elements=["vpd", "id"], set_={"text": longer}))

    one = Consumer(name, ground.database, bus, {SubmittalWithdrawn: take, ProfileImported: take})
    task = asyncio.create_task(one.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def state_of(ground: Ground, name: str) -> dict[str, str]:
    async with ground.database.read(["277", "312"]) as tx:
        rows = await tx.all(select(note).where(note.c.id.startswith(f"{name}/")))
    return {row.id.partition("/")[2]: str(row.text) for row in rows}


async def lose_state(ground: Ground, name: str) -> None:
    async with ground.database.write(["277", "312"]) as tx:
        await tx.execute(delete(note).where(note.c.id.startswith(f"{name}/")))
        await tx.execute(delete(inbox).where(inbox.c.consumer == name))


async def all_heard(bus: PostgresBus, *groups: str) -> bool:
    async with bus._pool.connection() as connection:
        behind = await connection.execute(
            "SELECT count(*) FROM bus_log l WHERE topic = ANY(%s) AND EXISTS (SELECT FROM unnest(%s::text[]) AS g"
            " WHERE NOT EXISTS (SELECT FROM bus_cursor c"
            " WHERE c.consumer_group = g AND c.topic = l.topic AND c.position >= l.id))",
            [[FACT, STATE], list(groups)],
        )
        row = await behind.fetchone()
        return row is not None and row[0] == 0


async def test_events_are_published_again_whole_in_order_and_marked(ground: Ground, bus: PostgresBus) -> None:
    """From the archive and the outbox, with the same ids and headers."""
    await published(ground, bus, *(withdrawn(f"{n % 3}", n) for n in range(1, 7)), archived=True, days=3)
    await published(ground, bus, *(withdrawn(f"{n % 3}", n) for n in range(7, 11)))
    first = await messages(bus, FACT)
    assert (await replayed(ground, bus, wanted())).published == 10
    again = await messages(bus, FACT)
    assert [one.value for one in again] == [one.value for one in first]
    assert [one.key for one in again] == [one.key for one in first]
    assert [{**one.headers, "ce_replay": "true"} for one in first] == [dict(one.headers) for one in again]


async def test_a_consumer_that_lost_its_state_is_rebuilt_and_another_is_unaffected(
    ground: Ground, bus: PostgresBus
) -> None:
    async with consumer(ground, bus, "a"), consumer(ground, bus, "b"):
        for version in range(1, 4):
            await published(ground, bus, *(withdrawn(f"{n}", version) for n in range(5)), archived=version < 3)
        await until(lambda: all_heard(bus, "a", "b"))
    expected = {f"{n}": "1,2,3" for n in range(5)}
    assert await state_of(ground, "a") == await state_of(ground, "b") == expected
    await lose_state(ground, "b")
    async with consumer(ground, bus, "a"), consumer(ground, bus, "b"):
        await replayed(ground, bus, wanted())
        await until(lambda: all_heard(bus, "a", "b"))
    assert await state_of(ground, "a") == expected
    assert await state_of(ground, "b") == expected


async def test_only_the_time_and_the_trusts_that_were_named_are_published(ground: Ground, bus: PostgresBus) -> None:
    for days in (5, 3, 1):
        await published(ground, bus, withdrawn("1", days), withdrawn("1", days, "312"), days=days, archived=days > 3)
    await messages(bus, FACT)
    since = datetime.now(UTC) - timedelta(days=4)
    await replayed(ground, bus, wanted(since=since, until=since + timedelta(days=2), vpds=("312",)))
    assert [(one.headers["ce_vpd"], from_message(one).event.version) for one in await messages(bus, FACT)] == [  # type: ignore[attr-defined]
        ("312", 3)
    ]


async def test_the_first_moment_is_included_and_the_last_is_not(ground: Ground, bus: PostgresBus) -> None:
    await published(ground, bus, withdrawn("1", 1), withdrawn("1", 2), withdrawn("1", 3))
    async with ground.database.read() as tx:
        moments = [row.created_at for row in await tx.all(select(outbox.c.created_at).order_by(outbox.c.seq))]
    await age(ground, "UPDATE outbox SET created_at = created_at + seq * interval '1 second'")
    first = moments[0] + timedelta(seconds=1)
    [found] = await count(ground.database, wanted(since=first, until=first + timedelta(seconds=2)))
    assert (found.vpd, found.events, found.first, found.last) == ("277", 2, first, first + timedelta(seconds=1))


async def test_what_waits_and_what_is_a_replay_itself_is_not_published_again(ground: Ground, bus: PostgresBus) -> None:
    await published(ground, bus, withdrawn("1", 1))
    await replayed(ground, bus, wanted())
    await emit(ground, withdrawn("1", 2))
    assert [one.events for one in await count(ground.database, wanted())] == [1]


async def test_a_second_replay_finds_the_originals_and_not_the_first_one(ground: Ground, bus: PostgresBus) -> None:
    await published(ground, bus, withdrawn("1", 1), archived=True)
    for _ in range(2):
        assert (await replayed(ground, bus, wanted())).published == 1
        await Archivist(ground.database, keep_published=timedelta(0), keep_archive=timedelta(days=730)).tidy()
    assert await counted(ground, "event_archive") == 1


async def test_of_a_state_only_the_newest_event_of_each_key_is_published_on_its_own_topic(
    ground: Ground, bus: PostgresBus
) -> None:
    """An older one would become the last of its key, and compaction would keep that."""
    await published(ground, bus, imported("1", 1), imported("2", 1), imported("3", 1), archived=True, days=9)
    await published(ground, bus, imported("1", 2), imported("4", 1), archived=True, days=5)
    await published(ground, bus, imported("1", 3), imported("2", 2), days=1)
    await emit(ground, imported("4", 2))  # it waits: once published it is the newest
    now = datetime.now(UTC)
    await messages(bus, STATE)
    [found] = await count(ground.database, wanted(STATE, until=now - timedelta(days=2)))
    assert found.events == 1  # of 3: the newest of the others is later, or waits
    await replayed(ground, bus, wanted(STATE))
    again = [one for one in await messages(bus, STATE) if "ce_replay" in one.headers]
    assert sorted(said(again)) == [("1", 3), ("2", 2), ("3", 1)]


async def test_a_state_that_changes_while_its_replay_runs_is_not_set_back(
    ground: Ground, bus: PostgresBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 1)
    monkeypatch.setattr(replaying, "AT_ONCE", 1)
    await published(ground, bus, *(imported(f"{n}", 1) for n in range(4)))
    await messages(bus, STATE)
    begun = asyncio.Event()
    task = asyncio.create_task(replay(ground.database, wanted(STATE), lambda _: begun.set()))
    await begun.wait()  # the first is in the outbox; no relay publishes it yet, so the others are still to come
    await emit(ground, imported("2", 2), imported("0", 2))
    async with relay(ground, bus):
        assert (await task).published == 3
        await until(all_published(ground))
    last = dict(said(await messages(bus, STATE)))
    assert last == {"0": 2, "1": 1, "2": 2, "3": 1}


async def test_an_emitter_of_the_same_person_waits_for_the_batch_that_holds_its_order(
    ground: Ground, bus: PostgresBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an event could be committed in the midst of a batch, with a lower number than the older ones beside it."""
    await published(ground, bus, withdrawn("1", 1), withdrawn("1", 2))
    held, go_on = asyncio.Event(), asyncio.Event()
    original = replaying._Replay._put_again

    async def slowly(self: Any, tx: WriteTx, batch: Any) -> list[int]:
        seqs = await original(self, tx, batch)
        held.set()
        await go_on.wait()
        return seqs

    monkeypatch.setattr(replaying._Replay, "_put_again", slowly)
    task = asyncio.create_task(replay(ground.database, wanted()))
    await held.wait()
    live = asyncio.create_task(emit(ground, withdrawn("1", 3)))
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:

        async def it_waits() -> bool:
            found = await owner.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            row = await found.fetchone()
            return row is not None and row[0] == 1

        await until(it_waits)
    assert not live.done()
    go_on.set()
    async with relay(ground, bus):
        await asyncio.gather(task, live)
        await until(all_published(ground))
    assert [version for _, version in said(await messages(bus, FACT))] == [1, 2, 1, 2, 3]


async def test_a_topic_of_its_own_gets_every_event_in_order_and_the_main_one_none(
    ground: Ground, bus: PostgresBus
) -> None:
    await published(ground, bus, imported("1", 1), imported("2", 1), archived=True, days=400)
    await published(ground, bus, imported("1", 2))
    before = await messages(bus, STATE)
    await replayed(ground, bus, wanted(STATE, to_topic="replay.people"))
    assert said(await messages(bus, "replay.people")) == [("1", 1), ("2", 1), ("1", 2)]
    assert await messages(bus, STATE) == []
    assert len(before) == 3


async def test_live_events_never_wait_behind_a_whole_replay(
    ground: Ground, bus: PostgresBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 5)
    monkeypatch.setattr(replaying, "AT_ONCE", 10)
    await published(ground, bus, *(withdrawn(f"{n}", 1) for n in range(60)))
    most = 0

    def tell(how_far: Progress) -> None:
        nonlocal most
        most = max(most, how_far.put - how_far.published)

    async with relay(ground, bus):
        done = await replay(ground.database, wanted(), tell)
    assert (done.put, done.published, most) == (60, 60, 10)


async def test_a_replay_that_nobody_publishes_says_so_and_goes_on_when_somebody_does(
    ground: Ground, bus: PostgresBus
) -> None:
    await published(ground, bus, withdrawn("1", 1))
    quiet = asyncio.Event()

    def tell(how_far: Progress) -> None:
        if how_far.quiet > timedelta(milliseconds=300):
            quiet.set()

    task = asyncio.create_task(replay(ground.database, wanted(), tell))
    async with asyncio.timeout(10):
        await quiet.wait()
    assert not task.done()
    async with relay(ground, bus):
        assert (await task).published == 1


async def test_housekeeping_in_the_midst_of_a_replay_takes_nothing_from_it(
    ground: Ground, bus: PostgresBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The events that are to come move from the outbox to the archive."""
    monkeypatch.setattr(replaying, "BATCH", 2)
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    await published(ground, bus, *(withdrawn(f"{n}", 1) for n in range(9)), days=1)
    await messages(bus, FACT)
    begun = asyncio.Event()
    task = asyncio.create_task(replay(ground.database, wanted(), lambda _: begun.set()))
    await begun.wait()
    await Archivist(ground.database, keep_published=timedelta(0), keep_archive=timedelta(days=730)).tidy()
    assert await counted(ground, "event_archive") == 9
    async with relay(ground, bus):
        await task
    assert said(await messages(bus, FACT)) == [(f"{n}", 1) for n in range(9)]


async def test_memory_does_not_grow_with_the_number_of_events(ground: Ground, bus: PostgresBus) -> None:
    many = 20_000
    await published(ground, bus, withdrawn("1", 1))
    async with ground.database.write() as tx:
        [row] = await tx.mappings(select(outbox))
        await tx.execute(
            text(
                "INSERT INTO event_archive SELECT -n, :id, n % 4, :topic, '277/' || n,"
                " jsonb_set(CAST(:headers AS jsonb), '{ce_vpd}', '\"277\"'), CAST(repeat('x', 2000) AS bytea), now()"
                " FROM generate_series(1, :many) AS n"
            ),
            {"id": row["event_id"], "topic": FACT, "headers": "{}", "many": many},
        )
    assert await counted(ground, "event_archive") == many
    marking = asyncio.create_task(mark_for_ever(ground))  # for a relay, which holds some events itself
    tracemalloc.start()
    try:
        done = await replay(ground.database, wanted())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        marking.cancel()
        await asyncio.gather(marking, return_exceptions=True)
    assert done.published == many + 1
    assert peak < 4_000_000, "some batches of numbers, and nothing of 40 MB of events"


async def mark_for_ever(ground: Ground) -> None:
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        while True:
            await owner.execute("UPDATE outbox SET published_at = now() WHERE published_at IS NULL")
            await asyncio.sleep(0.01)


async def test_the_archive_itself_is_left_as_it_is(ground: Ground, bus: PostgresBus) -> None:
    await published(ground, bus, withdrawn("1", 1), archived=True)
    async with ground.database.read() as tx:
        before = await tx.mappings(select(event_archive))
    await replayed(ground, bus, wanted())
    async with ground.database.read() as tx:
        assert await tx.mappings(select(event_archive)) == before
