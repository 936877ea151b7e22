"""Dead letters: a message that cannot be read or applied is kept whole, with the class of reason, and announced."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from esrlink.contracts import Message
from esrlink.db.database import WriteTx
from esrlink.db.infrastructure import dead_letter, inbox, outbox
from esrlink.db.outbox import SHARDS, group_of, lock_keys
from esrlink.errors import EsrLinkError
from esrlink.ids import new_id


async def park(tx: WriteTx, consumer: str, message: Message, event_id: UUID | None, error: Exception) -> None:
    """Keep `message` in the service's table and publish it on `TOPIC.dlq`, in one transaction.

    The reason tells the class of the error; its text only for our own errors, which never quote a person's data.
    """
    reason = str(error) if isinstance(error, EsrLinkError) or event_id is None else type(error).__name__
    letter = new_id()
    row = {
        "id": letter,
        "consumer": consumer,
        "topic": message.topic,
        "key": message.key,
        "headers": dict(message.headers),
        "value": message.value,
        "error_class": type(error).__name__,
        "reason": reason,
    }
    await tx.execute(insert(dead_letter), row)
    if event_id is not None:
        await tx.execute(upsert(inbox).on_conflict_do_nothing(), {"consumer": consumer, "event_id": event_id})
    await lock_keys(tx.connection, [message.partition_key])
    await tx.execute(
        insert(outbox),
        {
            "event_id": new_id(),
            "shard": group_of(message.partition_key) % SHARDS,
            "topic": f"{message.topic}.dlq",
            "key": message.key,
            "headers": {**message.headers, "dlq_consumer": consumer, "dlq_letter": str(letter), "dlq_reason": reason},
            "value": message.value,
        },
    )
