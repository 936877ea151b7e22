"""Messages as they come from the bus: readable with the row that they make, or set aside with the class of reason.

What is set aside is not kept: the bus and the hub's archive have it, and a replay or a rebuild brings it again. The reason
never quotes a value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from esr_reporting.rows import Row, Unfit, row_of
from esrlink.contracts import Event, Message, Received, UnknownVersion, Unreadable, from_message


class Kind(StrEnum):
    """Why a message was set aside."""

    UNREADABLE = "unreadable"
    UNKNOWN_VERSION = "unknown_version"
    MISADDRESSED = "misaddressed"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class Readable:
    """An event that reports need, and its row."""

    message: Message
    received: Received[Event]
    row: Row


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that was not taken. `digest` is the same each time the message comes; the rest is as far as known."""

    digest: str
    topic: str
    type: str | None
    event_id: UUID | None
    vpd: str | None
    kind: Kind
    reason: str


def read(message: Message, replay_topics: Collection[str]) -> Readable | SetAside | None:
    """What `message` is; none for an event that no report needs. `replay_topics` may carry events of any topic."""
    try:
        received = from_message(message)
    except UnknownVersion as error:
        return set_aside(message, Kind.UNKNOWN_VERSION, str(error))
    except Unreadable as error:
        return set_aside(message, Kind.UNREADABLE, str(error))
    event = received.event
    if message.topic not in (event.TOPIC, *replay_topics) or message.headers.get("ce_vpd", event.vpd) != event.vpd:
        return set_aside(message, Kind.MISADDRESSED, f"an event of type {event.type} has the topic or trust of another")
    try:
        row = row_of(event, received.id)
    except Unfit as error:
        return set_aside(message, Kind.UNFIT, str(error))
    return Readable(message, received, row) if row else None


def set_aside(message: Message, kind: Kind, reason: str) -> SetAside:
    """Name the message without keeping it."""
    told = {name: _text(message.headers.get(name)) for name in ("ce_id", "ce_type", "ce_vpd")}
    digest = hashlib.sha256(json.dumps([message.topic, message.key, told]).encode() + message.value).hexdigest()
    return SetAside(digest, message.topic, told["ce_type"], _uuid(told["ce_id"]), told["ce_vpd"], kind, reason)


def _text(header: object) -> str | None:
    """A header need not even be text, nor short."""
    return None if header is None else str(header)[:100].encode("ascii", "replace").decode()


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
