"""Parking: a message that cannot be taken into effect is kept whole as a dead letter, and announced on `TOPIC.dlq`, once.

The letter's id is made from the message, so the same message delivered again is the same letter. An event that was read and
failed counts as received: only a person's decision takes it into effect, never a later delivery or a replay. A message that
could not be read receives nothing: a good copy of it may still come.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from esrlink.bus.opening import id_on, vpd_on
from esrlink.bus.reasons import Misaddressed, Reason, ReasonClass, reason_of
from esrlink.contracts import Event, Message, Received
from esrlink.db.database import ReadTx, WriteTx
from esrlink.db.infrastructure import dead_letter, inbox, outbox
from esrlink.db.outbox import lock_keys
from esrlink.ids import new_id
from esrlink.outbox_rows import SHARDS, group_of

_LETTERS = UUID("6f1b3f0e-6a0c-5d55-9d0e-3c0a5f6b7d11")
# An index holds a key of some 2,700 bytes at most, and what a stranger sends must not stop the parking of it.
_LONGEST_KEY = 600
_STEP = text(
    'INSERT INTO dead_letter_step (letter_id, vpd, at, "by", action, detail)'
    " VALUES (:letter_id, :vpd, clock_timestamp(), :by, :action, :detail)"
)


class Parked(Enum):
    """What came of parking a message."""

    NEW = auto()
    """It is a dead letter now."""
    KNOWN = auto()
    """It was one already: it has come again."""
    IN_EFFECT = auto()
    """Its event has been received meanwhile, by another replica: there is nothing to park."""


def letter_id(consumer: str, message: Message) -> UUID:
    """The id of the letter that this consumer would make of this message."""
    digest = sha256()
    headers = json.dumps(sorted(message.headers.items()), default=str)
    for part in (consumer, message.topic, message.key, headers):
        encoded = str(part).encode("utf-8", "replace")
        digest.update(b"%d:%b" % (len(encoded), encoded))
    digest.update(message.value)
    return uuid5(_LETTERS, digest.hexdigest())


async def is_parked(tx: ReadTx, consumer: str, message: Message) -> bool:
    """Whether this message is a dead letter already. `tx` is for every trust."""
    found = select(dead_letter.c.id).where(dead_letter.c.id == letter_id(consumer, message))
    return await tx.scalar(found) is not None


async def park(
    tx: WriteTx, consumer: str, message: Message, received: Received[Event] | None, error: Exception
) -> tuple[Parked, Reason]:
    """Keep `message` and announce it, in one transaction. `tx` is for every trust.

    `received` is none for a message that could not be read. What can be known of it then is what its headers say.
    """
    reason = reason_of(error)
    event_id = received.id if received else id_on(message)
    letter = letter_id(consumer, message)
    if event_id is None:
        reason = replace(reason, reason_class=ReasonClass.AMBIGUOUS)
    elif received is not None:
        if not await _receive(tx, consumer, event_id) and not await is_parked(tx, consumer, message):
            return Parked.IN_EFFECT, reason
    elif await _was_received(tx, consumer, event_id):
        told = f"{reason.text}; another message with this id was received before"
        reason = replace(reason, reason_class=ReasonClass.AMBIGUOUS, text=told)
    vpd = _trust_of(message, received, error)
    row = {
        "id": letter,
        "consumer": consumer,
        "topic": message.topic,
        "key": _storable(message.key)[:_LONGEST_KEY],
        "vpd": vpd,
        "event_id": event_id,
        "headers": {_storable(name): _storable(value) for name, value in message.headers.items()},
        "value": message.value,
        "reason_class": reason.reason_class.value,
        "error_class": reason.error_class,
        "reason": reason.text,
    }
    kept = await tx.scalar(upsert(dead_letter).on_conflict_do_nothing().returning(dead_letter.c.id), row)
    if kept is None:
        return Parked.KNOWN, reason
    await note_step(tx, letter, vpd, by=consumer, action="parked", detail=reason.text)
    await _announce(tx, row)
    return Parked.NEW, reason


async def note_step(tx: WriteTx, letter: UUID, vpd: str | None, *, by: str, action: str, detail: str = "") -> None:
    """Add to a letter's history. `by` is a person's or machine's subject, or the consumer's name."""
    await tx.execute(_STEP, {"letter_id": letter, "vpd": vpd, "by": by, "action": action, "detail": detail})


async def _receive(tx: WriteTx, consumer: str, event_id: UUID) -> bool:
    """Count the event as received; false if it was before."""
    row = {"consumer": consumer, "event_id": event_id}
    return await tx.scalar(upsert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id), row) is not None


async def _was_received(tx: WriteTx, consumer: str, event_id: UUID) -> bool:
    found = select(inbox.c.event_id).where(inbox.c.consumer == consumer, inbox.c.event_id == event_id)
    return await tx.scalar(found) is not None


async def _announce(tx: WriteTx, letter: Mapping[str, Any]) -> None:
    told = {
        "dlq_consumer": letter["consumer"],
        "dlq_letter": str(letter["id"]),
        "dlq_class": letter["reason_class"],
        "dlq_reason": letter["reason"],
    }
    order = letter["headers"].get("ce_partitionkey", letter["key"])
    await lock_keys(tx.connection, [order])
    await tx.execute(
        insert(outbox),
        {
            "event_id": new_id(),
            "shard": group_of(order) % SHARDS,
            "topic": f"{letter['topic']}.dlq",
            "key": letter["key"],
            "headers": {**letter["headers"], **told},
            "value": letter["value"],
        },
    )


def _trust_of(message: Message, received: Received[Event] | None, error: Exception) -> str | None:
    if received is not None:
        return received.event.vpd
    return error.vpd if isinstance(error, Misaddressed) else vpd_on(message)


def _storable(value: object) -> str:
    """Text that PostgreSQL can hold: neither NUL nor half a surrogate pair."""
    return str(value).replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
