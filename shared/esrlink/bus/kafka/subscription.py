"""One member of a Kafka consumer group: commits after the effect, and drains before it gives partitions up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import ConsumerRecord

from esrlink.bus.kafka.settings import KafkaSettings
from esrlink.contracts import Message
from esrlink.errors import Unavailable
from esrlink.observability import metrics

log = structlog.get_logger()


class Stalled(Exception):
    """The library says that it consumes, there is something to consume, and nothing comes: only a new process helps."""


class KafkaSubscription(ConsumerRebalanceListener):  # type: ignore[misc]
    """A `Subscription` over `consumer`, which its maker starts and stops."""

    def __init__(self, consumer: AIOKafkaConsumer, settings: KafkaSettings) -> None:
        self._consumer = consumer
        self._settings = settings
        # What was handed out and not committed: the offset after the last message of each partition.
        self._handed_out: dict[TopicPartition, int] = {}
        self._drained = asyncio.Event()
        self._drained.set()
        self._quiet_since = time.monotonic()
        self._stood_at: dict[TopicPartition, int] | None = None

    async def poll(self, limit: int, timeout: timedelta) -> Sequence[Message]:
        """Up to `limit` messages of our partitions. Raises `Stalled` when there are some and none comes."""
        try:
            found = await self._consumer.getmany(timeout_ms=int(timeout.total_seconds() * 1000), max_records=limit)
            if not found:
                await self._look_for_a_stall()
                return []
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka gives no messages: {type(error).__name__}") from error
        self._quiet_since, self._stood_at = time.monotonic(), None
        self._drained.clear()
        for partition, records in found.items():
            self._handed_out[partition] = records[-1].offset + 1
        cut = len(self._settings.prefix)
        return [_message(record, cut) for records in found.values() for record in records]

    async def commit(self) -> None:
        """Commit what was handed out. Partitions that went to another member meanwhile are its to commit."""
        try:
            ours = self._consumer.assignment()
            offsets = {partition: offset for partition, offset in self._handed_out.items() if partition in ours}
            if offsets:
                async with asyncio.timeout(self._settings.start_timeout.total_seconds()):
                    await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            # Whoever has them now gets the messages again and finds their ids in the inbox.
            metrics.RETRIED.labels("bus", "commit").inc()
            log.warning("kafka.commit_too_late", error=type(error).__name__)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(f"Kafka took no commit: {type(error).__name__}") from error
        finally:
            self._handed_out.clear()
            self._drained.set()

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Wait for the batch in hand: the next owner then starts behind it."""
        try:
            async with asyncio.timeout(self._settings.drain_timeout.total_seconds()):
                await self._drained.wait()
        except TimeoutError:
            log.warning("kafka.drained_too_late", partitions=len(revoked))
        self._handed_out.clear()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Begin to watch anew."""
        self._quiet_since, self._stood_at = time.monotonic(), None
        log.info("kafka.assigned", partitions=len(assigned))

    async def _look_for_a_stall(self) -> None:
        if time.monotonic() - self._quiet_since < self._settings.stall_timeout.total_seconds():
            return
        self._quiet_since = time.monotonic()
        behind = await self._behind()
        if behind and behind == self._stood_at:
            raise Stalled(f"{len(behind)} partitions have messages and give none")
        self._stood_at = behind or None

    async def _behind(self) -> dict[TopicPartition, int]:
        """Our partitions that have more than we were given, with where we stand."""
        ours = self._consumer.assignment()
        if not ours:
            return {}
        try:
            async with asyncio.timeout(self._settings.start_timeout.total_seconds()):
                ends = await self._consumer.end_offsets(ours)
                stands = {partition: await self._consumer.position(partition) for partition in ours}
        except TimeoutError as error:
            raise Unavailable("Kafka does not say how far its topics go") from error
        except IllegalStateError:  # a rebalance took a partition away between the two questions
            return {}
        return {partition: stands[partition] for partition in ours if stands[partition] < ends[partition]}


def _message(record: ConsumerRecord, cut: int) -> Message:
    """The record as a message. Anybody may have written it: what is not text becomes text that no header check passes."""
    headers = {str(name): (value or b"").decode(errors="replace") for name, value in record.headers}
    key = (record.key or b"").decode(errors="replace")
    return Message(record.topic[cut:], key, record.value or b"", headers)
