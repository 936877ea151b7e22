"""Writing what changed, in the transaction that changes it: one statement for people, one for all events, however many.

The rows get their place in the feed later (`numbering`). Changes of one key are written while their order is held: those of
people while their rows are held, those of events under the outbox's lock of their key, each to the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from esrlink.contracts import Event
from esrlink.db.questions import Question, as_json, order
from esrlink.db.rowset import insert_rows
from profile_sync.tables import change

PERSON_CHANGED = "person.changed"
TOPICS = (PERSON_CHANGED, "profile.linked", "profile.unlinked", "profile.review_needed", "profile.onboarded")
"""What the feed tells of. But for the first, each entry is the event of that name."""

_COLUMNS = [c.name for c in change.columns if c.name not in ("id", "position")]
_INSERT = insert_rows(change, _COLUMNS)
# What an entry says by itself, beside the rest of its event.
_SAID = {"vpd", "employee_number", "profile", "revision", "occurred_at"}


def people_recorded(vpd: str, revisions: Iterable[tuple[str, int]], now: datetime) -> Question[None]:
    """These people changed, each to this revision. The caller holds their rows."""
    common = {"vpd": vpd, "topic": PERSON_CHANGED, "changed_at": now.isoformat()}
    rows = [
        {**common, "key": f"{vpd}/{number}", "employee_number": number, "revision": revision}
        for number, revision in revisions
    ]
    return order(_INSERT, {"rows": as_json(rows)})


def events_recorded(events: Sequence[Event], now: datetime) -> list[Question[None]]:
    """What a transaction emits, in that order, as far as the feed tells of it. The outbox holds their keys."""
    rows = [_row(event, now) for event in events if event.TOPIC in TOPICS]
    return [order(_INSERT, {"rows": as_json(rows)})] if rows else []


def _row(event: Event, now: datetime) -> dict[str, Any]:
    said: dict[str, Any] = event.model_dump(mode="json")
    return {
        "vpd": event.vpd,
        "topic": event.TOPIC,
        "key": event.partition_key,
        "employee_number": said.get("employee_number"),
        **{name: (said.get("profile") or {}).get(name) for name in ("product", "department", "profile_id")},
        "revision": said.get("revision"),
        "data": {name: value for name, value in said.items() if name not in _SAID},
        "changed_at": now.isoformat(),
    }
