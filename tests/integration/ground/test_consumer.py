"""Events take effect once, in order, and a bad one never holds a good one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from esrlink.bus import Consumer
from esrlink.bus.postgres import PostgresBus
from esrlink.clock import SystemClock
from esrlink.contracts import Message, ProfileImported, Received, to_message
from esrlink.db import WriteTx, dead_letter, inbox, outbox
from esrlink.errors import Invalid, Unavailable

from .conftest import Ground, note
from .test_relay import imported, until


def as_message(event: ProfileImported, event_id: UUID | None = None) -> Message:
    return to_message(event, event_id=event_id or uuid4(), source="test", time=SystemClock().now())


class Effects:
    """A handler that notes each event, and fails where it is told to."""

    def __init__(self) -> None:
        self.failures: dict[str, list[Exception]] = {}
        self.batches: list[int] = []

    async def __call__(self, tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        self.batches.append(len(received))
        for one in received:
            event = one.event
            pending = self.failures.get(event.employee_number, [])
            if pending:
                raise pending.pop(0)
            await tx.execute(insert(note), {"vpd": event.vpd, "id": str(one.id), "text": event.employee_number})


def consumer(ground: Ground, effects: Effects, bus: PostgresBus | None = None) -> Consumer:
    return Consumer("ground", ground.database, bus, {ProfileImported: effects})  # type: ignore[arg-type]


async def noted(ground: Ground) -> list[str]:
    async with ground.database.read(["277", "312"]) as tx:
        return sorted(row.text for row in await tx.all(select(note)))


async def test_an_event_that_comes_again_has_no_second_effect(ground: Ground) -> None:
    same = as_message(imported("1", 1))
    await consumer(ground, Effects()).apply([same, same])
    await consumer(ground, Effects()).apply([same])
    assert await noted(ground) == ["1"]


async def test_many_events_of_one_trust_are_one_transaction(ground: Ground) -> None:
    effects = Effects()
    await consumer(ground, effects).apply([as_message(imported(str(n), 1)) for n in range(50)])
    assert effects.batches == [50]


async def test_a_handler_can_touch_only_the_trust_of_its_events(ground: Ground) -> None:
    async def meddle(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        await tx.execute(insert(note), {"vpd": "312", "id": str(received[0].id), "text": "meddled"})

    await consumer(ground, meddle).apply([as_message(imported("1", 1))])  # type: ignore[arg-type]
    assert await noted(ground) == []


async def test_one_bad_event_is_parked_and_the_others_take_effect(ground: Ground) -> None:
    effects = Effects()
    effects.failures["2"] = [Invalid("cannot be applied")] * 9
    await consumer(ground, effects).apply([as_message(imported(str(n), 1)) for n in range(5)])
    assert await noted(ground) == ["0", "1", "3", "4"]
    async with ground.database.read() as tx:
        (letter,) = await tx.all(select(dead_letter))
        (announced,) = await tx.all(select(outbox))
    assert (letter.topic, letter.error_class, letter.reason) == ("esr.profile.imported", "Invalid", "cannot be applied")
    assert announced.topic == "esr.profile.imported.dlq"


async def test_a_passing_fault_is_waited_out_and_nothing_is_parked(ground: Ground) -> None:
    effects = Effects()
    effects.failures["1"] = [Unavailable("later"), ConnectionResetError()]
    await consumer(ground, effects).apply([as_message(imported("1", 1)), as_message(imported("2", 1))])
    assert await noted(ground) == ["1", "2"]
    async with ground.database.read() as tx:
        assert await tx.all(select(dead_letter)) == []


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ({}, b"{}"),
        ({"ce_id": 7, "ce_time": None, "ce_type": "x", "ce_source": "/x"}, b"{}"),
        ({"ce_id": "no uuid", "ce_time": "2026-08-03T00:00:00+00:00", "ce_type": "x", "ce_source": "/x"}, b"{}"),
        ("good", b"not json"),
        ("good", b'{"vpd": "27"}'),
        ("good", b"\x00\xff"),
        ("version 9", None),
    ],
)
async def test_a_message_that_cannot_be_read_is_parked_whole(
    ground: Ground, headers: dict[str, str] | str, value: bytes | None
) -> None:
    good = as_message(imported("1", 1))
    if headers == "version 9":
        headers = {**good.headers, "ce_type": "esr.profile.imported.v9"}
    broken = Message(good.topic, good.key, value or good.value, dict(good.headers) if headers == "good" else headers)  # type: ignore[arg-type]
    await consumer(ground, Effects()).apply([broken, as_message(imported("2", 1))])
    assert await noted(ground) == ["2"]
    async with ground.database.read() as tx:
        (letter,) = await tx.all(select(dead_letter))
    assert letter.error_class == "Unreadable"
    assert letter.value == broken.value


async def test_the_reason_of_a_parked_event_quotes_no_personal_data(ground: Ground) -> None:
    effects = Effects()
    effects.failures["1"] = [ValueError("Dr Invented Person, 1 Some Street")] * 3
    await consumer(ground, effects).apply([as_message(imported("1", 1))])
    async with ground.database.read() as tx:
        (letter,) = await tx.all(select(dead_letter))
    assert letter.reason == "ValueError"


async def test_an_event_that_no_database_could_hold_is_parked_and_not_tried_for_ever(ground: Ground) -> None:
    async def hold(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        for one in received:
            # Longer than an index row may be, however well it is compressed.
            long = "".join(f"{n:05}" for n in range(20_000)) if one.event.employee_number == "1" else "short"
            await tx.execute(insert(note), {"vpd": "277", "id": long, "text": one.event.employee_number})

    async with asyncio.timeout(20):
        await consumer(ground, hold).apply([as_message(imported(n, 1)) for n in ("1", "2")])  # type: ignore[arg-type]
    assert await noted(ground) == ["2"]


async def test_an_event_that_always_takes_too_long_is_parked_and_holds_no_other(ground: Ground) -> None:
    async def work(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        await tx.execute(text("SET LOCAL statement_timeout = '50ms'"))
        for one in received:
            if one.event.employee_number == "1":
                await tx.execute(text("SELECT pg_sleep(60)"))
            await tx.execute(insert(note), {"vpd": "277", "id": str(one.id), "text": one.event.employee_number})

    async with asyncio.timeout(20):
        await consumer(ground, work).apply([as_message(imported(n, 1)) for n in ("1", "2")])  # type: ignore[arg-type]
    assert await noted(ground) == ["2"]
    async with ground.database.read() as tx:
        assert await tx.scalar(select(dead_letter.c.error_class)) == "OperationalError"


async def test_a_handler_that_swallows_a_database_error_loses_no_event(ground: Ground) -> None:
    async def swallow(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        with contextlib.suppress(DBAPIError):
            await tx.execute(text("SELECT 1/0"))

    await consumer(ground, swallow).apply([as_message(imported("1", 1))])  # type: ignore[arg-type]
    async with ground.database.read() as tx:
        assert len(await tx.all(select(dead_letter))) == 1


async def test_a_database_without_its_tables_ends_the_consumer_and_parks_nothing(ground: Ground) -> None:
    """Code that is newer or older than the migrations: the events are good, so they wait until it is put right."""
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        await owner.execute("ALTER TABLE note RENAME TO note_of_another_release")
    with pytest.raises(DBAPIError):
        await consumer(ground, Effects()).apply([as_message(imported("1", 1))])
    async with ground.database.read() as tx:
        assert await tx.all(select(dead_letter)) == []
        assert await tx.all(select(inbox)) == []


@pytest.mark.parametrize("change", [{"ce_vpd": "312"}, {"ce_type": "esr.calendar.changed.v1"}])
async def test_an_envelope_that_contradicts_its_event_is_parked_as_unreadable(
    ground: Ground, change: dict[str, str]
) -> None:
    calendar = b'{"vpd": "277", "revision": 1, "cut_offs": []}'
    good = as_message(imported("1", 1))
    value = calendar if "ce_type" in change else good.value
    await consumer(ground, Effects()).apply([Message(good.topic, good.key, value, {**good.headers, **change})])
    async with ground.database.read() as tx:
        assert await tx.scalar(select(dead_letter.c.error_class)) == "Unreadable"
    assert await noted(ground) == []


async def test_the_effect_and_the_inbox_row_stand_or_fall_together(ground: Ground) -> None:
    effects = Effects()
    effects.failures["2"] = [Unavailable("later")]
    await consumer(ground, effects).apply([as_message(imported("1", 1)), as_message(imported("2", 1))])
    async with ground.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM inbox")) == len(await tx.all(select(note))) == 2


async def test_events_travel_from_the_bus_into_effect(ground: Ground, bus: PostgresBus) -> None:
    await bus.publish([as_message(imported(str(n), 1)) for n in range(500)])
    task = asyncio.create_task(consumer(ground, Effects(), bus).run())

    async def all_in_effect() -> bool:
        async with ground.database.read() as tx:
            return await tx.scalar(select(text("count(*)")).select_from(inbox)) == 500

    await until(all_in_effect)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(await noted(ground)) == 500
