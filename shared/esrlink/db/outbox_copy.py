"""Events of one model in bulk: COPY into the outbox, from values that are JSON already.

For a service that publishes a hundred thousand people in one transaction: an event model, a dictionary of headers and an INSERT
for each would take most of its time. The rows are the same as `write_events` makes; a test holds the two side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zlib import crc32

import psycopg
import uuid_utils

from esrlink.contracts.envelope import headers_of
from esrlink.contracts.events import PersonEvent
from esrlink.db.outbox import LOCK_GROUPS, MAX_EVENT_BYTES, SHARDS
from esrlink.errors import TooLarge
from esrlink.observability.tracing import current_traceparent

# JSON holds no control character, so these can stand for separator, quote and null, and nothing need be quoted.
_COPY = (
    "COPY outbox (event_id, shard, topic, key, headers, value) FROM STDIN"
    r" (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x1e', ESCAPE E'\x1e', NULL E'\x1d')"
)
_ID, _KEY = "@event-id@", "@key@"


class CopiedEvents:
    """Makes the outbox's rows for events about people of one trust, all of the trace of the work in hand.

    It may be made and used in different threads; `now` is the product's clock.
    """

    def __init__(self, model: type[PersonEvent], *, vpd: str, service: str, now: datetime) -> None:
        headers = headers_of(
            model,
            vpd=vpd,
            key=_KEY,
            partition_key=_KEY,
            event_id=_ID,
            source=service,
            time=now,
            traceparent=current_traceparent(),
        )
        before, rest = json.dumps(headers).split(_ID)
        self._headers = (before, *rest.split(_KEY))
        self._topic = model.TOPIC
        self._vpd = vpd

    def rows(self, events: Iterable[tuple[str, str]]) -> str:
        """The text to copy for these events: each an employee number, of letters and digits, and the event as JSON.

        Raises `TooLarge` for an event that no broker would take.
        """
        before, between, after = self._headers
        new_id, topic, vpd = uuid_utils.uuid7, self._topic, self._vpd
        rows = []
        for number, value in events:
            # A character takes four bytes at most.
            if len(value) > MAX_EVENT_BYTES // 4 and len(value.encode()) > MAX_EVENT_BYTES:
                raise TooLarge(f"What this would publish on {topic} is larger than the bus takes. Send it in parts.")
            event_id, key = new_id(), f"{vpd}/{number}"
            shard = crc32(key.encode()) % LOCK_GROUPS % SHARDS
            # `bytea` reads a backslash as the beginning of an escape.
            written = value.replace("\\", "\\\\")
            rows.append(
                f"{event_id}\x1f{shard}\x1f{topic}\x1f{key}\x1f{before}{event_id}{between}{key}{after}\x1f{written}\n"
            )
        return "".join(rows)


async def copy_events(driver: psycopg.AsyncConnection[Any], rows: str) -> None:
    """Add what `rows` made to the outbox within the open transaction. The caller has locked the keys (`lock_keys`)."""
    if rows:
        async with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            await copy.write(rows)
