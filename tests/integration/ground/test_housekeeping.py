"""No table of the machinery grows for ever, and nothing is forgotten that somebody still needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from esrlink.bus import Housekeeping, Keep
from esrlink.bus.postgres import PostgresBus
from esrlink.db import EVERY_TRUST
from esrlink.settings import Mode, ServiceSettings

from .conftest import Ground
from .test_consumer import Effects, as_message, consumer
from .test_relay import all_published, commit, imported, relay, until

KEEP = Keep(
    published=timedelta(days=1), received=timedelta(days=3), bus_log=timedelta(days=2), archive=timedelta(days=30)
)


async def age(ground: Ground, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        await owner.execute(statement)


async def counted(ground: Ground, table: str) -> int:
    async with ground.database.read(EVERY_TRUST) as tx:
        return int(await tx.scalar(text(f"SELECT count(*) FROM {table}")))


async def test_published_events_leave_the_outbox_and_waiting_ones_never(ground: Ground, bus: PostgresBus) -> None:
    async with relay(ground, bus):
        await commit(ground, *(imported(str(n), 1) for n in range(5)))
        await until(all_published(ground))
    await age(
        ground, "UPDATE outbox SET created_at = now() - interval '9 days', published_at = now() - interval '2 days'"
    )
    async with relay(ground, bus):
        await commit(ground, imported("6", 1))
        await until(all_published(ground))
    await commit(ground, imported("7", 1))
    await age(ground, "UPDATE outbox SET created_at = now() - interval '9 days' WHERE published_at IS NULL")
    await Housekeeping(ground.database, bus, KEEP).tidy()
    assert await counted(ground, "outbox WHERE published_at IS NOT NULL") == 1
    assert await counted(ground, "outbox WHERE published_at IS NULL") == 1
    assert await counted(ground, "event_archive") == 5


async def test_ids_of_events_long_in_effect_are_forgotten_and_dead_letters_stay(
    ground: Ground, bus: PostgresBus
) -> None:
    effects = Effects()
    effects.failures["2"] = [ValueError()] * 9
    await consumer(ground, effects).apply([as_message(imported(str(n), 1)) for n in range(4)])
    await age(ground, "UPDATE inbox SET received_at = now() - interval '4 days'")
    await age(ground, "UPDATE dead_letter SET parked_at = now() - interval '4 years'")
    await consumer(ground, effects).apply([as_message(imported("9", 1))])
    await Housekeeping(ground.database, bus, KEEP).tidy()
    assert (await counted(ground, "inbox"), await counted(ground, "dead_letter")) == (1, 1)


async def test_forgetting_ids_costs_as_much_as_there_is_to_forget(ground: Ground, bus: PostgresBus) -> None:
    await fill_inbox(ground, 50_000)
    await fill_inbox(ground, 20, days_ago=4)
    tidy = Housekeeping(ground.database, bus, KEEP).tidy
    assert await rows_read(ground, "inbox", tidy) < 1_000
    assert await counted(ground, "inbox") == 50_000


async def fill_inbox(ground: Ground, count: int, *, days_ago: int = 0) -> None:
    await age(
        ground,
        f"INSERT INTO inbox SELECT 'x', gen_random_uuid(), now() - interval '{days_ago} days'"
        f" FROM generate_series(1, {count})",
    )
    await age(ground, "ANALYZE inbox")


async def rows_read(ground: Ground, table: str, work: Callable[[], Awaitable[None]]) -> int:
    """How many rows of `table` PostgreSQL read for `work`, by any way."""
    read = "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = %s"
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:

        async def nobody_else() -> bool:
            others = (
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            row = await (await owner.execute(others)).fetchone()
            return row is not None and row[0] == 0

        async def settled() -> int:
            # A session tells its figures when it is idle, at most once a second, or when it has ended.
            await ground.database.engine.dispose()
            await until(nobody_else)
            await owner.execute("SELECT pg_stat_clear_snapshot()")
            row = await (await owner.execute(read, [table])).fetchone()
            return int(row[0]) if row else 0

        before = await settled()
        await work()
        return await settled() - before


def test_the_inbox_must_outlast_the_bus() -> None:
    with pytest.raises(ValueError, match="KEEP_RECEIVED"):
        ServiceSettings(mode=Mode.TRYOUT, keep_received=timedelta(days=30))


def test_the_archive_must_outlast_the_outbox() -> None:
    with pytest.raises(ValueError, match="KEEP_ARCHIVE"):
        ServiceSettings(mode=Mode.TRYOUT, keep_archive=timedelta(days=7))
