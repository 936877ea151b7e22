"""What was published is kept apart from the outbox, and the newest of what is a state for ever."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select, text

from esrlink.bus import archive
from esrlink.bus.archive import Archivist
from esrlink.db import event_archive, outbox

from .conftest import Ground
from .test_housekeeping import counted, rows_read

STATE, FACT = "esr.profile.imported", "submittal.approved"


@dataclass(frozen=True)
class Old:
    """A published event of a topic and key, `days` old."""

    topic: str
    key: str
    days: float
    headers: tuple[tuple[str, str], ...] = ()
    published: bool = True


async def put(ground: Ground, *events: Old, table: str = "outbox", numbered_from: int = 0) -> None:
    """Write events as the outbox (or, with numbers of their own, the archive) would hold them."""
    rows = [
        {
            "event_id": str(uuid4()),
            "seq": numbered_from + n,
            "topic": one.topic,
            "key": one.key,
            "headers": {"ce_vpd": "277", **dict(one.headers)},
            "days": one.days,
            "published": one.published,
        }
        for n, one in enumerate(events)
    ]
    columns = "event_id, shard, topic, key, headers, value, created_at"
    values = "event_id, 0, topic, key, headers, ''::bytea, now() - days * interval '1 day'"
    more = (
        (", seq", ", seq")
        if table == "event_archive"
        else (", published_at", ", CASE WHEN published THEN now() - days * interval '1 day' END")
    )
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        await owner.execute(
            f"INSERT INTO {table} ({columns}{more[0]}) SELECT {values}{more[1]} FROM jsonb_to_recordset(%s::jsonb)"
            " AS r(event_id uuid, seq bigint, topic text, key text, headers jsonb, days float, published bool)"
            " ORDER BY seq",
            [json.dumps(rows)],
        )
        await owner.execute(f"ANALYZE {table}")


def archivist(ground: Ground) -> Archivist:
    return Archivist(ground.database, keep_published=timedelta(days=1), keep_archive=timedelta(days=30))


async def archived(ground: Ground) -> list[tuple[str, str]]:
    async with ground.database.read() as tx:
        rows = await tx.all(select(event_archive.c.topic, event_archive.c.key).order_by(event_archive.c.seq))
    return [(row.topic, row.key) for row in rows]


async def test_an_event_moves_whole_with_its_place(ground: Ground) -> None:
    await put(ground, Old(FACT, "277/1", 2), Old(STATE, "277/2", 3))
    async with ground.database.read() as tx:
        before = await tx.mappings(select(outbox).order_by(outbox.c.seq))
    await archivist(ground).tidy()
    async with ground.database.read() as tx:
        after = await tx.mappings(select(event_archive).order_by(event_archive.c.seq))
    without: Any = [{k: v for k, v in row.items() if k != "published_at"} for row in before]
    assert [dict(row) for row in after] == without
    assert await counted(ground, "outbox") == 0


async def test_dead_letters_and_replays_are_not_archived(ground: Ground) -> None:
    await put(
        ground,
        Old(f"{FACT}.dlq", "277/1", 2),
        Old(FACT, "277/1", 2, headers=(("ce_replay", "true"),)),
        Old(FACT, "277/2", 2),
    )
    await archivist(ground).tidy()
    assert await archived(ground) == [(FACT, "277/2")]
    assert await counted(ground, "outbox") == 0


async def test_what_waits_and_what_is_young_stays_in_the_outbox(ground: Ground) -> None:
    await put(ground, Old(FACT, "277/1", 400, published=False), Old(FACT, "277/2", 0.5))
    await archivist(ground).tidy()
    assert await archived(ground) == []
    assert await counted(ground, "outbox") == 2


async def test_archived_events_are_forgotten_in_time_but_never_the_newest_state_of_a_key(ground: Ground) -> None:
    await put(
        ground,
        Old(FACT, "277/1", 40),
        Old(FACT, "277/1", 20),
        Old(STATE, "277/1", 900),
        Old(STATE, "277/1", 800),
        Old(STATE, "277/2", 900),
        Old(STATE, "277/2", 10),
        Old(STATE, "277/3", 20),
        Old(STATE, "277/3", 10),
        table="event_archive",
    )
    await archivist(ground).tidy()
    assert await archived(ground) == [
        (FACT, "277/1"),
        (STATE, "277/1"),
        (STATE, "277/2"),
        (STATE, "277/3"),
        (STATE, "277/3"),
    ]


async def test_an_old_state_is_forgotten_as_soon_as_a_newer_one_is_archived(ground: Ground) -> None:
    """Also by a process that looked at it long before, when it was the newest."""
    keeper = archivist(ground)
    await put(ground, Old(STATE, "277/1", 900), Old(STATE, "277/2", 900), table="event_archive")
    await keeper.tidy()
    assert len(await archived(ground)) == 2
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        await owner.execute("ALTER TABLE outbox ALTER seq RESTART WITH 100")
    await put(ground, Old(STATE, "277/1", 0))
    await keeper.tidy()
    assert len(await archived(ground)) == 2, "the newer one is in the outbox still"
    await put(ground, Old(STATE, "277/1", 3), Old(STATE, "277/1", 2))
    await keeper.tidy()
    async with ground.database.read() as tx:
        left = await tx.all(select(event_archive.c.key, event_archive.c.seq).order_by(event_archive.c.seq))
    assert [tuple(row) for row in left] == [("277/2", 1), ("277/1", 101), ("277/1", 102)]


async def test_a_topic_that_this_build_does_not_know_is_kept_like_a_state(ground: Ground) -> None:
    await put(
        ground, Old("of.another.release", "277/1", 900), Old("of.another.release", "277/1", 800), table="event_archive"
    )
    await archivist(ground).tidy()
    assert await archived(ground) == [("of.another.release", "277/1")]


async def test_an_event_too_old_for_the_archive_is_not_moved_there_unless_it_is_a_state(ground: Ground) -> None:
    await put(ground, Old(FACT, "277/1", 40), Old(STATE, "277/2", 40))
    await archivist(ground).tidy()
    assert await archived(ground) == [(STATE, "277/2")]
    assert await counted(ground, "outbox") == 0


async def test_many_batches_are_moved_and_forgotten(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BATCH", 7)
    await put(ground, *(Old(FACT, f"277/{n}", 2) for n in range(50)))
    await put(ground, *(Old(STATE, f"277/{n % 5}", 900) for n in range(50)), table="event_archive", numbered_from=-60)
    await archivist(ground).tidy()
    kept = await archived(ground)
    assert sorted(key for topic, key in kept if topic == STATE) == [f"277/{n}" for n in range(5)]
    assert [key for topic, key in kept if topic == FACT] == [f"277/{n}" for n in range(50)]


@pytest.mark.parametrize("quiet", [FACT, STATE])
async def test_the_work_is_as_large_as_what_is_moved_and_forgotten_and_not_as_the_archive(
    ground: Ground, quiet: str
) -> None:
    """Twenty thousand events that stay cost nothing at each turn, whether they are young or the newest of their key."""
    days = 20 if quiet == FACT else 900
    await put(ground, *many(quiet, days, 20_000), table="event_archive")
    await put(ground, *many(FACT, 0.5, 20_000))
    keeper = archivist(ground)
    await keeper.tidy()
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        await owner.execute("ALTER TABLE outbox ALTER seq RESTART WITH 100000")
    await put(ground, *many(STATE, 2, 10))
    assert await rows_read(ground, "event_archive", keeper.tidy) < 500
    await put(ground, *many(STATE, 2, 10))
    assert await rows_read(ground, "outbox", keeper.tidy) < 500


def many(topic: str, days: float, count: int) -> Sequence[Old]:
    return [Old(topic, f"277/{n}", days) for n in range(count)]


async def test_housekeepers_side_by_side_move_each_event_once(ground: Ground) -> None:
    import asyncio

    await put(ground, *many(FACT, 2, 500))
    await asyncio.gather(*(archivist(ground).tidy() for _ in range(4)))
    assert len(await archived(ground)) == 500
    async with ground.database.read() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM outbox")) == 0
