"""The same consumer on a real Kafka: topics in any order to one another, and a rebuild from the broker's oldest message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from esr_reporting.rebuild import rebuild
from esr_reporting.rows import TOPICS
from esr_reporting.running import builds_of
from esr_reporting.settings import ReportingSettings
from esrlink.bus.kafka import KafkaBus
from tests.integration.reporting.conftest import (
    CLOCK,
    POLL,
    consumer,
    every_report,
    in_use,
    publish,
    running,
    until_taken,
)
from tests.kafka.topics import kafka_settings, make_topics, remove_topics
from tests.unit.reporting.telling import MEMORY, kept, worked
from tests.unit.reporting.test_any_order import EVENTS, content


@pytest.fixture
async def topics_bus(kafka: str) -> AsyncIterator[KafkaBus]:
    """The Kafka bus with the topics that Central Reporting reads."""
    prefix = f"test-{uuid4().hex[:12]}."
    topics = [f"{prefix}{topic}" for topic in TOPICS]
    await make_topics(kafka, topics)
    bus = KafkaBus([kafka], kafka_settings(prefix=prefix))
    yield bus
    await bus.stop()
    await remove_topics(kafka, topics)


async def test_the_tables_are_the_same_as_on_the_other_bus_and_after_a_rebuild(
    topics_bus: KafkaBus, settings: ReportingSettings, tmp_path: Path
) -> None:
    await publish(topics_bus, EVENTS)
    async with running(consumer(settings, topics_bus)):
        await until_taken(settings, len(EVENTS))
        expected = every_report(settings)
        assert content(in_use(settings)) == content(kept(tmp_path / "direct", EVENTS))
        await rebuild(
            builds_of(settings, CLOCK), consumer(settings, topics_bus), memory=MEMORY,
            quiet=timedelta(seconds=3), poll=POLL, anyway=False,
        )  # fmt: skip
        assert every_report(settings) == expected
        await publish(topics_bus, [worked("after", "2026-08-20")])
        await until_taken(settings, len(EVENTS) + 1)
