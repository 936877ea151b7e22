"""No table of the machinery grows for ever, and nothing is forgotten that somebody still needs."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from esrlink.bus import Housekeeping, Keep
from esrlink.bus.postgres import PostgresBus
from esrlink.settings import Mode, ServiceSettings

from .conftest import Ground
from .test_consumer import Effects, as_message, consumer
from .test_relay import all_published, commit, imported, relay, until

KEEP = Keep(published=timedelta(days=1), received=timedelta(days=3), bus_log=timedelta(days=2))


async def age(ground: Ground, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        await owner.execute(statement)


async def counted(ground: Ground, table: str) -> int:
    async with ground.database.read() as tx:
        return int(await tx.scalar(text(f"SELECT count(*) FROM {table}")))


async def test_published_events_are_forgotten_and_waiting_ones_never(ground: Ground, bus: PostgresBus) -> None:
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


async def test_ids_of_events_long_in_effect_are_forgotten_and_dead_letters_stay(
    ground: Ground, bus: PostgresBus
) -> None:
    effects = Effects()
    effects.failures["2"] = [ValueError()] * 2
    await consumer(ground, effects).apply([as_message(imported(str(n), 1)) for n in range(4)])
    await age(ground, "UPDATE inbox SET received_at = now() - interval '4 days'")
    await age(ground, "UPDATE dead_letter SET parked_at = now() - interval '4 years'")
    await consumer(ground, effects).apply([as_message(imported("9", 1))])
    await Housekeeping(ground.database, bus, KEEP).tidy()
    assert (await counted(ground, "inbox"), await counted(ground, "dead_letter")) == (1, 1)


def test_the_inbox_must_outlast_the_bus() -> None:
    with pytest.raises(ValueError, match="KEEP_RECEIVED"):
        ServiceSettings(mode=Mode.TRYOUT, keep_received=timedelta(days=30))
