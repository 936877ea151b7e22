"""The topics that ESR Link needs, declared from its events, and how a cluster is brought to have them.

Only what is safe is changed: a missing topic is made, and our settings of a topic are set while others are left as they
are. Partitions are never added to a topic that has messages, since a person would then move to another partition and
lose the order; nor is the number of copies changed, which is the cluster's own work. Both are told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from esrlink.bus.kafka.connection import client_options
from esrlink.bus.kafka.settings import KafkaSettings
from esrlink.contracts import REGISTRY
from esrlink.errors import EsrLinkError, Unavailable

DEAD_LETTERS = ".dlq"
# Who reads a state topic from its start sees at most so much history beside the newest of each key.
_COMPACTED_AFTER = timedelta(days=7)
_TIMEOUT_MS = 20_000
_EXISTS_ALREADY = 36  # Kafka's error code: another run made it between our question and our request


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it should be. `configs` are Kafka's own names and values."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as declared; `mendable` when `apply` would put it right."""

    topic: str
    what: str
    is_so: str
    should_be: str
    mendable: bool


class TopicRefused(EsrLinkError):
    """The brokers refused to make or change a topic."""

    code, status, title = "topic_refused", 502, "Kafka refused a topic"


def declared_topics(settings: KafkaSettings) -> list[Topic]:
    """Every event's topic and its `.dlq`, by name."""
    common = {"min.insync.replicas": str(max(1, settings.replication - 1))}
    kept = {"cleanup.policy": "delete", "retention.ms": _ms(settings.retention)}
    newest = {"cleanup.policy": "compact", "max.compaction.lag.ms": _ms(_COMPACTED_AFTER)}
    topics = {}
    for model in REGISTRY.values():
        name = f"{settings.prefix}{model.TOPIC}"
        configs = newest if model.STATE else kept
        topics[name] = Topic(name, settings.partitions, settings.replication, {**common, **configs})
        # Letters are read by people and tools, never in order: one partition does.
        letters = f"{name}{DEAD_LETTERS}"
        topics[letters] = Topic(letters, 1, settings.replication, {**common, **kept})
    return [topics[name] for name in sorted(topics)]


@dataclass(frozen=True, slots=True)
class _Found:
    partitions: int
    replication: int
    configs: Mapping[str, str]
    # Those that somebody set on the topic itself: a change must send them again, or it would undo them.
    own_configs: Mapping[str, str]


async def differences(servers: Sequence[str], settings: KafkaSettings) -> list[Difference]:
    """What is not as declared. Raises `Unavailable` when the brokers do not answer."""
    topics = declared_topics(settings)
    async with _admin(servers, settings) as admin:
        found = await _find(admin, topics)
    return [difference for topic in topics for difference in _compare(topic, found.get(topic.name))]


async def apply(servers: Sequence[str], settings: KafkaSettings) -> list[Difference]:
    """Put right what can be, and tell what was. Raises `Unavailable`, or `TopicRefused` with the brokers' reason."""
    topics = declared_topics(settings)
    async with _admin(servers, settings) as admin:
        found = await _find(admin, topics)
        mended = [d for t in topics for d in _compare(t, found.get(t.name)) if d.mendable]
        await _create(admin, [topic for topic in topics if topic.name not in found])
        changed = {difference.topic for difference in mended} & set(found)
        await _configure(
            admin, {t.name: {**found[t.name].own_configs, **t.configs} for t in topics if t.name in changed}
        )
        await _until_seen(admin, [topic for topic in topics if topic.name in changed])
    return mended


async def make_topic(servers: Sequence[str], settings: KafkaSettings, name: str) -> None:
    """Make a topic that no event declares, for a replay, unless it is there. Raises as `apply` does."""
    common = {"min.insync.replicas": str(max(1, settings.replication - 1)), "retention.ms": _ms(settings.retention)}
    topic = Topic(f"{settings.prefix}{name}", settings.partitions, settings.replication, common)
    async with _admin(servers, settings) as admin:
        await _create(admin, [topic])


def _compare(topic: Topic, found: _Found | None) -> list[Difference]:
    if found is None:
        return [Difference(topic.name, "topic", "missing", f"{topic.partitions} partitions", mendable=True)]
    told = []
    if found.partitions < topic.partitions:
        told.append(("partitions", str(found.partitions), str(topic.partitions), False))
    if found.replication < topic.replication:
        told.append(("copies", str(found.replication), str(topic.replication), False))
    for name, value in topic.configs.items():
        if found.configs.get(name) != value:
            told.append((name, found.configs.get(name, "not set"), value, True))
    return [Difference(topic.name, *one) for one in told]


@asynccontextmanager
async def _admin(servers: Sequence[str], settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(servers, settings, "esr-link-topics"), request_timeout_ms=_TIMEOUT_MS)
    try:
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"Kafka cannot be reached at {', '.join(servers)}: {type(error).__name__}") from error


async def _find(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> dict[str, _Found]:
    """Those of `topics` that are there."""
    there = set(await admin.list_topics())
    names = [topic.name for topic in topics if topic.name in there]
    if not names:
        return {}
    described = {one["topic"]: one["partitions"] for one in await admin.describe_topics(names)}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    found = {}
    for answer in answers:
        for code, _, _, name, entries in answer.resources:
            if code:
                raise TopicRefused(f"Kafka does not tell the settings of {name}: {for_code(code).__name__}.")
            partitions = described[name]
            configs = {entry[0]: entry[1] for entry in entries}
            found[name] = _Found(
                partitions=len(partitions),
                replication=min(len(one["replicas"]) for one in partitions),
                configs=configs,
                own_configs={entry[0]: entry[1] for entry in entries if entry[3] == _SET_ON_THE_TOPIC},
            )
    return found


_SET_ON_THE_TOPIC = 1  # Kafka's `ConfigSource.TOPIC_CONFIG`


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    if not topics:
        return
    answer = await admin.create_topics(
        [NewTopic(t.name, t.partitions, t.replication, topic_configs=dict(t.configs)) for t in topics]
    )
    for name, code, reason in answer.topic_errors:
        if code and code != _EXISTS_ALREADY:
            raise TopicRefused(f"Kafka did not make {name}: {reason or for_code(code).__name__}")
    await _until_there(admin, {topic.name for topic in topics})


async def _until_there(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    """A broker says that it made a topic before all brokers know it; whoever comes next must find it."""
    async with asyncio.timeout(_TIMEOUT_MS / 1000):
        while not names <= set(await admin.list_topics()):  # noqa: ASYNC110 - only the brokers know
            await asyncio.sleep(0.1)


async def _until_seen(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    """The same of settings: a broker tells the old ones for a moment longer."""
    async with asyncio.timeout(_TIMEOUT_MS / 1000):
        while found := await _find(admin, topics):
            if not any(one.mendable for topic in topics for one in _compare(topic, found[topic.name])):
                return
            await asyncio.sleep(0.1)


async def _configure(admin: AIOKafkaAdminClient, configs: Mapping[str, Mapping[str, str]]) -> None:
    if not configs:
        return
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, dict(values)) for name, values in configs.items()]
    for answer in await admin.alter_configs(asked):
        for code, reason, _, name in answer.resources:
            if code:
                raise TopicRefused(f"Kafka did not change {name}: {reason or for_code(code).__name__}")


def _ms(time: timedelta) -> str:
    return str(int(time.total_seconds() * 1000))
