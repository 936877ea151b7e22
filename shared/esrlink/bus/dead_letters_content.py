"""What is in a dead letter: the message as it came, what a person put in its place, and the event that it stands for.

The original is never changed. An edit is kept beside it with the type that it was checked against, so that a letter whose
envelope says nothing can be mended as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from esrlink.bus.opening import id_on, open_message
from esrlink.bus.reasons import Misaddressed
from esrlink.contracts import REGISTRY, Event, Message, Received, Unreadable
from esrlink.db.database import ReadTx
from esrlink.db.infrastructure import dead_letter
from esrlink.errors import FieldProblem, Invalid, NotFound

MAX_EDIT_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """A letter's message. `edited` is the JSON text that a person put in the place of its value, of the type `edited_type`."""

    letter_id: UUID
    vpd: str | None
    event_id: UUID | None
    message: Message
    parked_at: datetime
    edited: str | None = None
    edited_type: str | None = None


class EditRefused(Invalid):
    """The edited value is not an event of this letter's topic, trust and person; nothing of it was kept."""

    code, title = "edit_refused", "The edited message cannot be taken"


async def content_of(tx: ReadTx, letter_id: UUID) -> Content:
    """The letter's content. Raises `NotFound`."""
    row = await tx.one_or_none(select(dead_letter).where(dead_letter.c.id == letter_id))
    if row is None:
        raise NotFound("There is no such dead letter that you may see.")
    edit = json.loads(row.edited_value) if row.edited_value is not None else {}
    message = Message(row.topic, row.key, row.value, row.headers)
    return Content(row.id, row.vpd, row.event_id, message, row.parked_at, edit.get("value"), edit.get("type"))


def event_in(content: Content) -> Received[Event]:
    """The event that the letter stands for: the edited one where there is one. Raises `Unreadable`."""
    is_edited = content.edited is not None
    received = _with_envelope(content, _edited(content)) if is_edited else open_message(content.message)
    if content.vpd is not None and received.event.vpd != content.vpd:
        raise Misaddressed("the event inside is of another trust than the letter")
    return received


def types_for(topic: str) -> list[str]:
    """The CloudEvents types that a letter of this topic can be edited into, the newest first."""
    found = [name for name, model in REGISTRY.items() if topic == model.TOPIC]
    return sorted(found, key=lambda name: REGISTRY[name].VERSION, reverse=True)


def type_of(content: Content) -> str:
    """The type to offer for an edit: its own where this build knows it, or else the newest of the topic."""
    own, offered = content.edited_type or content.message.headers.get("ce_type"), types_for(content.message.topic)
    if own in offered:
        return str(own)
    if not offered:
        raise EditRefused("This build knows no event of the letter's topic.")
    return offered[0]


def checked_edit(content: Content, value: str, event_type: str | None = None) -> bytes:
    """What to keep of an edit: `value` is JSON text. Raises `EditRefused` with the fields that are wrong."""
    chosen = event_type or type_of(content)
    if chosen not in types_for(content.message.topic):
        raise EditRefused("That is not a type of event of the letter's topic.", field="type")
    if len(value.encode("utf-8", "replace")) > MAX_EDIT_BYTES:
        raise EditRefused("The message is too large: 1 MiB is the most.", field="value")
    try:
        event = REGISTRY[chosen].model_validate_json(value)
    except ValidationError as error:
        problems = [
            _problem(one) for one in error.errors(include_input=False, include_context=False, include_url=False)
        ]
        raise EditRefused("The value is not an event of this type; see `problems`.", problems=problems) from error
    _refuse_another(content, event)
    return json.dumps({"type": chosen, "value": value}).encode()


def _refuse_another(content: Content, event: Event) -> None:
    """An edit mends a message; it never makes it one about somebody else."""
    message = content.message
    if content.vpd is not None and event.vpd != content.vpd:
        raise EditRefused("The trust must stay the same.", field="value.vpd")
    try:
        original: Event | None = open_message(message).event
    except Unreadable:
        original = None
    if original is not None:
        is_same = (event.key, event.partition_key) == (original.key, original.partition_key)
    else:
        # What the envelope says; a key of before had the person only where it now has a profile or plan as well.
        said = message.headers.get("ce_partitionkey")
        is_same = message.key in {"", event.key, event.partition_key} and said in {None, event.partition_key}
    if not is_same:
        raise EditRefused("The person, profile or plan that the event is about must stay the same.", field="value")


def _with_envelope(content: Content, event: Event) -> Received[Event]:
    headers = content.message.headers
    source = headers.get("ce_source")
    return Received(
        id_on(content.message) or content.letter_id,
        event,
        source.lstrip("/") if isinstance(source, str) else "unknown",
        _moment(headers.get("ce_time")) or content.parked_at,
        headers.get("ce_traceparent"),
    )


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _edited(content: Content) -> Event:
    model = REGISTRY.get(content.edited_type or "")
    if model is None or content.edited is None:
        raise Unreadable("it was edited into a type that this build does not know")
    try:
        return model.model_validate_json(content.edited)
    except ValidationError as error:
        raise Unreadable(f"what it was edited into does not fit {content.edited_type} any more") from error


def _problem(error: Mapping[str, Any]) -> FieldProblem:
    return FieldProblem(".".join(["value", *map(str, error["loc"])]), error["type"], error["msg"])
