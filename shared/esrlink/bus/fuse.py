"""The fuse: when too many messages of a topic in a row could not be taken into effect, the topic's lane stops.

Its messages are then neither parked nor passed over: they wait on the bus, and the other topics go on. It is about a fault
of ours, or of a sender, that would otherwise fill the dead letters with good messages. A blown fuse is a row in the table
`fuse`, so every replica, the pages and a restart know of it. Now and then one message is tried; its success closes the
fuse, and so does a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import TextClause, text

from esrlink.bus.patience import patiently
from esrlink.bus.reasons import Reason, ReasonClass
from esrlink.db.database import Database, ReadTx, WriteTx

log = structlog.get_logger()

# So many failures with no success between them are no accident: one bad sender in three never gets there.
FUSE = 20

_BLOWN = text(
    "SELECT topic, blown_at, failures, reason_class, reason, next_try_at, next_try_at <= clock_timestamp() AS is_due"
    " FROM fuse WHERE consumer = :consumer ORDER BY topic"
)
_BLOW = text(
    "INSERT INTO fuse (consumer, topic, failures, reason_class, reason, next_try_at)"
    " VALUES (:consumer, :topic, :failures, :reason_class, :reason, clock_timestamp() + :pause)"
    " ON CONFLICT DO NOTHING"
)
_CLAIM = text(
    "UPDATE fuse SET next_try_at = clock_timestamp() + :pause"
    " WHERE consumer = :consumer AND topic = :topic AND next_try_at <= clock_timestamp() RETURNING topic"
)
_STILL = text(
    "UPDATE fuse SET failures = :failures, reason_class = :reason_class, reason = :reason,"
    " next_try_at = clock_timestamp() + :pause WHERE consumer = :consumer AND topic = :topic"
)
_RESET = text("DELETE FROM fuse WHERE consumer = :consumer AND topic = :topic RETURNING topic")


class LaneStopped(Exception):
    """A fuse has blown: what was polled of its topic must not be committed."""


@dataclass(frozen=True, slots=True)
class Blown:
    """A fuse that has blown. `failures` counts the messages in a row that could not be taken into effect."""

    topic: str
    blown_at: datetime
    failures: int
    reason_class: ReasonClass
    reason: str
    next_try_at: datetime
    is_due: bool


async def blown_fuses(tx: ReadTx, consumer: str) -> Sequence[Blown]:
    """The lanes of this consumer that are stopped."""
    rows = await tx.mappings(_BLOWN, {"consumer": consumer})
    return [Blown(**{**row, "reason_class": ReasonClass(row["reason_class"])}) for row in rows]


async def reset_fuse(tx: WriteTx, consumer: str, topic: str) -> bool:
    """Let the lane go on; every replica notices within seconds. False if it was not stopped."""
    return await tx.scalar(_RESET, {"consumer": consumer, "topic": topic}) is not None


class Fuses:
    """One consumer's fuses. The count of failures in a row is each replica's own, a blown fuse is everybody's."""

    def __init__(
        self,
        consumer: str,
        database: Database,
        *,
        limit: int = FUSE,
        first_pause: timedelta = timedelta(seconds=30),
        longest_pause: timedelta = timedelta(minutes=10),
    ) -> None:
        self._consumer = consumer
        self._database = database
        self.limit = limit
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._in_a_row: Counter[str] = Counter()

    def succeeded(self, topic: str) -> None:
        """An event of the topic took effect: the count begins anew."""
        self._in_a_row.pop(topic, None)

    def parked(self, topic: str) -> None:
        """A message of the topic was parked."""
        self._in_a_row[topic] += 1

    def is_spent(self, topic: str) -> bool:
        """Whether the next failure of the topic stops its lane."""
        return self._in_a_row[topic] >= self.limit

    async def blown(self) -> Sequence[Blown]:
        """The lanes that are stopped now."""

        async def look() -> Sequence[Blown]:
            async with self._database.read() as tx:
                return await blown_fuses(tx, self._consumer)

        return await patiently(look, service=self._database.service, what="consume")

    async def blow(self, topic: str, reason: Reason) -> None:
        """Stop the lane, for every replica."""
        await self._write(_BLOW, topic, **self._told(reason, self.limit + 1))
        self._in_a_row.pop(topic, None)
        log.error(
            "consumer.lane_stopped",
            service=self._database.service,
            topic=topic,
            reason_class=reason.reason_class.value,
            failures=self.limit + 1,
        )

    async def claim(self, fuse: Blown) -> bool:
        """Take the turn to try one message of a stopped lane; of several replicas one gets it."""
        return await self._write(_CLAIM, fuse.topic, pause=self._pause(fuse.failures))

    async def failed_again(self, fuse: Blown, reason: Reason) -> None:
        """The message that was tried failed: the lane stays stopped, the next try comes later."""
        await self._write(_STILL, fuse.topic, **self._told(reason, fuse.failures + 1))
        log.warning("consumer.lane_still_stopped", service=self._database.service, topic=fuse.topic)

    async def close(self, fuse: Blown) -> None:
        """The message that was tried took effect: the lane goes on."""
        await self._write(_RESET, fuse.topic)
        log.warning("consumer.lane_goes_on", service=self._database.service, topic=fuse.topic)

    def _pause(self, failures: int) -> timedelta:
        """Doubles with every try that failed."""
        pause = self._first_pause
        for _ in range(failures - self.limit - 1):
            if pause >= self._longest_pause:
                break
            pause *= 2
        return min(pause, self._longest_pause)

    async def _write(self, statement: TextClause, topic: str, **values: object) -> bool:
        """Whether the statement found its row."""

        async def work() -> bool:
            async with self._database.write() as tx:
                done = await tx.execute(statement, {"consumer": self._consumer, "topic": topic, **values})
                return done.rowcount > 0

        return await patiently(work, service=self._database.service, what="consume")

    def _told(self, reason: Reason, failures: int) -> dict[str, object]:
        return {
            "failures": failures,
            "reason_class": reason.reason_class.value,
            "reason": reason.text,
            "pause": self._pause(failures),
        }
