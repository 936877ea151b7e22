"""How far behind a service is: for its status, its metrics and its readiness.

Dead letters are counted as the transaction sees them: those of its trusts, or with `EVERY_TRUST` all of them.
"""

from __future__ import annotations

from sqlalchemy import text

from esrlink.db.database import ReadTx
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.observability import metrics
from esrlink.status import Backlog

_BACKLOG = text(
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS waiting,"
    " (SELECT extract(epoch FROM clock_timestamp() - min(created_at)) FROM outbox WHERE published_at IS NULL) AS oldest,"
    " (SELECT count(*) FROM dead_letter WHERE state = 'parked') AS parked,"
    " (SELECT coalesce(array_agg(topic ORDER BY topic), '{}') FROM fuse) AS stopped"
)
# The topics whose gauge says "blown", by service: a gauge that is not told otherwise says so for ever.
_blown: dict[str, set[str]] = {}


async def backlog(tx: ReadTx, *, service: str) -> Backlog:
    """Count, and set the gauges by the way."""
    row = (await tx.execute(_BACKLOG)).one()
    oldest = None if row.oldest is None else max(0.0, float(row.oldest))
    metrics.OUTBOX_WAITING.labels(service).set(row.waiting)
    metrics.OUTBOX_OLDEST.labels(service).set(oldest or 0.0)
    if tx.vpds is EVERY_TRUST:
        metrics.LETTERS_WAITING.labels(service).set(row.parked)
    known = _blown.setdefault(service, set())
    known.update(row.stopped)
    for topic in known:
        metrics.FUSE_BLOWN.labels(service, topic).set(topic in row.stopped)
    return Backlog(
        outbox_waiting=row.waiting, outbox_oldest_seconds=oldest, parked=row.parked, stopped_topics=row.stopped
    )
