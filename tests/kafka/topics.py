"""Topics for tests, and settings that suit a broker on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from esrlink.bus.kafka import KafkaSettings


def kafka_settings(**values: Any) -> KafkaSettings:
    """Short times: nothing is far away, and a test that waits should not wait long."""
    quick = {
        "start_timeout": timedelta(seconds=10),
        "stop_timeout": timedelta(seconds=2),
        "publish_timeout": timedelta(seconds=10),
        "session_timeout": timedelta(seconds=6),  # the least that a broker allows by default
        "drain_timeout": timedelta(seconds=5),
    }
    return KafkaSettings(**{**quick, **values})


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """An open admin client."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def make_topics(bootstrap: str, names: Sequence[str], *, partitions: int = 4, copies: int = 1) -> None:
    """Create topics."""
    async with admin(bootstrap) as client:
        await client.create_topics([NewTopic(name, partitions, copies) for name in names])


async def remove_topics(bootstrap: str, names: Sequence[str]) -> None:
    """Delete topics."""
    async with admin(bootstrap) as client:
        await client.delete_topics(list(names))
