"""How webhooks do, for those who watch them: what waits, what was given up, and what came of the last attempts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text

from esrlink.db import ReadTx

# What was delivered is read from its newest end, and what waits and is parked in indexes of their own.
_WATCHED = text(
    """
    SELECT w.vpd, w.webhook_id, w.owner, w.url, w.topics, w.departments, w.contacts, w.paused, w.version, w.created_at,
           w.changed_at, w.failures, w.next_try_at, w.missed_at, w.previous_until,
           (SELECT count(*) FROM webhook_delivery d
             WHERE d.vpd = w.vpd AND d.webhook_id = w.webhook_id AND d.state = 'waiting') AS waiting,
           (SELECT count(*) FROM webhook_delivery d
             WHERE d.vpd = w.vpd AND d.webhook_id = w.webhook_id AND d.state = 'parked') AS parked,
           last.state AS last_state, last.outcome AS last_outcome, last.settled_at AS last_at, tried.outcome AS now_outcome
      FROM webhook w
      LEFT JOIN LATERAL (SELECT d.state, d.outcome, d.settled_at FROM webhook_delivery d
                          WHERE d.vpd = w.vpd AND d.webhook_id = w.webhook_id AND d.settled_at IS NOT NULL
                          ORDER BY d.position DESC LIMIT 1) AS last ON true
      LEFT JOIN LATERAL (SELECT d.outcome FROM webhook_delivery d
                          WHERE d.vpd = w.vpd AND d.webhook_id = w.webhook_id AND d.state = 'waiting' AND d.outcome IS NOT NULL
                          ORDER BY d.position LIMIT 1) AS tried ON true
     WHERE w.vpd = ANY(:vpds) AND (CAST(:webhook_id AS uuid) IS NULL OR w.webhook_id = :webhook_id)
     ORDER BY w.vpd, w.created_at, w.webhook_id
    """
).bindparams(bindparam("vpds", type_=ARRAY(Text)))

_TROUBLED = text(
    """
    SELECT count(*) FROM webhook w
     WHERE w.vpd = ANY(:vpds)
       AND (w.failures > 0 OR EXISTS (SELECT FROM webhook_delivery d
                                       WHERE d.vpd = w.vpd AND d.webhook_id = w.webhook_id AND d.state = 'parked'))
    """
).bindparams(bindparam("vpds", type_=ARRAY(Text)))


async def watched(tx: ReadTx, vpds: Collection[str]) -> Sequence[Any]:
    """All webhooks of these trusts without their secrets, each with what waits, what is parked, and its last delivery."""
    return await tx.all(_WATCHED, {"vpds": sorted(vpds), "webhook_id": None})


async def watched_one(tx: ReadTx, hook: Any) -> Any:
    """The same of one webhook."""
    return (await tx.all(_WATCHED, {"vpds": [hook.vpd], "webhook_id": hook.webhook_id}))[0]


async def troubled(tx: ReadTx, vpds: Collection[str]) -> int:
    """How many webhooks of these trusts have an endpoint that fails, or deliveries that were given up."""
    return int(await tx.scalar(_TROUBLED, {"vpds": sorted(vpds)}))
