"""The topics as declared: made, mended where that is safe, told where it is not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from aiokafka.admin import NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from typer.testing import CliRunner

from esrlink.bus.kafka import KafkaSettings
from esrlink.bus.kafka.topics import Difference, apply, declared_topics, differences
from esrlink.contracts import REGISTRY
from esrlink.topics_command import topics_command
from tests.kafka.topics import admin, kafka_settings


@pytest.fixture
def ours() -> KafkaSettings:
    return kafka_settings(prefix=f"topics-{uuid4().hex[:8]}.", replication=1, partitions=2)


def test_every_event_has_a_topic_and_one_for_its_dead_letters() -> None:
    names = {topic.name for topic in declared_topics(kafka_settings())}
    topics = {model.TOPIC for model in REGISTRY.values()}
    assert names == topics | {f"{topic}.dlq" for topic in topics}


def test_states_are_compacted_and_the_rest_is_kept_for_a_time() -> None:
    policy = {t.name: t.configs["cleanup.policy"] for t in declared_topics(kafka_settings())}
    compacted = {name for name, value in policy.items() if value == "compact"}
    assert compacted == {
        "esr.profile.imported",
        "esr.calendar.changed",
        "profile.linked",
        "profile.unlinked",
        "jobplan.delivery",
        "jobplan.updated",
    }


def test_a_copy_may_be_lost_without_losing_a_message_or_the_ability_to_write() -> None:
    (one, *_) = declared_topics(kafka_settings(replication=3))
    assert (one.replication, one.configs["min.insync.replicas"]) == (3, "2")


async def test_an_empty_cluster_is_told_then_filled_then_as_declared(kafka: str, ours: KafkaSettings) -> None:
    missing = await differences([kafka], ours)
    assert {one.is_so for one in missing} == {"missing"}
    assert len(missing) == 2 * len(REGISTRY)
    assert await apply([kafka], ours) == missing
    assert await differences([kafka], ours) == []
    assert await apply([kafka], ours) == []


async def test_what_differs_is_set_and_what_others_set_stays(kafka: str, ours: KafkaSettings) -> None:
    await apply([kafka], ours)
    topic = f"{ours.prefix}submittal.approved"
    async with admin(kafka) as client:
        theirs = {"retention.ms": "1000", "segment.bytes": "1048576"}
        await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, theirs)])
    thirty_days = str(int(timedelta(days=30).total_seconds() * 1000))
    # All that was set on the topic was replaced by the two: the declared ones differ by that.
    told = Difference(topic, "retention.ms", "1000", thirty_days, mendable=True)
    async with asyncio.timeout(10):
        while told not in await differences([kafka], ours):  # noqa: ASYNC110 - the broker knows it a moment later
            await asyncio.sleep(0.05)
    await apply([kafka], ours)
    assert await differences([kafka], ours) == []
    async with admin(kafka) as client:
        (answer,) = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    assert {e[0]: e[1] for e in answer.resources[0][4]}["segment.bytes"] == "1048576"


async def test_partitions_are_never_added_but_told(kafka: str, ours: KafkaSettings) -> None:
    await apply([kafka], ours)
    more = ours.model_copy(update={"partitions": 3, "replication": 2})
    left = [one for one in await differences([kafka], more) if not one.mendable]
    assert {(one.what, one.is_so, one.should_be) for one in left} == {("partitions", "2", "3"), ("copies", "1", "2")}
    async with admin(kafka) as client:
        described = await client.describe_topics([f"{ours.prefix}profile.linked"])
    assert len(described[0]["partitions"]) == 2


async def test_more_partitions_than_declared_are_fine(kafka: str, ours: KafkaSettings) -> None:
    await apply([kafka], ours)
    async with admin(kafka) as client:
        await client.create_partitions({f"{ours.prefix}profile.linked": NewPartitions(5)})
    assert await differences([kafka], ours) == []


def test_the_commands_say_by_their_status_whether_all_is_as_declared(
    kafka: str, ours: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESRLINK_BUS_URL", f"kafka://{kafka}")
    monkeypatch.setenv("ESRLINK_KAFKA_PREFIX", ours.prefix)
    monkeypatch.setenv("ESRLINK_KAFKA_REPLICATION", "1")
    run = CliRunner().invoke
    assert run(topics_command, ["diff"]).exit_code == 1
    applied = run(topics_command, ["apply"])
    assert applied.exit_code == 0, applied.output
    assert "submittal.approved" in applied.output
    assert run(topics_command, ["diff"]).exit_code == 0
    # A site must not fail to start because partitions would have to be added by hand first.
    monkeypatch.setenv("ESRLINK_KAFKA_PARTITIONS", "99")
    left = run(topics_command, ["apply"])
    assert left.exit_code == 0
    assert "partitions" in left.output
    assert run(topics_command, ["diff"]).exit_code == 1


@pytest.mark.parametrize("url", ["", "postgresql://localhost/bus", "kafka://", "kafka://host"])
def test_an_address_that_has_no_topics_is_a_usage_error(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESRLINK_BUS_URL", url)
    assert CliRunner().invoke(topics_command, ["diff"]).exit_code == 2


def test_a_cluster_that_is_away_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESRLINK_BUS_URL", "kafka://127.0.0.1:9")
    told = CliRunner().invoke(topics_command, ["diff"])
    assert told.exit_code == 1
    assert "Kafka cannot be reached" in told.output
