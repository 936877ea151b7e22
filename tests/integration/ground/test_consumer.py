"""Events take effect once, in order, and a bad one never holds a good one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from esrlink.bus import Bus, Consumer
from esrlink.bus.patience import Hung
from esrlink.bus.postgres import PostgresBus
from esrlink.clock import SystemClock
from esrlink.contracts import Message, ProfileImported, Received, to_message
from esrlink.db import EVERY_TRUST, WriteTx, dead_letter, dead_letter_step, inbox, outbox
from esrlink.errors import Ambiguous, Invalid, Unavailable

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


def consumer(ground: Ground, effects: Effects, bus: Bus | None = None) -> Consumer:
    return Consumer("ground", ground.database, bus, {ProfileImported: effects})  # type: ignore[arg-type]


async def noted(ground: Ground) -> list[str]:
    async with ground.database.read(["277", "312"]) as tx:
        return sorted(row.text for row in await tx.all(select(note)))


async def letters(ground: Ground) -> Sequence[Any]:
    async with ground.database.read(EVERY_TRUST) as tx:
        return await tx.all(select(dead_letter).order_by(dead_letter.c.parked_at))


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
    async with ground.database.read(EVERY_TRUST) as tx:
        (letter,) = await tx.all(select(dead_letter))
        (announced,) = await tx.all(select(outbox))
    assert (letter.topic, letter.error_class, letter.reason) == ("esr.profile.imported", "Invalid", "cannot be applied")
    assert announced.topic == "esr.profile.imported.dlq"


async def test_a_passing_fault_is_waited_out_and_nothing_is_parked(ground: Ground) -> None:
    effects = Effects()
    effects.failures["1"] = [Unavailable("later"), ConnectionResetError()]
    await consumer(ground, effects).apply([as_message(imported("1", 1)), as_message(imported("2", 1))])
    assert await noted(ground) == ["1", "2"]
    async with ground.database.read(EVERY_TRUST) as tx:
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
    async with ground.database.read(EVERY_TRUST) as tx:
        (letter,) = await tx.all(select(dead_letter))
    assert letter.reason_class in {"unreadable", "unknown_version", "ambiguous"}
    assert letter.value == broken.value


async def test_the_reason_of_a_parked_event_quotes_no_personal_data(ground: Ground) -> None:
    effects = Effects()
    effects.failures["1"] = [ValueError("Dr Invented Person, 1 Some Street")] * 3
    await consumer(ground, effects).apply([as_message(imported("1", 1))])
    async with ground.database.read(EVERY_TRUST) as tx:
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
    async with ground.database.read(EVERY_TRUST) as tx:
        assert await tx.scalar(select(dead_letter.c.reason_class)) == "too_slow"


async def test_a_handler_that_swallows_a_database_error_loses_no_event(ground: Ground) -> None:
    async def swallow(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        with contextlib.suppress(DBAPIError):
            await tx.execute(text("SELECT 1/0"))

    await consumer(ground, swallow).apply([as_message(imported("1", 1))])  # type: ignore[arg-type]
    async with ground.database.read(EVERY_TRUST) as tx:
        assert len(await tx.all(select(dead_letter))) == 1


async def test_a_database_without_its_tables_ends_the_consumer_and_parks_nothing(ground: Ground) -> None:
    """Code that is newer or older than the migrations: the events are good, so they wait until it is put right."""
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        await owner.execute("ALTER TABLE note RENAME TO note_of_another_release")
    with pytest.raises(DBAPIError):
        await consumer(ground, Effects()).apply([as_message(imported("1", 1))])
    async with ground.database.read(EVERY_TRUST) as tx:
        assert await tx.all(select(dead_letter)) == []
        assert await tx.all(select(inbox)) == []


def good() -> Message:
    return as_message(imported("1", 1))


def changed(message: Message, value: bytes | None = None, **headers: str | None) -> Message:
    merged = {name: text for name, text in {**message.headers, **headers}.items() if text is not None}
    return Message(message.topic, message.key, message.value if value is None else value, merged)


CALENDAR = b'{"vpd": "277", "revision": 1, "cut_offs": []}'


@pytest.mark.parametrize(
    ("message", "reason_class", "vpd"),
    [
        (lambda: changed(good(), b"{"), "unreadable", "277"),
        (lambda: changed(good(), b"{", ce_vpd="27x"), "unreadable", None),
        (lambda: changed(good(), ce_time="yesterday"), "unreadable", "277"),
        (lambda: changed(good(), ce_type="esr.profile.imported.v9"), "unknown_version", "277"),
        (lambda: changed(good(), ce_vpd="312"), "misaddressed", None),
        (lambda: changed(good(), CALENDAR, ce_type="esr.calendar.changed.v1"), "misaddressed", "277"),
        (lambda: changed(good(), ce_type="another.topic.v1"), "misaddressed", "277"),
        (lambda: changed(good(), ce_id=None), "ambiguous", "277"),
        (lambda: changed(good(), ce_id=None, ce_vpd=None), "ambiguous", None),
    ],
    ids=[
        "no json", "no trust", "no time", "newer version", "another trust", "another event", "another topic", "no id",
        "no id, no trust",
    ],
)  # fmt: skip
async def test_a_letter_says_its_class_of_reason_and_its_trust(
    ground: Ground, message: Callable[[], Message], reason_class: str, vpd: str | None
) -> None:
    sent = message()
    await consumer(ground, Effects()).apply([sent])
    (letter,) = await letters(ground)
    assert (letter.reason_class, letter.vpd, letter.state) == (reason_class, vpd, "parked")
    assert letter.event_id == (UUID(sent.headers["ce_id"]) if "ce_id" in sent.headers else None)
    assert await noted(ground) == []


@pytest.mark.parametrize(
    ("error", "reason_class", "reason"),
    [
        (lambda: Invalid("no such run"), "refused", "no such run"),
        (lambda: ValueError("Dr Invented Person"), "defect", "ValueError"),
        (lambda: Ambiguous("sent, and no receipt came"), "ambiguous", "sent, and no receipt came"),
    ],
    ids=["refused", "defect", "ambiguous"],
)
async def test_a_handlers_error_gives_the_class(
    ground: Ground, error: Callable[[], Exception], reason_class: str, reason: str
) -> None:
    effects = Effects()
    effects.failures["1"] = [error()]
    await consumer(ground, effects).apply([good()])
    (letter,) = await letters(ground)
    assert (letter.reason_class, letter.reason, letter.vpd) == (reason_class, reason, "277")


async def test_a_message_that_comes_again_is_parked_and_announced_once(ground: Ground) -> None:
    """Delivered, parked, and the process killed before the bus was told: then it is delivered again."""
    effects = Effects()
    effects.failures["1"] = [Invalid("no")] * 9
    refused, unreadable, nameless = good(), changed(good(), b"{"), changed(good(), ce_id=None)
    for _ in range(2):
        await consumer(ground, effects).apply([refused, unreadable, nameless])
    async with ground.database.read(EVERY_TRUST) as tx:
        assert await tx.scalar(select(func.count()).select_from(dead_letter)) == 3
        assert [row.action for row in await tx.all(select(dead_letter_step))] == ["parked"] * 3
        told = await tx.all(select(outbox))
    assert {row.headers["dlq_letter"] for row in told} == {str(letter.id) for letter in await letters(ground)}
    assert {row.headers["dlq_class"] for row in told} == {"refused", "unreadable", "ambiguous"}
    assert {row.headers["dlq_consumer"] for row in told} == {"ground"}
    assert len(told) == 3


async def test_an_id_that_was_received_before_makes_an_unreadable_message_ambiguous(ground: Ground) -> None:
    first = good()
    await consumer(ground, Effects()).apply([first, changed(first, b"{")])
    (letter,) = await letters(ground)
    assert letter.reason_class == "ambiguous"
    assert "received before" in letter.reason
    assert await noted(ground) == ["1"]


async def test_a_parked_event_takes_effect_by_a_decision_only_and_not_by_another_delivery(ground: Ground) -> None:
    effects = Effects()
    effects.failures["1"] = [Invalid("no")]
    event = good()
    await consumer(ground, effects).apply([event])
    await consumer(ground, effects).apply([changed(event, ce_replay="true")])
    assert await noted(ground) == []
    assert len(await letters(ground)) == 1


async def test_what_no_table_can_hold_is_parked_all_the_same(ground: Ground) -> None:
    hostile = Message(
        ProfileImported.TOPIC,
        "\x00\ud800" + "k" * 5_000,
        b"\x00\xff",
        {"ce_id": "\x00", "x\x00": "\udfff", "ce_vpd": "2\x0077"},
    )
    await consumer(ground, Effects()).apply([hostile, as_message(imported("2", 1))])
    (letter,) = await letters(ground)
    assert (letter.value, letter.vpd) == (hostile.value, None)
    assert await noted(ground) == ["2"]


async def test_no_reason_quotes_what_a_stranger_wrote(ground: Ground) -> None:
    secret = "Dr Invented Person"
    await consumer(ground, Effects()).apply(
        [
            changed(good(), ce_time=secret),
            changed(good(), ce_id=secret),
            changed(good(), ce_type=secret),
            changed(good(), f'{{"vpd": "{secret}", "{secret}": 1}}'.encode()),
        ]
    )
    found = await letters(ground)
    assert len(found) == 4
    assert not any(secret in letter.reason for letter in found)


async def test_a_bad_one_among_many_is_found_by_halving(ground: Ground) -> None:
    effects = Effects()
    effects.failures["77"] = [Invalid("no")] * 99
    await consumer(ground, effects).apply([as_message(imported(str(n), 1)) for n in range(200)])
    assert len(await noted(ground)) == 199
    assert len(effects.batches) < 25


async def test_halving_keeps_the_order_of_each_person(ground: Ground) -> None:
    seen: list[int] = []

    async def work(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        revisions = [one.event.revision for one in received]
        if 5 in revisions:
            raise Invalid("no")
        seen.extend(revisions)

    await consumer(ground, work).apply([as_message(imported("1", revision)) for revision in range(1, 12)])  # type: ignore[arg-type]
    assert seen == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]


async def test_another_trusts_letters_are_invisible_to_the_running_role(ground: Ground) -> None:
    await consumer(ground, Effects()).apply(
        [changed(good(), b"{"), changed(good(), b"{", ce_vpd="312"), changed(good(), b"{", ce_vpd=None)]
    )
    for vpds, seen in {
        ("277",): {"277", None},
        ("312",): {"312", None},
        (): {None},
        ("277", "312"): {"277", "312", None},
    }.items():
        async with ground.database.read(vpds) as tx:
            assert {row.vpd for row in await tx.all(select(dead_letter))} == seen
            assert {row.vpd for row in await tx.all(select(dead_letter_step))} == seen
    with pytest.raises(DBAPIError):
        async with ground.database.write(["312"]) as tx:
            await tx.execute(text("UPDATE dead_letter SET vpd = '277'"))


async def test_the_effect_and_the_inbox_row_stand_or_fall_together(ground: Ground) -> None:
    effects = Effects()
    effects.failures["2"] = [Unavailable("later")]
    await consumer(ground, effects).apply([as_message(imported("1", 1)), as_message(imported("2", 1))])
    async with ground.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM inbox")) == len(await tx.all(select(note))) == 2


async def test_events_travel_from_the_bus_into_effect(ground: Ground, bus: Bus) -> None:
    await bus.publish([as_message(imported(str(n), 1)) for n in range(500)])
    task = asyncio.create_task(consumer(ground, Effects(), bus).run())

    async def all_in_effect() -> bool:
        async with ground.database.read(EVERY_TRUST) as tx:
            return await tx.scalar(select(text("count(*)")).select_from(inbox)) == 500

    await until(all_in_effect)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(await noted(ground)) == 500


async def test_a_handler_that_hangs_ends_the_consumer_and_its_event_waits(ground: Ground, bus: PostgresBus) -> None:
    """Nothing is wrong with the event: whoever is started next takes it into effect."""

    async def hang(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        await asyncio.Event().wait()

    await bus.publish([as_message(imported("1", 1))])
    hung = Consumer("ground", ground.database, bus, {ProfileImported: hang}, hangs=timedelta(seconds=0.2))
    with pytest.raises(Hung):
        async with asyncio.timeout(20):
            await hung.run()
    assert await letters(ground) == []
    effects = Effects()
    running = asyncio.create_task(consumer(ground, effects, bus).run())
    async with asyncio.timeout(20):
        while not effects.batches:  # noqa: ASYNC110 - the end is told by the handler
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert effects.batches == [1]
