"""What a revision changed, in sentences for a reader of a person's page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from esrlink.web.wording import day

_NAMES = {"fte": "FTE", "email": "e-mail address", "gone": "gone from ESR", "primary": "main post", "status": "status"}


def in_sentences(changes: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """A sentence for each change; one that says so where there is none to show."""
    if changes is None:
        return ["The first that is known of this person."]
    told = [_sentence(one) for one in changes]
    return told or ["Nothing that is shown here."]


def _sentence(one: Mapping[str, Any]) -> str:
    field, before, after = one["field"], one["before"], one["after"]
    where = _where(one)
    if field in ("assignment", "registration"):
        return f"{where} {'came' if before is None else 'went'}."
    name = _NAMES.get(field, field.replace("_", " "))
    what = f"{where}: {name}" if where else name[0].upper() + name[1:]
    return f"{what}: {_said(before)} → {_said(after)}"


def _where(one: Mapping[str, Any]) -> str:
    if one.get("registration"):
        return f"Registration {one['registration']}"
    if one.get("assignment"):
        return f"Assignment {one['assignment']} from {day(date.fromisoformat(one['effective_from']))}"
    return ""


def _said(value: Any) -> str:
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _as_day(value) if isinstance(value, str) else str(value)


def _as_day(text: str) -> str:
    try:
        return day(date.fromisoformat(text)) if len(text) == 10 else text
    except ValueError:
        return text
