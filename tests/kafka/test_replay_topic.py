"""A replay's own topic is there before anything is published to it: a relay that finds none would hold up the lane."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from esrlink.bus.kafka import KafkaBus
from esrlink.bus.kafka.topics import make_topic
from esrlink.contracts import Message
from tests.kafka.topics import kafka_settings, remove_topics


async def test_a_topic_of_a_replays_own_is_made_once_and_can_be_published_to(kafka: str) -> None:
    settings = kafka_settings(prefix=f"t{uuid4().hex[:8]}.", replication=1, partitions=2)
    for _ in range(2):
        await make_topic([kafka], settings, "replay.people")
    bus = KafkaBus([kafka], settings)
    await bus.start()
    try:
        await bus.publish([Message("replay.people", "277/1", b"{}", {"ce_replay": "true"})])
        async with bus.subscribe("check", ["replay.people"]) as subscription:
            got = await subscription.poll(10, timedelta(seconds=20))
    finally:
        await bus.stop()
        await remove_topics(kafka, [f"{settings.prefix}replay.people"])
    assert [one.headers["ce_replay"] for one in got] == ["true"]
