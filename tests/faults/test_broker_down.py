"""The broker is away: at the start, for minutes under load, hanging, at the end. Requests are answered and nothing is lost.

`OUTAGE_SECONDS` makes the outage longer: `make test-cluster` takes two minutes.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from esrlink.bus import Relay
from esrlink.bus.kafka import KafkaBus
from esrlink.contracts import Message, ProfileKey, ProfileReviewNeeded
from esrlink.db import Database
from esrlink.errors import Unavailable
from profile_sync.bootstrap import service as profile_sync
from tests.conftest import Running, RunService
from tests.faults.brokers import BROKERS, own_cluster
from tests.kafka.cluster import Cluster
from tests.kafka.topics import kafka_settings, make_topics

OUTAGE = float(os.environ.get("OUTAGE_SECONDS", "8"))
# Requests a second during the outage.
LOAD = 20
TOPIC = ProfileReviewNeeded.TOPIC

pytestmark = pytest.mark.timeout(OUTAGE * 3 + 180)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with own_cluster(tmp_path) as cluster:
        yield cluster


@asynccontextmanager
async def relaying(database: Database, bus: KafkaBus) -> AsyncIterator[None]:
    relay = asyncio.create_task(Relay(database, bus, pause=timedelta(milliseconds=200)).run())
    try:
        yield
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await bus.stop()


def bus_on(cluster: Cluster) -> KafkaBus:
    settings = kafka_settings(start_timeout=timedelta(seconds=2), publish_timeout=timedelta(seconds=5))
    return KafkaBus(cluster.bootstrap.split(","), settings)


async def waiting(database: Database) -> int:
    async with database.read() as tx:
        return int(await tx.scalar(text("SELECT count(*) FROM outbox WHERE published_at IS NULL")))


async def until_drained(database: Database) -> None:
    async with asyncio.timeout(90):
        while await waiting(database):  # noqa: ASYNC110 - the end is in a table
            await asyncio.sleep(0.1)


async def everything_on(bus: KafkaBus, count: int) -> list[Message]:
    got: list[Message] = []
    async with bus.subscribe("check", [TOPIC]) as subscription, asyncio.timeout(60):
        while len({m.headers["ce_id"] for m in got}) < count:
            got += await subscription.poll(1000, timedelta(seconds=1))
    return got


async def put_profile(hub: Running, number: int) -> int:
    """Put a profile that nobody in ESR fits, and commit one more event of one of twenty. Gives the answer's status.

    The request has an event of its own at its first time only; the others are there for their order.
    """
    profile = f"p{number % 20}"
    answer = await hub.client.put(
        f"/v1/profiles/clwrota/anaesthetics/{profile}",
        json={"given_name": "Invented", "family_name": f"Example{number}"},
        headers=hub.bearer("profiles:write", "profiles:read"),
    )
    async with hub.database.write(["277"]) as tx:
        tx.emit(
            ProfileReviewNeeded(
                vpd="277",
                link_id=uuid4(),
                revision=number + 1,
                profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id=profile),
                reason="put in by the test",
                candidates=(),
                occurred_at=hub.clock.now(),
            )
        )
    return answer.status_code


async def a_hub(run_service: RunService) -> Running:
    hub = await run_service(profile_sync)
    trust = {
        "ods_code": "RPG",
        "name": "Invented Trust",
        "departments": [{"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"}],
    }
    answer = await hub.client.put("/v1/trusts/277", json=trust, headers=hub.bearer("trusts:write"))
    assert answer.is_success, answer.text
    return hub


async def test_requests_are_answered_while_the_broker_is_down_and_the_outbox_drains_in_order(
    cluster: Cluster, run_service: RunService, monkeypatch: pytest.MonkeyPatch
) -> None:
    if OUTAGE < 60:  # too short for the half minute after which waiting events are told
        monkeypatch.setattr("esrlink.http.health._LATE_SECONDS", OUTAGE / 4)
    await make_topics(cluster.bootstrap, [TOPIC], copies=BROKERS)
    hub, bus = await a_hub(run_service), bus_on(cluster)
    states, slowest, number = set(), 0.0, 0
    async with relaying(hub.database, bus):
        for number in range(20):
            assert await put_profile(hub, number) in {200, 201}
        await until_drained(hub.database)
        assert (await hub.client.get("/ready")).json()["state"] == "ready"

        for broker in cluster.brokers:
            await asyncio.to_thread(broker.kill)
        begun = time.monotonic()
        while (now := time.monotonic()) - begun < OUTAGE:
            number += 1
            assert await put_profile(hub, number) in {200, 201}
            ready = await hub.client.get("/ready")
            assert ready.status_code == 200
            states.add(ready.json()["state"])
            slowest = max(slowest, time.monotonic() - now)
            await asyncio.sleep(max(0.0, 1 / LOAD - (time.monotonic() - now)))
        assert "degraded" in states
        assert slowest < 5, "a request waited for the broker"
        assert await waiting(hub.database) > OUTAGE * LOAD / 4

        await asyncio.to_thread(cluster.start)
        await until_drained(hub.database)
        assert (await hub.client.get("/ready")).json()["state"] == "ready"
        async with hub.database.read() as tx:
            committed = await tx.all(
                text("SELECT CAST(event_id AS text) AS id, key FROM outbox WHERE topic = :topic ORDER BY seq"),
                {"topic": TOPIC},
            )
        got = await everything_on(bus, len(committed))
    first_time = list({m.headers["ce_id"]: m.key for m in got}.items())
    for key in {row.key for row in committed}:
        assert [i for i, k in first_time if k == key] == [row.id for row in committed if row.key == key]


async def test_what_is_committed_before_the_broker_is_there_is_published_when_it_comes(
    cluster: Cluster, run_service: RunService
) -> None:
    await make_topics(cluster.bootstrap, [TOPIC], copies=BROKERS)
    cluster.stop()
    hub, bus = await a_hub(run_service), bus_on(cluster)
    async with relaying(hub.database, bus):
        assert await put_profile(hub, 1) in {200, 201}
        with pytest.raises(Unavailable):
            await bus.start()
        await asyncio.to_thread(cluster.start)
        await until_drained(hub.database)
        assert len(await everything_on(bus, 2)) == 2


async def test_a_broker_that_hangs_delays_and_loses_nothing(cluster: Cluster, run_service: RunService) -> None:
    await make_topics(cluster.bootstrap, [TOPIC], copies=BROKERS)
    hub, bus = await a_hub(run_service), bus_on(cluster)
    async with relaying(hub.database, bus):
        assert await put_profile(hub, 1) in {200, 201}
        await until_drained(hub.database)
        for broker in cluster.brokers:
            broker.pause()
        try:
            with pytest.raises(Unavailable):
                await bus.publish([Message(TOPIC, "k", b"", {"ce_id": "never mind"})])
            assert await put_profile(hub, 2) in {200, 201}
        finally:
            for broker in cluster.brokers:
                broker.resume()
        await until_drained(hub.database)
        got = await everything_on(bus, 4)
    assert len({m.headers["ce_id"] for m in got} - {"never mind"}) == 4


async def test_stopping_takes_no_longer_when_the_broker_is_gone(cluster: Cluster) -> None:
    await make_topics(cluster.bootstrap, [TOPIC], copies=BROKERS)
    bus = bus_on(cluster)
    await bus.publish([Message(TOPIC, "k", b"", {"ce_id": "1"})])
    async with bus.subscribe("g", [TOPIC]) as subscription:
        while not await subscription.poll(1, timedelta(seconds=1)):
            pass
        sending = asyncio.create_task(bus.publish([Message(TOPIC, "k", b"", {"ce_id": "2"})]))
        for broker in cluster.brokers:
            await asyncio.to_thread(broker.kill)
        begun = time.monotonic()
    await bus.stop()
    # Two seconds for the consumer, two for the producer, and what dropping connections takes.
    assert time.monotonic() - begun < 8
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
