"""How far behind a service is: for its status, its metrics and its readiness."""

from __future__ import annotations

from sqlalchemy import text

from esrlink.db.database import ReadTx
from esrlink.observability import metrics
from esrlink.status import Backlog

_BACKLOG = text(
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS waiting,"
    " (SELECT extract(epoch FROM clock_timestamp() - min(created_at)) FROM outbox WHERE published_at IS NULL) AS oldest,"
    " (SELECT count(*) FROM dead_letter) AS parked"
)


async def backlog(tx: ReadTx, *, service: str) -> Backlog:
    """Count, and set the gauges by the way."""
    row = (await tx.execute(_BACKLOG)).one()
    oldest = None if row.oldest is None else max(0.0, float(row.oldest))
    metrics.OUTBOX_WAITING.labels(service).set(row.waiting)
    metrics.OUTBOX_OLDEST.labels(service).set(oldest or 0.0)
    return Backlog(outbox_waiting=row.waiting, outbox_oldest_seconds=oldest, parked=row.parked)
