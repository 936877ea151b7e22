"""Publishing on Kafka: an idempotent producer that waits for every in-sync copy, and is thrown away at its first failure.

What a half-failed producer would still send could come after what the next attempt sends; so after a failure nothing of it
goes out any more, and everybody who waits for it learns at once that nothing is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from esrlink.bus.kafka.closing import close, start
from esrlink.bus.kafka.settings import KafkaSettings
from esrlink.contracts import Message
from esrlink.errors import Unavailable

# Some hundred events: the brokers' own limit for one batch is 1 MB, and a larger one gains nothing.
_BATCH_BYTES = 512 * 1024
NO_BROKER = (KafkaError, OSError, TimeoutError)


class Producer:
    """One connection to the brokers, made with `options`. Once `is_broken` it is of no more use."""

    def __init__(self, options: dict[str, Any], settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer = AIOKafkaProducer(
            **options,
            enable_idempotence=True,
            acks="all",
            linger_ms=0,  # the relay hands over whole batches: waiting for more would only be late
            max_batch_size=_BATCH_BYTES,
            request_timeout_ms=int(settings.publish_timeout.total_seconds() * 1000),
        )
        # The library miscounts its patience when several hand over batches for one partition at the same time.
        self._handing_over = asyncio.Lock()
        self._broken = asyncio.get_running_loop().create_future()

    @property
    def is_broken(self) -> bool:
        """Whether a publish failed, so that this producer was ended."""
        return self._broken.done()

    async def start(self) -> None:
        """Connect, trying for as long as one attempt to start may take. Raises `Unavailable`."""
        try:
            async with asyncio.timeout(self._settings.start_timeout.total_seconds()):
                await self._reach_a_broker()
        except NO_BROKER as error:
            await close(self._producer, self._settings.stop_timeout)
            raise Unavailable(f"Kafka cannot be reached: {type(error).__name__}") from error
        except BaseException:
            await close(self._producer, self._settings.stop_timeout)
            raise

    async def stop(self) -> None:
        """Send what was handed over, if the brokers answer in time, and let go."""
        self._break()
        await close(self._producer, self._settings.stop_timeout)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send `messages` in batches of a partition each, and wait for every acknowledgement. Raises `Unavailable`.

        Any number may publish at a time; when one of them fails, or is cancelled, all of them do.
        """
        try:
            async with asyncio.timeout(self._settings.publish_timeout.total_seconds()):
                async with self._handing_over:
                    deliveries = await self._hand_over(messages)
                await self._acknowledged(deliveries)
        except NO_BROKER as error:
            await self._end()
            raise Unavailable(f"Kafka did not acknowledge a batch: {type(error).__name__}") from error
        except (Unavailable, asyncio.CancelledError):
            await self._end()
            raise

    async def _reach_a_broker(self) -> None:
        """The library fails at once when no broker listens yet, which is how a whole site starts."""
        pause = 0.1
        while True:
            try:
                await start(self._producer)
            except NO_BROKER as error:
                if not getattr(error, "retriable", True):
                    raise
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _hand_over(self, messages: Sequence[Message]) -> list[asyncio.Future[object]]:
        """Give all messages to the library, in order within each partition; each future is a batch's acknowledgement."""
        partitions: dict[str, int] = {}
        batches: dict[tuple[str, int], BatchBuilder] = {}
        deliveries = []
        for message in messages:
            topic = f"{self._settings.prefix}{message.topic}"
            if topic not in partitions:
                partitions[topic] = await self._partitions_of(topic)
            place = (topic, _hash(message.partition_key) % partitions[topic])
            batch = batches.get(place)
            if batch is None or not _appended(batch, message):
                if batch is not None:
                    deliveries.append(await self._producer.send_batch(batch, topic, partition=place[1]))
                batch = batches[place] = self._producer.create_batch()
                _appended(batch, message)
        for (topic, partition), batch in batches.items():
            batch.close()
            deliveries.append(await self._producer.send_batch(batch, topic, partition=partition))
        return deliveries

    async def _acknowledged(self, deliveries: Sequence[asyncio.Future[object]]) -> None:
        everything = asyncio.gather(*deliveries)
        await asyncio.wait({everything, self._broken}, return_when=asyncio.FIRST_COMPLETED)
        if not everything.done():
            everything.cancel()
            raise Unavailable("Kafka did not acknowledge another batch.")
        everything.result()

    async def _partitions_of(self, topic: str) -> int:
        try:
            return len(await self._producer.partitions_for(topic))
        except UnknownTopicOrPartitionError as error:
            raise Unavailable(f"Kafka has no topic {topic}: run `esrlink topics apply`.") from error

    async def _end(self) -> None:
        """Nothing of this producer may go out any more."""
        if not self.is_broken:
            self._break()
            await close(self._producer, timedelta(0))

    def _break(self) -> None:
        if not self._broken.done():
            self._broken.set_result(None)


def _appended(batch: BatchBuilder, message: Message) -> bool:
    headers = [(name, value.encode()) for name, value in message.headers.items()]
    return batch.append(timestamp=None, key=message.key.encode(), value=message.value, headers=headers) is not None


@lru_cache(maxsize=65_536)
def _hash(key: str) -> int:
    """Kafka's own hash of a key, so that clients in other languages find a person in the same partition."""
    return int(murmur2(key.encode())) & 0x7FFFFFFF
