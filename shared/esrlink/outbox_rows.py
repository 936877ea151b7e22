"""Rows of the outbox in bulk, from values that are JSON already: what COPY takes.

For a service that publishes a hundred thousand people in one transaction: an event model, a dictionary of headers and an INSERT
for each would take most of its time. The rows are the same as `write_emitted` makes; a test holds the two side by side. Pure, and
apart from the database, so that a process that only makes rows need not know how to reach one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from struct import Struct
from zlib import crc32

import uuid_utils

from esrlink.errors import TooLarge

SHARDS = 4
# Few enough that a transaction with thousands of keys holds few locks, many enough that requests rarely wait.
LOCK_GROUPS = 64
# Brokers refuse a message over 1 MB, and one that can never be published would hold up all that follow it.
MAX_EVENT_BYTES = 950_000

# In PostgreSQL's binary form: reading a text costs it half as much again, and a value need not be escaped.
COPY_ROWS = "COPY outbox (event_id, shard, topic, key, headers, value) FROM STDIN (FORMAT binary)"
COPY_BEGIN, COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_ROW, _LENGTH = Struct("!hi16sihi"), Struct("!i")
_COLUMNS, _JSONB_FORM = 6, b"\x01"


def row_to_copy(event_id: bytes, shard: int, topic: bytes, key: bytes, headers: bytes, value: bytes) -> bytes:
    """A row of the outbox as `COPY_ROWS` takes it, between `COPY_BEGIN` and `COPY_END`."""
    length = _LENGTH.pack
    begin = _ROW.pack(_COLUMNS, len(event_id), event_id, 2, shard, len(topic))
    cells = (
        begin,
        topic,
        length(len(key)),
        key,
        length(len(headers) + 1),
        _JSONB_FORM,
        headers,
        length(len(value)),
        value,
    )
    return b"".join(cells)


def group_of(key: str) -> int:
    """The lock group of a partition key; stable over processes and versions."""
    return crc32(key.encode()) % LOCK_GROUPS


@dataclass(frozen=True, slots=True)
class CopiedEvents:
    """Makes the outbox's rows for events about people of one trust (`db.outbox.copied_events`). `headers` are the text around an
    event's id and its key."""

    vpd: str
    topic: str
    headers: tuple[str, str, str]

    def rows(self, events: Iterable[tuple[str, bytes]]) -> bytes:
        """What to copy for these events: each an employee number, of letters and digits, and the event as JSON.

        Raises `TooLarge` for an event that no broker would take.
        """
        before, between, after = self.headers
        new_id, topic, vpd = uuid_utils.uuid7, self.topic.encode(), self.vpd
        rows = []
        for number, value in events:
            if len(value) > MAX_EVENT_BYTES:
                raise TooLarge(
                    f"What this would publish on {self.topic} is larger than the bus takes. Send it in parts."
                )
            event_id, key = new_id(), f"{vpd}/{number}"
            headers = f"{before}{event_id}{between}{key}{after}"
            shard = group_of(key) % SHARDS
            rows.append(row_to_copy(event_id.bytes, shard, topic, key.encode(), headers.encode(), value))
        return b"".join(rows)
