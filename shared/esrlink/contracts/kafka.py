"""From a record as Kafka's clients give it to an event: for consumers that use no bus of ours."""

from __future__ import annotations

from collections.abc import Iterable

from esrlink.contracts.envelope import Message, Received, Unreadable, from_message
from esrlink.contracts.events import Event


def from_kafka(
    topic: str, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
) -> Received[Event]:
    """The event in a record, which is the one that its topic and its headers speak of.

    `topic` may have the prefix of an installation. Raises `UnknownVersion` for a type or version that this release has no
    model of, and `Unreadable` when the record is not a whole event, or another topic's or trust's than it says.
    """
    try:
        texts = {name: (text or b"").decode() for name, text in headers}
        message = Message(topic, (key or b"").decode(), value or b"", texts)
    except UnicodeDecodeError:
        raise Unreadable("the key or a header is not text in UTF-8") from None
    received = from_message(message)
    event = received.event
    if not topic.endswith(event.TOPIC):
        raise Unreadable(f"an event of type {event.type} is on the topic of another")
    if texts.get("ce_vpd", event.vpd) != event.vpd:
        raise Unreadable(f"an event of type {event.type} names another trust than its headers")
    return received
