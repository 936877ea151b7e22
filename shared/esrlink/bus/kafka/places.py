"""How far a group has come on Kafka: asked of the brokers, so that it holds whichever member has which partition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from esrlink.bus.kafka.closing import close, start
from esrlink.bus.kafka.settings import KafkaSettings
from esrlink.bus.port import Ends
from esrlink.errors import Unavailable


async def ends_of(options: Mapping[str, Any], settings: KafkaSettings, topics: Sequence[str]) -> Ends:
    """The end of each partition of `topics` that holds anything. Raises `Unavailable`."""
    consumer = AIOKafkaConsumer(*(f"{settings.prefix}{topic}" for topic in topics), **options)
    try:
        await start(consumer)
        partitions = [
            TopicPartition(f"{settings.prefix}{topic}", number)
            for topic in topics
            for number in consumer.partitions_for_topic(f"{settings.prefix}{topic}") or ()
        ]
        first, last = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"Kafka does not say where its topics end: {type(error).__name__}") from error
    finally:
        await close(consumer, settings.stop_timeout)
    cut = len(settings.prefix)
    return {(one.topic[cut:], one.partition): last[one] for one in partitions if last[one] > first[one]}


async def has_taken(options: Mapping[str, Any], settings: KafkaSettings, group: str, ends: Ends) -> bool:
    """Whether `group` has committed everything before `ends`. Raises `Unavailable`."""
    if not ends:
        return True
    # With a group and no subscription it asks for the group's place and never joins it.
    consumer = AIOKafkaConsumer(**options, group_id=f"{settings.prefix}{group}", enable_auto_commit=False)
    partitions = {TopicPartition(f"{settings.prefix}{topic}", lane): end for (topic, lane), end in ends.items()}
    try:
        await start(consumer)
        consumer.assign(list(partitions))
        places = {one: await consumer.committed(one) for one in partitions}
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"Kafka does not say how far the group {group} is: {type(error).__name__}") from error
    finally:
        await close(consumer, settings.stop_timeout)
    return all((places[one] or 0) >= end for one, end in partitions.items())
