"""How cohorts are said on pages: states, kinds, actions, outcomes, and what planning anew changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from esrlink.web.wording import day

KINDS = {"joiner": "Joiner", "mover": "Mover", "returner": "Returner", "leaver": "Leaver"}

ACTIONS = {
    "create": "Make a profile",
    "link": "Link a profile that is there",
    "reinstate": "Bring a profile back",
    "end": "End the profile",
    "leave": "Nothing to do",
}
"""In the order of the page."""

STATES = {
    "planned": ("neutral", "Planned"),
    "applying": ("running", "Being applied"),
    "applied": ("good", "Applied"),
    "undoing": ("running", "Being undone"),
    "undone": ("neutral", "Undone"),
}
OUTCOMES = {
    "waiting": ("neutral", "Not applied"),
    "done": ("good", "Done"),
    "failed": ("bad", "Failed"),
    "skipped": ("neutral", "Left as it is"),
    "undone": ("neutral", "Undone"),
    "kept": ("warning", "Not undone"),
}
_FIELDS = {
    "kind": "comes or goes",
    "starts": "first day",
    "ends": "last day",
    "proposed_action": "proposal",
    "proposed_profile_id": "proposed profile",
    "email": "e-mail address",
}


def differences(listed: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """A sentence for each field that planning anew changed."""
    return [_sentence(one) for one in listed or ()]


def _sentence(one: Mapping[str, Any]) -> str:
    if one["field"] == "person":
        return "New in the plan."
    name = _FIELDS.get(one["field"], one["field"].replace("_", " "))
    return f"{name[0].upper()}{name[1:]}: {_said(one['before'])} → {_said(one['after'])}"


def _said(value: Any) -> str:
    if value is None:
        return "none"
    try:
        return day(date.fromisoformat(value))
    except (TypeError, ValueError):
        return ACTIONS.get(str(value), str(value))
