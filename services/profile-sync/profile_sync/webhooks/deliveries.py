"""The deliveries of a webhook: made from the feed, listed, and put back into the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import ReadTx, WriteTx
from esrlink.db.rowset import insert_rows
from esrlink.errors import NotFound
from esrlink.ids import NewId
from profile_sync.changes.feed import Wanted, floor, read_changes
from profile_sync.changes.recording import TOPICS
from profile_sync.cursors import Cursor, not_ours
from profile_sync.tables import webhook_delivery
from profile_sync.trail import Author, note

WAITING, PARKED = "waiting", "parked"
_REPLAYED = "webhook.replayed"
_BATCH = 500
# A dead endpoint need not have the whole feed copied for it: what it was not given yet waits in the feed.
_MOST_WAITING = 2_000

_COLUMNS = [c.name for c in webhook_delivery.columns]
_INSERT = insert_rows(webhook_delivery, _COLUMNS)
_CURSOR = Cursor(str)
_COUNT = text(
    """
    SELECT count(*) FROM (SELECT FROM webhook_delivery WHERE vpd = :vpd AND webhook_id = :webhook_id
                             AND state = 'waiting' LIMIT :most) AS w
    """
)
_ADVANCE = text(
    """
    UPDATE webhook SET position = :position, missed_at = coalesce(:missed_at, missed_at)
     WHERE vpd = :vpd AND webhook_id = :webhook_id
    """
)
# The oldest of each key only: what follows waits for it, so that a person's changes stay in order.
_DUE = text(
    """
    SELECT d.* FROM webhook_delivery d
     WHERE d.vpd = :vpd AND d.webhook_id = :webhook_id AND d.state = 'waiting' AND d.due_at <= :now
       AND NOT EXISTS (SELECT FROM webhook_delivery e WHERE e.vpd = d.vpd AND e.webhook_id = d.webhook_id
                          AND e.state = 'waiting' AND e.key = d.key AND e.position < d.position)
     ORDER BY d.position LIMIT :limit
    """
)
_SETTLE = text(
    """
    UPDATE webhook_delivery d
       SET state = g.state, attempts = d.attempts + 1, due_at = g.due_at, outcome = g.outcome, settled_at = g.settled_at
      FROM jsonb_to_recordset(:rows) AS g(delivery_id uuid, state text, due_at timestamptz, outcome text,
                                          settled_at timestamptz)
     WHERE d.vpd = :vpd AND d.delivery_id = g.delivery_id
    """
).bindparams(bindparam("rows", type_=JSONB))


async def hand_over(tx: WriteTx, hook: Any, *, now: datetime, new_id: NewId, body_of: Any) -> int:
    """Make deliveries of what the feed holds behind the webhook's place; how far that place moved. Seven statements at most.

    The caller holds the webhook's lease. `body_of` makes a change's JSON text.
    """
    key = {"vpd": hook.vpd, "webhook_id": hook.webhook_id}
    if int(await tx.scalar(_COUNT, {**key, "most": _MOST_WAITING})) >= _MOST_WAITING:
        return 0
    wanted = Wanted([hook.vpd], [one for one in TOPICS if one in hook.topics], hook.departments)
    part = await read_changes(tx, wanted, hook.position, _BATCH, is_given=False)
    # After reading: what was forgotten before it was handed over is missed, and its owner is told so.
    is_missed = hook.position < await floor(tx, [hook.vpd])
    if part.place == hook.position and not is_missed:
        return 0
    if part.changes:
        rows = [_row(hook, change, now, new_id, body_of) for change in part.changes]
        await tx.execute(_INSERT, {"rows": rows})
    place = max(part.place, await floor(tx, [hook.vpd])) if is_missed else part.place
    await tx.execute(_ADVANCE, {**key, "position": place, "missed_at": now if is_missed else None})
    return int(part.place - hook.position)


def _row(hook: Any, change: Any, now: datetime, new_id: NewId, body_of: Any) -> dict[str, Any]:
    return {
        "vpd": hook.vpd,
        "delivery_id": str(new_id()),
        "webhook_id": str(hook.webhook_id),
        "position": change.position,
        "topic": change.topic,
        "key": change.key,
        "body": body_of(change, hook),
        "state": WAITING,
        "attempts": 0,
        "due_at": now.isoformat(),
        "outcome": None,
        "replayed": False,
        "created_at": now.isoformat(),
        "settled_at": None,
    }


async def due(tx: ReadTx, hook: Any, *, now: datetime, limit: int) -> Sequence[Any]:
    """The deliveries to be tried now, at most one of each key, oldest first."""
    return await tx.all(_DUE, {"vpd": hook.vpd, "webhook_id": hook.webhook_id, "now": now, "limit": limit})


async def settle(tx: WriteTx, vpd: str, rows: Sequence[dict[str, Any]]) -> None:
    """Note down what attempts came to: delivery_id, state, due_at, outcome, settled_at."""
    await tx.execute(_SETTLE, {"vpd": vpd, "rows": list(rows)})


async def list_deliveries(
    tx: ReadTx, hook: Any, *, state: str | None, cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """A page of deliveries, newest first, and the cursor of the next."""
    c = webhook_delivery.c
    statement = select(webhook_delivery).where(c.vpd == hook.vpd, c.webhook_id == hook.webhook_id)
    if state is not None:
        statement = statement.where(c.state == state)
    if cursor is not None:
        (place,) = _CURSOR.read(cursor)
        if not place.isascii() or not place.isdigit() or len(place) > 18:
            raise not_ours()
        statement = statement.where(c.position < int(place))
    rows = list(await tx.all(statement.order_by(c.position.desc()).limit(limit + 1)))
    following = _CURSOR.after([str(rows[limit - 1].position)]) if len(rows) > limit else None
    return rows[:limit], following


async def counts(tx: ReadTx, vpd: str, webhook_ids: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    """How many deliveries of each webhook wait and are parked."""
    c = webhook_delivery.c
    statement = (
        select(c.webhook_id, c.state, func.count().label("number"))
        .where(c.vpd == vpd, c.webhook_id.in_(webhook_ids), c.state != "delivered")
        .group_by(c.webhook_id, c.state)
    )
    return {(row.webhook_id, row.state): row.number for row in await tx.all(statement)}


async def replay(
    tx: WriteTx,
    hook: Any,
    *,
    by: Author,
    now: datetime,
    delivery_id: UUID | None = None,
    since: datetime | None = None,
    states: Sequence[str] = (PARKED,),
) -> int:
    """Put deliveries back into the queue, with all their attempts before them: one, or all since a moment.

    Returns how many. Raises `NotFound` when the one is not there.
    """
    c = webhook_delivery.c
    again = {"state": WAITING, "attempts": 0, "due_at": now, "settled_at": None, "replayed": True}
    statement = update(webhook_delivery).where(c.vpd == hook.vpd, c.webhook_id == hook.webhook_id).values(again)
    if delivery_id is not None:
        found = await tx.execute(statement.where(c.delivery_id == delivery_id))
        if not found.rowcount:
            raise NotFound("There is no such delivery, or it is forgotten.", field="delivery_id")
        await note(tx, hook.vpd, by, _REPLAYED, hook.webhook_id, now, delivery_id=str(delivery_id), queued=1)
        return 1
    statement = statement.where(c.state.in_(states))
    found = await tx.execute(statement if since is None else statement.where(c.created_at >= since))
    said = {"states": list(states), "since": since.isoformat() if since else None, "queued": int(found.rowcount)}
    await note(tx, hook.vpd, by, _REPLAYED, hook.webhook_id, now, **said)
    return int(found.rowcount)
