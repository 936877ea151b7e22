"""Forgetting changes and deliveries of long ago, and remembering up to where."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from esrlink.clock import Clock
from esrlink.db import Database
from profile_sync.forgetting import Forgetting

_CHANGES = text(
    """
    WITH due AS (SELECT id FROM change WHERE vpd = :vpd AND changed_at < :before AND position IS NOT NULL
                  ORDER BY changed_at LIMIT :batch FOR UPDATE SKIP LOCKED),
         gone AS (DELETE FROM change c USING due d WHERE c.id = d.id RETURNING c.position),
         kept AS (INSERT INTO change_floor (vpd, position) SELECT :vpd, max(position) FROM gone HAVING count(*) > 0
                      ON CONFLICT (vpd) DO UPDATE SET position = greatest(change_floor.position, excluded.position))
    SELECT count(*) FROM gone
    """
)
_DELIVERIES = text(
    """
    WITH gone AS (DELETE FROM webhook_delivery WHERE (vpd, delivery_id) IN (
                  SELECT vpd, delivery_id FROM webhook_delivery WHERE vpd = :vpd AND created_at < :before
                   ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED) RETURNING webhook_id, state),
         missed AS (UPDATE webhook w SET missed_at = :now
                     WHERE w.vpd = :vpd AND w.webhook_id IN (SELECT webhook_id FROM gone WHERE state <> 'delivered'))
    SELECT count(*) FROM gone
    """
)


def forgetting_changes(database: Database, clock: Clock, keep: timedelta) -> Forgetting:
    """Forgets changes and deliveries that are older than `keep`."""
    return Forgetting(database, clock, keep, (_CHANGES, _DELIVERIES), what="old changes")
