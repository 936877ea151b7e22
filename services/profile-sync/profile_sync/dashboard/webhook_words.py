"""What the pages of webhooks say of a webhook's state, an outcome, and after a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

STATES = {"waiting": ("neutral", "Waiting"), "delivered": ("good", "Delivered"), "parked": ("bad", "Parked")}
_OUTCOMES = {
    "delivered": "Delivered",
    "timeout": "No answer in time",
    "not_connected": "No connection",
    "address_refused": "The address is not allowed",
}
SAID = {
    "paused": "The webhook is paused. What changes waits for it.",
    "resumed": "The webhook goes on, and its endpoint is tried at once.",
    "replayed": "They are in the queue again, with all their attempts before them.",
    "nothing": "Nothing is parked, so nothing is sent again.",
    "removed": "The webhook is removed, with its deliveries.",
}


def state_of(one: Any) -> tuple[str, str]:
    """The tone and the word of how a webhook does; the worst comes first."""
    if one.paused:
        return "neutral", "Paused"
    if one.failures:
        return "bad", "Failing"
    if one.parked:
        return "warning", "Has parked"
    return ("neutral", "Sending") if one.waiting else ("good", "Up to date")


def outcome_words(code: str | None) -> str:
    """What came of an attempt."""
    if code is None:
        return "Not tried yet"
    return _OUTCOMES.get(code) or (f"Answered {code.removeprefix('status_')}" if code.startswith("status_") else code)


def address_of(url: str) -> str:
    """An address without what may hold a password: who signs in, and its query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}{'?…' if parts.query else ''}"
