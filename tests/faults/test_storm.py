"""Brokers, relays and consumers killed at random under load: each committed event takes effect once, in order per person.

`STORM_EVENTS`, `STORM_KILLS` and `KAFKA_BROKERS` make it larger: `make test-storm` and `make test-cluster` do.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from esrlink.contracts import ProfileImported
from esrlink.db import EVERY_TRUST, Database
from esrlink.embedded import EmbeddedPostgres
from tests.faults.brokers import BROKERS, own_cluster
from tests.faults.flow import VPD, Part, Writer, make_database
from tests.kafka.cluster import Broker, Cluster
from tests.kafka.topics import make_topics

EVENTS = int(os.environ.get("STORM_EVENTS", "12000"))
KILLS = int(os.environ.get("STORM_KILLS", "6"))
PEOPLE = 400
_TRANSACTION = 50
_DRAIN_SECONDS = 180


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with own_cluster(tmp_path) as cluster:
        yield cluster


@pytest.mark.timeout(1500)
async def test_every_committed_event_takes_effect_once_and_in_order_whatever_is_killed(
    cluster: Cluster, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    name = f"storm_{uuid4().hex[:8]}"
    url = await asyncio.to_thread(make_database, postgres, name)
    await make_topics(
        cluster.bootstrap, [ProfileImported.TOPIC, f"{ProfileImported.TOPIC}.dlq"], partitions=6, copies=BROKERS
    )
    environment = {
        "FLOW_DATABASE_URL": url,
        "ESRLINK_BUS_URL": f"kafka://{cluster.bootstrap}",
        "ESRLINK_KAFKA_SESSION_TIMEOUT": "PT6S",
        "ESRLINK_KAFKA_DRAIN_TIMEOUT": "PT3S",
        "ESRLINK_KAFKA_STOP_TIMEOUT": "PT1S",
    }
    parts = [Part(kind, environment, tmp_path / f"{kind}{n}.log") for kind in ("relay", "consumer") for n in (1, 2)]
    for part in parts:
        part.start()
    database = Database(url, service="storm", pool_size=3)
    chance = random.Random(int(os.environ.get("STORM_SEED", "20261123")))  # noqa: S311 - to be the same again, not secret
    try:
        writer = Writer(database, PEOPLE)
        for kill in range(KILLS):
            # Each of the three kinds in turn, and which of them by chance: no run may leave one out.
            victims = (cluster.brokers, parts[:2], parts[2:])[kill % 3]
            await asyncio.gather(
                _write(writer, EVENTS * (kill + 1) // KILLS),
                _kill(chance.choice(victims), chance.uniform(0.2, 1.5), chance),
            )
        await _until_all_is_in_effect(database, writer.committed, parts)
        await _prove(database, writer.committed)
        assert [part.ended for part in parts] == [None] * len(parts), "a part gave up by itself"
    finally:
        for part in parts:
            part.kill()
        await database.close()
        await asyncio.to_thread(postgres.drop_database, name)


async def _write(writer: Writer, up_to: int) -> None:
    while writer.committed < up_to:
        await writer.commit(min(_TRANSACTION, up_to - writer.committed))


async def _kill(victim: Part | Broker, after: float, chance: random.Random) -> None:
    await asyncio.sleep(after)
    await asyncio.to_thread(victim.kill)
    await asyncio.sleep(chance.uniform(0.0, 1.0))
    await asyncio.to_thread(victim.start)


async def _until_all_is_in_effect(database: Database, expected: int, parts: list[Part]) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    count = 0
    while time.monotonic() < deadline:
        async with database.read([VPD]) as tx:
            count = await tx.scalar(text("SELECT count(*) FROM effect"))
        if count >= expected:
            return
        await asyncio.sleep(0.5)
    pytest.fail(f"{count} of {expected} events in effect; parts ended: {[part.ended for part in parts]}")


async def _prove(database: Database, committed: int) -> None:
    async with database.read(EVERY_TRUST) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM written")) == committed
        lost = "SELECT count(*) FROM written w LEFT JOIN effect e USING (person, number) WHERE e.place IS NULL"
        invented = "SELECT count(*) FROM effect e LEFT JOIN written w USING (person, number) WHERE w.person IS NULL"
        assert await tx.scalar(text(lost)) == 0
        assert await tx.scalar(text(invented)) == 0
        assert await tx.scalar(text("SELECT count(*) FROM effect")) == committed, "more than once in effect"
        out_of_order = await tx.scalar(
            text(
                "SELECT count(*) FROM (SELECT number, row_number() OVER (PARTITION BY person ORDER BY place) AS turn"
                " FROM effect) AS e WHERE number <> turn"
            )
        )
        assert out_of_order == 0
        assert await tx.scalar(text("SELECT count(*) FROM dead_letter")) == 0
