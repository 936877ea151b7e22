"""Statements that go together: in their order, all or none, for the stated trusts alone; and kept connections that have ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import event, select, text

from esrlink.db import Database
from esrlink.db.questions import Question, arrays, as_json, order
from esrlink.db.rowset import insert_rows

from .conftest import Ground, note

_ADD = insert_rows(note, ["vpd", "id", "text"])
_TEXTS = text("SELECT text FROM note ORDER BY id")
_SOME = text("SELECT k.n FROM unnest(CAST(:ids AS text[]), CAST(:numbers AS int[])) AS k (id, n) JOIN note USING (id)")


def added(vpd: str, *texts: str) -> Question[None]:
    return order(_ADD, {"rows": as_json([{"vpd": vpd, "id": one, "text": one} for one in texts])})


def texts() -> Question[list[str]]:
    return Question(_TEXTS, {}, lambda rows: [row.text for row in rows])


@pytest.fixture
async def single(ground: Ground) -> AsyncIterator[Database]:
    """A pool of one connection, so that each look is at the one on which the work before it ended."""
    database = Database(ground.app_url, service="ground", pool_size=1)
    yield database
    await database.close()


async def test_each_sees_what_those_before_it_did(ground: Ground) -> None:
    before, after = texts(), texts()
    found = Question(_SOME, arrays([("b", 2), ("x", 9)], "ids", "numbers"), lambda rows: [row.n for row in rows])
    async with ground.database.write(["277"]) as tx:
        await tx.ask(before, added("277", "a", "b"), after, found)
    assert (before.answer, after.answer, found.answer) == ([], ["a", "b"], [2])
    async with ground.database.read(["312"]) as tx:
        assert await tx.answer(texts()) == []


async def test_one_that_fails_leaves_no_trace_of_any(ground: Ground) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with ground.database.write(["277"]) as tx:
            await tx.ask(added("277", "a"), order(text("SELECT 1 / (SELECT 0)"), {}), added("277", "b"))
    async with ground.database.read(["277"]) as tx:
        assert await tx.answer(texts()) == []


async def test_they_are_bound_like_any_other_statement(ground: Ground) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        async with ground.database.write(["277"]) as tx:
            await tx.ask(added("312", "a"))
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        async with ground.database.read(["277"]) as tx:
            await tx.ask(added("277", "a"))


async def test_whoever_counts_statements_counts_them(ground: Ground) -> None:
    seen: list[str] = []
    event.listen(ground.database.engine.sync_engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    async with ground.database.write(["277"]) as tx:
        await tx.ask(added("277", "a"), texts())
    assert [one.split()[0] for one in seen] == ["SELECT", "INSERT", "SELECT"]


async def test_a_connection_keeps_nothing_of_work_that_was_cancelled(single: Database) -> None:
    async def work() -> None:
        async with single.write(["277"]) as tx:
            begun.set()
            await tx.ask(added("277", "a"), order(text("SELECT pg_sleep(20)"), {}))

    begun = asyncio.Event()
    waiting = asyncio.create_task(work())
    await begun.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with single.write(["277"]) as tx:
        assert await tx.answer(texts()) == []
        await tx.ask(added("277", "b"))
    async with single.read(["277"]) as tx:
        assert (await tx.all(select(note.c.text)), tx.vpds) == ([("b",)], {"277"})


async def test_a_kept_connection_that_the_server_ended_is_replaced_unnoticed(ground: Ground, single: Database) -> None:
    backend = text("SELECT pg_backend_pid()")
    async with single.read() as tx:
        first = await tx.scalar(backend)
    with psycopg.connect(ground.owner_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 20000)", [first])
    async with single.read() as tx:
        assert await tx.scalar(backend) != first
