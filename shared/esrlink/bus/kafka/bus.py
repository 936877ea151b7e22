"""The bus on Apache Kafka, for production: many replicas, other systems as consumers, a log that outlives us.

The producer is idempotent and waits for every in-sync copy (`acks=all`). A publish that fails in any way throws its
producer away: what a half-failed producer would still send could come after what the next attempt sends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import lru_cache

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from esrlink.bus.kafka.closing import close
from esrlink.bus.kafka.connection import client_options
from esrlink.bus.kafka.settings import KafkaSettings
from esrlink.bus.kafka.subscription import KafkaSubscription
from esrlink.contracts import Message
from esrlink.errors import Unavailable

log = structlog.get_logger()

# Some hundred events: the brokers' own limit for one batch is 1 MB, and a larger one gains nothing.
_BATCH_BYTES = 512 * 1024
_NO_BROKER = (KafkaError, OSError, TimeoutError)


class KafkaBus:
    """A `Bus` on the brokers `servers` (`host:port`)."""

    def __init__(self, servers: Sequence[str], settings: KafkaSettings, *, client_id: str = "esr-link") -> None:
        self._servers = list(servers)
        self._settings = settings
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        # The library fails batches for one partition that are handed over by several at once (its waiting miscounts).
        self._publishing = asyncio.Lock()

    async def start(self) -> None:
        """Connect, unless we are connected."""
        async with self._starting:
            if self._producer is None:
                self._producer = await self._connected()

    async def stop(self) -> None:
        """Let go of the brokers, in good order if they answer in time."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await close(producer, self._settings.stop_timeout)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send `messages` in batches of a partition each, and wait for every acknowledgement."""
        if not messages:
            return
        async with self._publishing:
            await self._publish(messages)

    async def _publish(self, messages: Sequence[Message]) -> None:
        await self.start()
        producer = self._producer
        assert producer is not None  # noqa: S101 - `start` would have raised
        try:
            async with asyncio.timeout(self._settings.publish_timeout.total_seconds()):
                deliveries = await self._submit(producer, messages)
                await asyncio.wait(deliveries)
            for delivery in deliveries:
                delivery.result()
        except _NO_BROKER as error:
            await self._give_up(producer)
            raise Unavailable(f"Kafka did not acknowledge a batch: {type(error).__name__}") from error
        except (Unavailable, asyncio.CancelledError):
            await self._give_up(producer)
            raise

    async def forget(self, older_than: timedelta) -> None:
        """Nothing to do: the topics have a retention of their own (`esrlink topics apply`)."""

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[KafkaSubscription]:
        """Join `group`; the partitions are shared out among its members."""
        settings = self._settings
        consumer = AIOKafkaConsumer(
            **client_options(self._servers, settings, self._client_id),
            group_id=f"{settings.prefix}{group}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=_ms(settings.session_timeout),
            heartbeat_interval_ms=_ms(settings.session_timeout / 5),
            # The group waits for whoever still drains, and a little more.
            rebalance_timeout_ms=_ms(settings.drain_timeout * 1.5),
            max_poll_interval_ms=_ms(settings.max_poll_interval),
            request_timeout_ms=_ms(settings.start_timeout),
        )
        subscription = KafkaSubscription(consumer, settings)
        consumer.subscribe([f"{settings.prefix}{topic}" for topic in topics], listener=subscription)
        try:
            try:
                # Joining may have to wait for another member's batch.
                async with asyncio.timeout((settings.start_timeout + settings.drain_timeout * 2).total_seconds()):
                    await consumer.start()
            except _NO_BROKER as error:
                raise Unavailable(f"Kafka did not let us join the group {group}: {type(error).__name__}") from error
            yield subscription
        finally:
            await close(consumer, settings.stop_timeout)

    async def _connected(self) -> AIOKafkaProducer:
        """A producer that has reached the brokers; tries for as long as one attempt to start may take."""
        producer = AIOKafkaProducer(
            **client_options(self._servers, self._settings, self._client_id),
            enable_idempotence=True,
            acks="all",
            linger_ms=0,  # the relay hands over whole batches: waiting for more would only be late
            max_batch_size=_BATCH_BYTES,
            request_timeout_ms=_ms(self._settings.publish_timeout),
        )
        try:
            async with asyncio.timeout(self._settings.start_timeout.total_seconds()):
                await _start_patiently(producer)
        except _NO_BROKER as error:
            await close(producer, self._settings.stop_timeout)
            raise Unavailable(
                f"Kafka cannot be reached at {', '.join(self._servers)}: {type(error).__name__}"
            ) from error
        except BaseException:
            await close(producer, self._settings.stop_timeout)
            raise
        return producer

    async def _submit(self, producer: AIOKafkaProducer, messages: Sequence[Message]) -> list[asyncio.Future[object]]:
        """Hand everything over, in order within each partition. Gives what becomes done when it is acknowledged."""
        open_batches: dict[tuple[str, int], BatchBuilder] = {}
        deliveries = []
        for message in messages:
            topic = f"{self._settings.prefix}{message.topic}"
            partitions = await _partitions(producer, topic)
            place = (topic, _hash(message.partition_key) % partitions)
            batch = open_batches.get(place)
            if batch is None or not _appended(batch, message):
                if batch is not None:
                    deliveries.append(await producer.send_batch(batch, place[0], partition=place[1]))
                batch = open_batches[place] = producer.create_batch()
                _appended(batch, message)
        for (topic, partition), batch in open_batches.items():
            batch.close()
            deliveries.append(await producer.send_batch(batch, topic, partition=partition))
        return deliveries

    async def _give_up(self, producer: AIOKafkaProducer) -> None:
        if self._producer is producer:
            self._producer = None
        await close(producer, timedelta(0))


async def _start_patiently(producer: AIOKafkaProducer) -> None:
    """The library fails at once when no broker listens yet, which is how a whole site starts."""
    pause = 0.1
    while True:
        try:
            await producer.start()
        except _NO_BROKER as error:
            if not getattr(error, "retriable", True):
                raise
        else:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, 2.0)


async def _partitions(producer: AIOKafkaProducer, topic: str) -> int:
    """How many partitions a topic has. Raises `Unavailable` that says what to do when there is no such topic."""
    try:
        return len(await producer.partitions_for(topic))
    except UnknownTopicOrPartitionError as error:
        raise Unavailable(f"Kafka has no topic {topic}: run `esrlink topics apply`.") from error


def _appended(batch: BatchBuilder, message: Message) -> bool:
    headers = [(name, value.encode()) for name, value in message.headers.items()]
    return batch.append(timestamp=None, key=message.key.encode(), value=message.value, headers=headers) is not None


@lru_cache(maxsize=65_536)
def _hash(key: str) -> int:
    """Kafka's own hash of a key, so that clients in other languages find a person in the same partition."""
    return int(murmur2(key.encode())) & 0x7FFFFFFF


def _ms(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)
