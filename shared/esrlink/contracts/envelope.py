"""CloudEvents 1.0 in binary mode: what a message on the bus looks like, and how an event becomes one and back.

The headers carry the attributes (`ce_*`), the value is the event as JSON. A consumer ignores fields that it does not
know, and parks a version that it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError

from esrlink.contracts.events import REGISTRY, Event

E_co = TypeVar("E_co", bound=Event, covariant=True)
# What may be quoted of a type that this build does not know: a stranger's text could hold anything.
_TYPE_FORM = re.compile(r"[a-z][a-z._]{0,80}\.v[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message on the bus: raw, as the broker holds it."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def partition_key(self) -> str:
        """Whose messages stay in order: CloudEvents' `partitionkey` where it says another than the key."""
        return self.headers.get("ce_partitionkey", self.key)


@dataclass(frozen=True, slots=True)
class Received(Generic[E_co]):
    """An event with what its envelope said of it."""

    id: UUID
    event: E_co
    source: str
    time: datetime
    traceparent: str | None = None
    # It was published before and comes again from the archive: its effect may be wanted, a letter to a person is not.
    replay: bool = False


class Unreadable(Exception):
    """The message is not an event that this build can read. It will not get better by trying again."""


class UnknownVersion(Unreadable):
    """The envelope is good, but this build has no model of that type and version: a newer build may have."""


def to_message(event: Event, *, event_id: UUID, source: str, time: datetime, traceparent: str | None = None) -> Message:
    """The message that carries `event`. `source` is the service's name; `time` is aware."""
    headers = headers_of(
        type(event),
        vpd=event.vpd,
        key=event.key,
        partition_key=event.partition_key,
        event_id=str(event_id),
        source=source,
        time=time,
        traceparent=traceparent,
    )
    return Message(event.TOPIC, event.key, event.model_dump_json().encode(), headers)


def headers_of(
    model: type[Event],
    *,
    vpd: str,
    key: str,
    partition_key: str,
    event_id: str,
    source: str,
    time: datetime,
    traceparent: str | None,
) -> dict[str, str]:
    """The headers of a message with an event of this model."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_source": f"/{source}",
        "ce_type": model.ce_type(),
        "ce_time": time.isoformat(),
        "ce_subject": key,
        "ce_vpd": vpd,
        "content-type": "application/json",
    }
    if partition_key != key:
        headers["ce_partitionkey"] = partition_key
    if traceparent:
        headers["ce_traceparent"] = traceparent
    return headers


def from_message(message: Message) -> Received[Event]:
    """The event in `message`.

    Raises `UnknownVersion` for a type or version without a model here, and `Unreadable` when headers are missing or the value
    does not fit the model. The error's text quotes nothing of the value.
    """
    headers = message.headers
    try:
        event_id, time = UUID(headers["ce_id"]), datetime.fromisoformat(headers["ce_time"])
        ce_type, source = headers["ce_type"], headers["ce_source"]
    except (KeyError, ValueError, TypeError, AttributeError) as error:  # a header need not even be text
        raise Unreadable("no valid CloudEvents headers (ce_id, ce_time, ce_type, ce_source)") from error
    if not all(isinstance(text, str) for text in headers.values()):
        raise Unreadable("a header is not text")
    model = REGISTRY.get(ce_type)
    if model is None:
        called = f": {ce_type}" if _TYPE_FORM.fullmatch(ce_type) else ""
        raise UnknownVersion(f"unknown event type or version{called}")
    try:
        event = model.model_validate_json(message.value)
    except ValidationError as error:
        # Only where and what kind: the values may be personal.
        where = ", ".join(".".join(map(str, e["loc"])) + f" ({e['type']})" for e in error.errors(include_input=False))
        raise Unreadable(f"{ce_type} does not fit its model: {where}") from error
    replay = headers.get("ce_replay") == "true"
    return Received(event_id, event, source.lstrip("/"), time, headers.get("ce_traceparent"), replay)
