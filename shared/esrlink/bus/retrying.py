"""Retrying: takes a dead letter's event into effect after all, together with the letter's own state, in one transaction.

That the inbox knows the event does not stop it, if the letter itself is why. When the event took effect on another way, by
another letter or a good copy, the letter is settled without doing it twice. A failure leaves it parked, with the new reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from esrlink.bus.applying import Handler
from esrlink.bus.dead_letters import Letter, LetterState, find_letter, hold_letter
from esrlink.bus.dead_letters_content import Content, content_of, event_in
from esrlink.bus.dead_letters_deciding import WrongState
from esrlink.bus.parking import note_step
from esrlink.bus.reasons import Reason, reason_of
from esrlink.contracts import Event, Received, Unreadable
from esrlink.db.database import Database, WriteTx
from esrlink.db.infrastructure import dead_letter, inbox
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.db.transient import is_of_another_release, is_too_slow, is_transient
from esrlink.errors import Unavailable
from esrlink.observability import metrics
from esrlink.observability.logs import places
from esrlink.observability.tracing import continue_trace

log = structlog.get_logger()

_IN_EFFECT = text(
    "SELECT EXISTS (SELECT FROM dead_letter WHERE event_id = :event AND topic = :topic AND id <> :letter"
    " AND state = 'applied')"
    " OR EXISTS (SELECT FROM inbox i WHERE i.consumer = :consumer AND i.event_id = :event AND NOT EXISTS"
    " (SELECT FROM dead_letter l WHERE l.event_id = :event AND l.topic = :topic AND l.parked_at = i.received_at))"
)


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of a retry: the letter as it stands now, and why it failed if it did."""

    letter: Letter
    failure: Reason | None


class Retrying:
    """Retries the letters of one consumer, with the handlers of the service."""

    def __init__(self, consumer: str, database: Database, handlers: Mapping[type[Event], Handler]) -> None:
        self.consumer = consumer
        self.database = database
        self._handlers = {model.TOPIC: handler for model, handler in handlers.items()}

    async def retry(self, letter: Letter, by: str) -> Retried:
        """Try one letter now. Raises `WrongState` unless it is parked, `Unavailable` for a fault that passes."""
        try:
            async with self.database.write(await self.scope_of(letter)) as tx:
                return await self.settle(tx, letter.id, by)
        except Exception as error:
            if is_transient(error) and not isinstance(error, Unavailable):
                raise Unavailable("The database is busy. Nothing was changed; try again in a moment.") from error
            raise

    async def scope_of(self, letter: Letter) -> frozenset[str]:
        """The trusts of the transaction in which to retry the letter: its event's alone."""
        if letter.vpd is not None:
            return frozenset({letter.vpd})
        async with self.database.read(EVERY_TRUST) as tx:
            content = await content_of(tx, letter.id)
        try:
            return frozenset({event_in(content).event.vpd})
        except Unreadable:
            return EVERY_TRUST  # nothing will be applied, but the failure is noted

    async def settle(self, tx: WriteTx, letter_id: UUID, by: str) -> Retried:
        """Try one letter within a transaction for its trust; the effect and what is said of it stand or fall together.

        Raises `WrongState` unless it is parked, and any passing fault: then nothing of the transaction may be kept.
        """
        before = await hold_letter(tx, letter_id)
        if before.state is not LetterState.PARKED:
            raise WrongState(f"The letter is {before.state}: only a parked one can be retried.")
        content = await content_of(tx, letter_id)
        emitted, failure = len(tx.emitted), None
        try:
            async with tx.connection.begin_nested():
                detail = await self._take(tx, content)
        except Exception as error:
            passes = is_transient(error) and not is_too_slow(error)
            if passes or is_of_another_release(error):
                raise
            del tx.emitted[emitted:]
            failure = reason_of(error)
            about = {"topic": before.topic, "reason_class": failure.reason_class.value, "error": failure.error_class}
            log.warning("dead_letter.failed", service=self.database.service, **about, at=places(error))
            await self.note_failure(tx, before, failure, by)
        else:
            await self._note_effect(tx, content, by, detail)
        return Retried(await find_letter(tx, letter_id), failure)

    async def note_failure(self, tx: WriteTx, letter: Letter, failure: Reason, by: str) -> None:
        """The letter stays parked, for this reason now."""
        values = {
            "attempts": dead_letter.c.attempts + 1,
            "reason_class": failure.reason_class.value,
            "error_class": failure.error_class,
            "reason": failure.text,
        }
        await tx.execute(update(dead_letter).where(dead_letter.c.id == letter.id).values(values))
        await note_step(tx, letter.id, letter.vpd, by=by, action="retry failed", detail=failure.text)

    async def _take(self, tx: WriteTx, content: Content) -> str:
        """Take the event into effect, unless a twin of the letter did; answers with what is to be said of it."""
        received = event_in(content)
        handler = self._handlers.get(received.event.TOPIC)
        if handler is None:
            raise Unreadable("this service takes no events of that topic any more")
        if await self._is_in_effect(tx, content, received):
            return "the event was in effect already"
        continue_trace(received.traceparent)
        await handler(tx, [received])
        row = {"consumer": self.consumer, "event_id": received.id}
        await tx.execute(upsert(inbox).on_conflict_do_nothing(), row)
        metrics.CONSUMED.labels(self.database.service, received.event.TOPIC).inc()
        return ""

    async def _is_in_effect(self, tx: WriteTx, content: Content, received: Received[Event]) -> bool:
        """Whether the event took effect on another way: another letter of it did, or the bus brought a good copy.

        The inbox knows the event from a letter when it was received in the very transaction that parked the letter.
        """
        values = {"consumer": self.consumer, "topic": content.message.topic, "event": received.id}
        return bool(await tx.scalar(_IN_EFFECT, {**values, "letter": content.letter_id}))

    async def _note_effect(self, tx: WriteTx, content: Content, by: str, detail: str) -> None:
        vpd = content.vpd or event_in(content).event.vpd
        values = {
            "state": LetterState.APPLIED.value,
            "vpd": vpd,
            "attempts": dead_letter.c.attempts + 1,
            "settled_at": func.now(),
        }
        await tx.execute(update(dead_letter).where(dead_letter.c.id == content.letter_id).values(values))
        await note_step(tx, content.letter_id, vpd, by=by, action="applied", detail=detail)
