"""The archive of events: what was published long ago, kept apart from the outbox so that a consumer can be rebuilt from it.

Published events are moved there set by set. After a longer time they are forgotten, but never the newest event of a key of
a state topic: whoever is rebuilt from zero needs the state of people who did not change for years. What is done costs as
much as there is to move and to forget, however large the archive is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text
from sqlalchemy.sql.elements import TextClause

from esrlink.contracts import REGISTRY
from esrlink.db.database import Database, WriteTx

# Each batch is a transaction of its own and short, so that nobody waits for it.
BATCH = 5_000
_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)


def _plain_topics() -> list[str]:
    """The topics that are no state. One that this build does not know is taken for a state: nothing of it is lost."""
    return sorted({model.TOPIC for model in REGISTRY.values() if not model.STATE})


def _statement(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("plain", type_=ARRAY(Text)))


_LIMITS = text(
    "SELECT now() - CAST(:published AS interval) AS published, now() - CAST(:archive AS interval) AS archived"
)

# Dead letters have a table of their own, and of a replay the original is here already.
_MOVE = _statement("""
WITH due AS MATERIALIZED (
     SELECT seq FROM outbox WHERE published_at >= :after AND published_at < :until
      ORDER BY published_at LIMIT :batch FOR UPDATE SKIP LOCKED),
gone AS (
     DELETE FROM outbox WHERE seq = ANY(ARRAY(SELECT seq FROM due))
     RETURNING *, topic <> ALL(:plain) AS is_state),
kept AS (
     INSERT INTO event_archive (seq, event_id, shard, topic, key, headers, value, created_at)
     SELECT seq, event_id, shard, topic, key, headers, value, created_at FROM gone
      WHERE topic NOT LIKE '%.dlq' AND NOT headers ? 'ce_replay' AND (is_state OR created_at >= :oldest)
     RETURNING seq, topic)
SELECT (SELECT count(*) FROM gone) AS taken, (SELECT max(published_at) FROM gone) AS reached,
       ARRAY(SELECT seq FROM kept WHERE topic <> ALL(:plain)) AS states
""")

# An old event that was the newest of its key until this moment: it is the one just before.
_SUPERSEDED = text("""
DELETE FROM event_archive WHERE seq = ANY(ARRAY(
       SELECT p.seq FROM event_archive n CROSS JOIN LATERAL (
              SELECT p.seq, p.created_at FROM event_archive p
               WHERE p.topic = n.topic AND p.key = n.key AND p.seq < n.seq ORDER BY p.seq DESC LIMIT 1) AS p
        WHERE n.seq = ANY(:moved) AND p.created_at < :oldest))
""").bindparams(bindparam("moved", type_=ARRAY(BigInteger)))

# Every topic of the archive by one probe of the index each.
_TOPICS = text("""
WITH RECURSIVE t AS (
     SELECT min(topic) AS topic FROM event_archive
     UNION ALL
     SELECT (SELECT min(a.topic) FROM event_archive a WHERE a.topic > t.topic) FROM t WHERE t.topic IS NOT NULL)
SELECT topic FROM t WHERE topic IS NOT NULL
""")

_FORGET = _statement("""
WITH due AS MATERIALIZED (
     SELECT seq, key, created_at FROM event_archive
      WHERE topic = :topic AND (created_at, seq) > (:at, :seq) AND created_at < :oldest
      ORDER BY created_at, seq LIMIT :batch),
gone AS (
     DELETE FROM event_archive WHERE seq = ANY(ARRAY(
            SELECT seq FROM due d
             WHERE :topic = ANY(:plain)
                OR EXISTS (SELECT FROM event_archive l WHERE l.topic = :topic AND l.key = d.key AND l.seq > d.seq))))
SELECT count(*) OVER () AS looked_at, created_at, seq FROM due ORDER BY created_at DESC, seq DESC LIMIT 1
""")


class Archivist:
    """Moves and forgets one service's events; any number may do it at a time.

    It remembers how far each topic was looked through, so that the newest events of quiet people, which stay, are looked
    at once in the life of a process and not again at each turn.
    """

    def __init__(self, database: Database, *, keep_published: timedelta, keep_archive: timedelta) -> None:
        self._database = database
        self._keep = {"published": keep_published, "archive": keep_archive}
        self._plain = _plain_topics()
        self._looked_to: dict[str, tuple[datetime, int]] = {}

    async def tidy(self) -> None:
        """Move what is due to be moved, then forget what is due to be forgotten."""
        async with self._database.read() as tx:
            limits = (await tx.execute(_LIMITS, self._keep)).one()
            topics = [row.topic for row in await tx.all(_TOPICS)]
        await self._move(limits.published, limits.archived)
        for topic in topics:
            await self._forget(topic, limits.archived)

    async def _move(self, until: datetime, oldest: datetime) -> None:
        after, taken = _BEGINNING, BATCH
        while taken == BATCH:
            async with self._database.write() as tx:
                moved = await self._move_batch(tx, after, until, oldest)
            taken, after = moved.taken, moved.reached

    async def _move_batch(self, tx: WriteTx, after: datetime, until: datetime, oldest: datetime) -> Any:
        parameters = {"after": after, "until": until, "oldest": oldest, "batch": BATCH, "plain": self._plain}
        moved = (await tx.execute(_MOVE, parameters)).one()
        if moved.states:
            await tx.execute(_SUPERSEDED, {"moved": moved.states, "oldest": oldest})
        return moved

    async def _forget(self, topic: str, oldest: datetime) -> None:
        looked_at = BATCH
        while looked_at == BATCH:
            at, seq = self._looked_to.get(topic, (_BEGINNING, 0))
            parameters = {"topic": topic, "at": at, "seq": seq, "oldest": oldest, "batch": BATCH, "plain": self._plain}
            async with self._database.write() as tx:
                last = (await tx.execute(_FORGET, parameters)).one_or_none()
            if last is None:
                return
            looked_at = last.looked_at
            self._looked_to[topic] = (last.created_at, last.seq)
