"""The bus on Apache Kafka, for production: many replicas, other systems as consumers, a log that outlives us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer

from esrlink.bus.kafka.closing import close, start
from esrlink.bus.kafka.connection import client_options
from esrlink.bus.kafka.places import ends_of, has_taken
from esrlink.bus.kafka.producing import NO_BROKER, Producer
from esrlink.bus.kafka.settings import KafkaSettings
from esrlink.bus.kafka.subscription import KafkaSubscription
from esrlink.bus.port import Ends
from esrlink.contracts import Message
from esrlink.errors import Unavailable


class KafkaBus:
    """A `Bus` on the brokers `servers` (`host:port`)."""

    def __init__(self, servers: Sequence[str], settings: KafkaSettings, *, client_id: str = "esr-link") -> None:
        self._servers = list(servers)
        self._settings = settings
        self._client_id = client_id
        self._producer: Producer | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Connect, unless we are connected."""
        await self._connected()

    async def stop(self) -> None:
        """Let go of the brokers, in good order if they answer in time."""
        producer, self._producer = self._producer, None
        if producer is not None and not producer.is_broken:
            await producer.stop()

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when every in-sync copy has all of `messages`. Raises `Unavailable` when that is not known."""
        if messages:
            producer = await self._connected()
            await producer.publish(messages)

    async def forget(self, older_than: timedelta) -> None:
        """Nothing to do: the topics have a retention of their own (`esrlink topics apply`)."""

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[KafkaSubscription]:
        """Join `group`; the partitions are shared out among its members."""
        settings = self._settings
        consumer = AIOKafkaConsumer(
            **self._options(),
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
                    await start(consumer)
            except NO_BROKER as error:
                raise Unavailable(f"Kafka did not let us join the group {group}: {type(error).__name__}") from error
            yield subscription
        finally:
            await close(consumer, settings.stop_timeout)

    async def ends(self, topics: Sequence[str]) -> Ends:
        """Where the partitions of these topics end now."""
        return await ends_of(self._options(), self._settings, topics)

    async def has_taken(self, group: str, ends: Ends) -> bool:
        """Whether `group` has committed everything that was published before `ends`."""
        return await has_taken(self._options(), self._settings, group, ends)

    async def _connected(self) -> Producer:
        async with self._starting:
            if self._producer is None or self._producer.is_broken:
                self._producer = None
                producer = Producer(self._options(), self._settings)
                await producer.start()
                self._producer = producer
            return self._producer

    def _options(self) -> dict[str, Any]:
        return client_options(self._servers, self._settings, self._client_id)


def _ms(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)
