"""Migrations that are run twice at once: one after the other, and each database is changed once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest

from esrlink.db import migrations
from esrlink.db.migrations import head_of, upgrade
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.errors import Unavailable

from .test_process import PATIENCE, SUBMITTALS, ended, process


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """The name of an empty database."""
    name = f"migrate_{uuid4().hex[:8]}"
    await asyncio.to_thread(postgres.ensure_database, name)
    yield name
    await asyncio.to_thread(postgres.drop_database, name)


async def test_two_runs_at_once_do_not_collide(postgres: EmbeddedPostgres, database: str) -> None:
    owner = postgres.owner_url(database)
    settings = {"SUBMITTALS_MIGRATION_URL": owner, "SUBMITTALS_DATABASE_URL": postgres.app_url(database)}
    with ExitStack() as stack:
        # Both wait for a third, so that they are let go at the same moment however long each took to start.
        with psycopg.connect(owner, autocommit=True) as third:
            third.execute("SELECT pg_advisory_lock(%s)", [migrations._MIGRATING])
            runs = [stack.enter_context(process("migrate", "submittals", **settings)) for _ in range(2)]
            await _until_waiting(third, count=2)
        for run in runs:
            status, said = await ended(run)
            assert (status, "up to date" in said) == (0, True), said
    with psycopg.connect(owner) as connection:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert rows == [(head_of(SUBMITTALS.migrations),)]


async def _until_waiting(connection: psycopg.Connection[tuple[object, ...]], *, count: int) -> None:
    """Until so many others are connected and have asked for their turn."""
    async with asyncio.timeout(PATIENCE):
        while True:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND query ~ 'pg_try_advisory_lock|COMMIT' AND pid <> pg_backend_pid()"
            ).fetchone()
            if row == (count,):
                return
            await asyncio.sleep(0.05)


def test_a_run_that_never_ends_is_named(
    postgres: EmbeddedPostgres, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_TURN_SECONDS", 0.0)
    with psycopg.connect(postgres.owner_url(database), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrations._MIGRATING])
        with pytest.raises(Unavailable, match="esrlink migrate"):
            upgrade(SUBMITTALS.migrations, postgres.owner_url(database), app_role=APP_ROLE)
