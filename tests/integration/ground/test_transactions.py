"""Transactions say what they may do, and PostgreSQL holds them to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from esrlink.contracts import CalendarChanged, FileQuarantined
from esrlink.db import Database, outbox
from esrlink.errors import TooLarge

from .conftest import Ground, note


async def test_a_read_transaction_cannot_write(ground: Ground) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with ground.database.read(["277"]) as tx:
            await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "x"})


async def test_one_trust_never_sees_anothers_rows(ground: Ground) -> None:
    async with ground.database.write(["277"]) as tx:
        await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "ours"})
    async with ground.database.read(["312"]) as tx:
        assert await tx.all(select(note)) == []
    async with ground.database.read() as tx:
        assert await tx.all(select(note)) == []
    async with ground.database.read(["277", "312"]) as tx:
        assert len(await tx.all(select(note))) == 1


async def test_a_transaction_cannot_write_rows_of_a_trust_it_did_not_name(ground: Ground) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with ground.database.write(["277"]) as tx:
            await tx.execute(insert(note), {"vpd": "312", "id": "1", "text": "theirs"})


async def test_the_services_role_cannot_switch_the_policy_off(ground: Ground) -> None:
    async with ground.database.write(["277"]) as tx:
        await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "ours"})
    for attempt in (
        "ALTER TABLE note DISABLE ROW LEVEL SECURITY",
        "ALTER ROLE esrlink_app BYPASSRLS",
        "DROP POLICY tenancy ON note",
    ):
        with pytest.raises(DBAPIError, match=r"must be owner|permission denied"):
            async with ground.database.write() as tx:
                await tx.execute(text(attempt))
    async with ground.database.write() as tx:
        role = (
            await tx.execute(text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"))
        ).one()
    assert tuple(role) == (False, False)


async def test_the_trusts_of_one_transaction_do_not_leak_into_the_next_on_the_same_connection(ground: Ground) -> None:
    async with ground.database.write(["277"]) as tx:
        await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "ours"})
    for _ in range(10):
        async with ground.database.read() as tx:
            assert await tx.all(select(note)) == []


async def test_an_event_that_no_broker_would_take_is_refused_with_its_change(ground: Ground) -> None:
    """Published it could never be, and all events after it would wait for it."""
    with pytest.raises(TooLarge):
        async with ground.database.write(["277"]) as tx:
            await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "ours"})
            held = {"vpd": "277", "file_id": uuid4(), "file_name": "f", "sha256": "0" * 64, "code": "c"}
            tx.emit(FileQuarantined(**held, reason="x" * 1_000_000))
    async with ground.database.read(["277"]) as tx:
        assert await tx.all(select(note)) == []


@pytest.mark.parametrize("hostile", ["*", "277,312", "", "27", "277'", "²77"])
async def test_a_transaction_takes_nothing_but_vpds_as_trusts(ground: Ground, hostile: str) -> None:
    with pytest.raises(ValueError, match="VPDs"):
        async with ground.database.read([hostile]):
            pass


async def test_a_rolled_back_change_publishes_nothing(ground: Ground) -> None:
    with pytest.raises(RuntimeError):
        async with ground.database.write(["277"]) as tx:
            await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "x"})
            tx.emit(CalendarChanged(vpd="277", revision=1, cut_offs=()))
            raise RuntimeError
    async with ground.database.read(["277"]) as tx:
        assert await tx.all(select(outbox)) == []
        assert await tx.all(select(note)) == []


async def test_a_committed_change_has_its_event_beside_it(ground: Ground) -> None:
    async with ground.database.write(["277"]) as tx:
        await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "x"})
        tx.emit(CalendarChanged(vpd="277", revision=1, cut_offs=()))
    async with ground.database.read(["277"]) as tx:
        (row,) = await tx.all(select(outbox))
    assert row.topic == "esr.calendar.changed"
    assert row.headers["ce_type"] == "esr.calendar.changed.v1"
    assert row.published_at is None


async def test_many_events_are_written_as_few_are_and_in_their_order(ground: Ground) -> None:
    reason = 'é "quoted" \\ back\\nslash \x1f\x1e\x1d \n \N{SNOWMAN}'
    events = [
        FileQuarantined(vpd="277", file_id=uuid4(), file_name=f"F{n}", sha256="0" * 64, code="x", reason=reason)
        for n in range(1200)
    ]
    async with ground.database.write(["277"]) as tx:
        tx.emit(events[0])
    async with ground.database.write(["277"]) as tx:
        for event in events:
            tx.emit(event, because="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    async with ground.database.read() as tx:
        alone, *many = await tx.all(select(outbox).order_by(outbox.c.seq))
    assert [json.loads(row.value)["file_name"] for row in many] == [event.file_name for event in events]
    assert many[0].value == alone.value == events[0].model_dump_json().encode()
    assert (many[0].topic, many[0].key, many[0].shard) == (alone.topic, alone.key, alone.shard)
    assert many[0].headers.keys() == {*alone.headers, "ce_traceparent"}
    assert many[7].headers["ce_id"] == str(many[7].event_id)
    assert many[7].headers["ce_traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-")


async def test_a_transaction_whose_statement_failed_never_seems_to_commit(ground: Ground) -> None:
    """PostgreSQL answers COMMIT with a silent rollback then: whoever swallowed the error would believe it was stored."""
    with pytest.raises(RuntimeError, match="rolled back"):
        async with ground.database.write(["277"]) as tx:
            await tx.execute(insert(note), {"vpd": "277", "id": "1", "text": "x"})
            with contextlib.suppress(DBAPIError):
                await tx.execute(text("SELECT 1/0"))
    async with ground.database.read(["277"]) as tx:
        assert await tx.all(select(note)) == []


async def test_a_session_that_sits_on_its_locks_is_ended(ground: Ground) -> None:
    """A frozen process must not hold the order of keys, and with it every other writer, for ever."""
    async with ground.database.read() as tx:
        assert await tx.scalar(text("SHOW idle_in_transaction_session_timeout")) == "5min"


_NOTES = "SELECT vpd, text FROM note ORDER BY id"


async def _two_trusts(ground: Ground) -> None:
    for vpd in ("277", "312"):
        async with ground.database.write([vpd]) as tx:
            await tx.execute(insert(note), {"vpd": vpd, "id": vpd, "text": "theirs alone"})


async def test_what_is_asked_at_once_is_answered_from_the_stated_trusts_alone(ground: Ground) -> None:
    await _two_trusts(ground)
    for vpds in (["277"], ["312"], ["277", "312"], []):
        assert [row.vpd for row in await ground.database.ask(vpds, _NOTES, {})] == vpds
    with pytest.raises(ValueError, match="three digits"):
        await ground.database.ask(["*"], _NOTES, {})
    with pytest.raises(psycopg.Error, match="read-only transaction"):
        await ground.database.ask(["277"], "DELETE FROM note RETURNING *", {})


async def test_a_connection_keeps_nothing_of_what_was_asked_however_it_ended(ground: Ground) -> None:
    """One connection in the pool, so that each look is at the one on which the question ended so."""
    await _two_trusts(ground)
    database = Database(str(ground.database.engine.url.render_as_string(False)), service="ground", pool_size=1)
    state = text("SELECT current_setting('esrlink.vpds', true), current_setting('transaction_read_only')")

    async def left_over() -> tuple[str | None, str]:
        async with database.engine.connect() as connection:
            return tuple((await connection.execute(state)).one())

    async def asked(question: LiteralString) -> None:
        await database.ask(["277"], question, {})

    try:
        await asked(_NOTES)
        assert await left_over() in (("", "off"), (None, "off"))
        with pytest.raises(psycopg.errors.DivisionByZero):
            await asked("SELECT 1 / (SELECT 0)")
        assert await left_over() in (("", "off"), (None, "off"))
        waiting = asyncio.create_task(asked("SELECT pg_sleep(20)"))
        await _is_asked(ground, "SELECT pg_sleep(20)")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await left_over() in (("", "off"), (None, "off"))
        async with database.write(["312"]) as tx:  # and it is a transaction of the usual kind again
            await tx.execute(insert(note), {"vpd": "312", "id": "more", "text": "x"})
        assert [row.vpd for row in await database.ask(["312"], _NOTES, {})] == ["312", "312"]
    finally:
        await database.close()


async def _is_asked(ground: Ground, question: str) -> None:
    running = "SELECT 1 FROM pg_stat_activity WHERE query = %(question)s AND state = 'active'"
    async with asyncio.timeout(20):
        while not await ground.database.ask([], running, {"question": question}):
            pass
