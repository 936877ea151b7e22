"""Opening an envelope: the event in a message, if the envelope says the same of it; and what it tells when it has none."""

from __future__ import annotations

import re
from uuid import UUID

from esrlink.bus.reasons import Misaddressed
from esrlink.contracts import Event, Message, Received, UnknownVersion, from_message

_VPD_FORM = re.compile(r"[0-9]{3}")


def open_message(message: Message) -> Received[Event]:
    """The event. Raises `Unreadable`: `Misaddressed` when topic or trust of the envelope are not the event's own."""
    try:
        received = from_message(message)
    except UnknownVersion as error:
        if message.headers["ce_type"].startswith(f"{message.topic}.v"):
            raise
        raise Misaddressed("the envelope names a type of another topic", vpd_on(message)) from error
    event = received.event
    said = message.headers.get("ce_vpd", event.vpd)
    if message.topic != event.TOPIC or said != event.vpd:
        vpd = event.vpd if said == event.vpd else None  # where they differ it is nobody's
        raise Misaddressed(f"an event of type {event.type} has the topic or the trust of another", vpd)
    return received


def id_on(message: Message) -> UUID | None:
    """The event's id, where the envelope names a valid one."""
    try:
        return UUID(message.headers["ce_id"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def vpd_on(message: Message) -> str | None:
    """The trust, where the envelope names one in the right form."""
    said = message.headers.get("ce_vpd")
    return said if isinstance(said, str) and _VPD_FORM.fullmatch(said) else None
