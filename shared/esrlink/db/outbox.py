"""Writing to the outbox: the change and its event in one transaction, in an order that readers can rely on.

Two transactions that emit for the same key could commit in another order than their sequence numbers. So a transaction
takes a lock per group of keys before it draws its numbers, and holds it to its commit, which follows at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from esrlink.contracts import Event, to_message
from esrlink.contracts.envelope import headers_of
from esrlink.contracts.events import PersonEvent
from esrlink.db.questions import Question, as_json, ask_together, order
from esrlink.errors import TooLarge
from esrlink.ids import new_id
from esrlink.outbox_rows import (
    COPY_BEGIN,
    COPY_END,
    COPY_ROWS,
    LOCK_GROUPS,
    MAX_EVENT_BYTES,
    SHARDS,
    CopiedEvents,
    group_of,
    row_to_copy,
)

_LOCK_CLASS = 0x45_53_52  # "ESR"; keeps these locks apart from others in the same database

_COPIED_FROM = 500
_ID, _KEY = "@event-id@", "@key@"

_LOCK = text(
    "SELECT pg_advisory_xact_lock(:lock_class, g) FROM (SELECT unnest(CAST(:groups AS int[])) AS g ORDER BY 1) AS o"
)


_COLUMNS = ("event_id", "shard", "topic", "key", "headers", "value")
# One statement whatever their number; ordered, so that they are published in the order in which they were emitted.
_ADD = text(
    """
    INSERT INTO outbox (event_id, shard, topic, key, headers, value)
    SELECT g.event_id, g.shard, g.topic, g.key, g.headers, g.value
      FROM ROWS FROM (
           unnest(CAST(:event_id AS uuid[]), CAST(:shard AS smallint[]), CAST(:topic AS text[]), CAST(:key AS text[])),
           jsonb_array_elements(CAST(:headers AS jsonb)), unnest(CAST(:value AS bytea[]))
           ) WITH ORDINALITY AS g (event_id, shard, topic, key, headers, value, n)
     ORDER BY g.n
    """
)


def row_of(event: Event, *, service: str, now: datetime, traceparent: str | None = None) -> dict[str, Any]:
    """The outbox row that carries `event`. `now` is the product's clock; the row's own age is told by the database's.

    Raises `TooLarge` for an event that no broker would take: then the change is not made either.
    """
    event_id = new_id()
    message = to_message(event, event_id=event_id, source=service, time=now, traceparent=traceparent)
    if len(message.value) > MAX_EVENT_BYTES:
        raise TooLarge(f"What this would publish on {message.topic} is larger than the bus takes. Send it in parts.")
    return {
        "event_id": event_id,
        "shard": group_of(message.partition_key) % SHARDS,
        "topic": message.topic,
        "key": message.key,
        "headers": dict(message.headers),
        "value": message.value,
    }


def _keys_locked(keys: Iterable[str]) -> Question[None]:
    return order(_LOCK, {"lock_class": _LOCK_CLASS, "groups": sorted({group_of(key) for key in keys})})


async def lock_keys(connection: AsyncConnection, keys: Sequence[str]) -> None:
    """Hold the order of these keys until the transaction ends."""
    locked = _keys_locked(keys)
    await connection.execute(locked.statement, locked.values)


async def lock_every_key(connection: AsyncConnection) -> None:
    """Hold the order of all keys until the transaction ends: nobody has drawn a number and is yet to commit."""
    await connection.execute(_LOCK, {"lock_class": _LOCK_CLASS, "groups": list(range(LOCK_GROUPS))})


async def write_emitted(
    connection: AsyncConnection,
    driver: psycopg.AsyncConnection[Any],
    emitted: Sequence[tuple[Event, str | None]],
    *,
    service: str,
    now: datetime,
    along: Sequence[Question[None]] = (),
) -> None:
    """Add events, each with its traceparent, to the outbox within the open transaction, in the order given.

    `along` is done while the outbox holds their keys.
    """
    locked = _keys_locked(event.partition_key for event, _ in emitted)
    if len(emitted) < _COPIED_FROM:
        await ask_together(connection, driver, [locked, _added(_rows(emitted, service, now)), *along])
        return
    await ask_together(connection, driver, [locked, *along])
    is_copied = all(event.key.isprintable() for event, _ in emitted)
    # Many are made and written block by block: their rows are several times their size.
    for start in range(0, len(emitted), _COPIED_FROM):
        rows = _rows(emitted[start : start + _COPIED_FROM], service, now)
        if is_copied:
            await copy_rows(driver, b"".join(map(_copied, rows)))
        else:
            await ask_together(connection, driver, [_added(rows)])


def _rows(emitted: Sequence[tuple[Event, str | None]], service: str, now: datetime) -> list[dict[str, Any]]:
    return [row_of(event, service=service, now=now, traceparent=traceparent) for event, traceparent in emitted]


def _added(rows: Sequence[dict[str, Any]]) -> Question[None]:
    columns = {name: [row[name] for row in rows] for name in _COLUMNS}
    return order(_ADD, {**columns, "headers": as_json(columns["headers"])})


def _copied(row: dict[str, Any]) -> bytes:
    headers = json.dumps(row["headers"]).encode()
    return row_to_copy(
        row["event_id"].bytes, row["shard"], row["topic"].encode(), row["key"].encode(), headers, row["value"]
    )


def copied_events(
    model: type[PersonEvent], *, vpd: str, service: str, now: datetime, traceparent: str | None
) -> CopiedEvents:
    """Makes the rows of events about people of one trust, all of one trace. `now` is the product's clock."""
    headers = headers_of(
        model,
        vpd=vpd,
        key=_KEY,
        partition_key=_KEY,
        event_id=_ID,
        source=service,
        time=now,
        traceparent=traceparent,
    )
    before, rest = json.dumps(headers).split(_ID)
    between, after = rest.split(_KEY)
    return CopiedEvents(vpd, model.TOPIC, (before, between, after))


async def copy_rows(driver: psycopg.AsyncConnection[Any], rows: bytes) -> None:
    """Add what `CopiedEvents` made within the open transaction. The caller has locked the keys (`lock_keys`)."""
    if rows:
        async with driver.cursor() as cursor, cursor.copy(COPY_ROWS) as copy:
            await copy.write(COPY_BEGIN)
            await copy.write(rows)
            await copy.write(COPY_END)
