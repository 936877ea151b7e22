"""Starting the library's clients so that nothing is left behind, and closing them within a bounded time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

# For what must be closed at once: enough to cancel tasks and drop connections, not enough to wait for a broker.
_AT_ONCE = 0.5


async def start(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Start `client`; cancelled, it first gets as far as it can in a moment.

    aiokafka forgets its first connection, open, when it is cancelled while it asks that broker for the topics.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting], timeout=_AT_ONCE)
        starting.cancel()
        with suppress(Exception, asyncio.CancelledError):
            await starting
        raise


async def close(client: AIOKafkaProducer | AIOKafkaConsumer, patience: timedelta) -> None:
    """Stop `client` in good order within `patience`; after that its tasks are ended and its connections dropped.

    With no broker to answer, `stop` waits for ever (what was not acknowledged, the leaving of the group), and a `stop`
    that is given up leaves the sender running, which would go on sending. aiokafka offers no other way than its parts.
    """
    stopping = asyncio.ensure_future(client.stop())
    done, _ = await asyncio.wait([stopping], timeout=patience.total_seconds())
    if not done:
        stopping.cancel()
        await asyncio.wait([stopping], timeout=_AT_ONCE)
        await _end(client)
    with suppress(Exception, asyncio.CancelledError):
        stopping.result()


async def _end(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    client._closed = True  # noqa: SLF001
    ending = []
    if isinstance(client, AIOKafkaProducer):
        ending.append(client._sender.close())  # noqa: SLF001
        ending.append(client.client.close())
    else:
        if client._coordinator is not None:  # noqa: SLF001
            ending.append(client._coordinator.close())  # noqa: SLF001
        if client._fetcher is not None:  # noqa: SLF001
            ending.append(client._fetcher.close())  # noqa: SLF001
        ending.append(client._client.close())  # noqa: SLF001
    tasks = [asyncio.ensure_future(one) for one in ending]
    await asyncio.wait(tasks, timeout=_AT_ONCE)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    # A connection that was being made while the others were closed.
    connections = client.client if isinstance(client, AIOKafkaProducer) else client._client  # noqa: SLF001
    for connection in list(connections._conns.values()):  # noqa: SLF001
        connection.close()
