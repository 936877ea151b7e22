"""The loop that delivers: each webhook by itself, so that a dead endpoint holds nobody else's, and by one process at a time.

A process takes a lease on a webhook before it sends for it. Whatever it does under the lease is bounded by less time than the
lease lasts, so that another that takes over finds nobody sending. Delivered at least once: what was sent and not noted down is
sent again, with the same id.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.transient import is_transient
from esrlink.ids import NewId
from esrlink.observability import metrics
from profile_sync.changes.numbering import number
from profile_sync.trusts import registered_trusts
from profile_sync.webhooks.deliveries import PARKED, WAITING, due, hand_over, settle
from profile_sync.webhooks.registering import keys_of
from profile_sync.webhooks.sending import DELIVERED, Outcome, Sender, Target

log = structlog.get_logger()

_POLL = 0.5
# At one time to one endpoint: enough for thousands a minute, few enough for a small server.
_AT_ONCE = 8
_LEASE = timedelta(seconds=60)
_WITHIN = 45.0
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)

_READY = text(
    """
    SELECT w.vpd, w.webhook_id FROM webhook w
     WHERE NOT w.paused AND (w.next_try_at IS NULL OR w.next_try_at <= :now)
       AND (w.leased_until IS NULL OR w.leased_until < clock_timestamp())
       AND (EXISTS (SELECT FROM change c WHERE c.vpd = w.vpd AND c.position > w.position)
            OR EXISTS (SELECT FROM webhook_delivery d WHERE d.vpd = w.vpd AND d.webhook_id = w.webhook_id
                          AND d.state = 'waiting' AND d.due_at <= :now))
     ORDER BY w.vpd, w.webhook_id
    """
)
_TAKE = text(
    """
    UPDATE webhook SET leased_by = :me, leased_until = clock_timestamp() + CAST(:lease AS interval)
     WHERE vpd = :vpd AND webhook_id = :webhook_id AND NOT paused AND (next_try_at IS NULL OR next_try_at <= :now)
       AND (leased_until IS NULL OR leased_until < clock_timestamp())
    RETURNING *
    """
)
_LEAVE = text(
    """
    UPDATE webhook SET leased_by = NULL, leased_until = NULL
     WHERE vpd = :vpd AND webhook_id = :webhook_id AND leased_by = :me
    """
)
_FARED = text(
    """
    UPDATE webhook SET failures = :failures, next_try_at = :next_try_at
     WHERE vpd = :vpd AND webhook_id = :webhook_id AND leased_by = :me
    """
)

BodyOf = Callable[[Any, Any], str]


class Delivering:
    """Delivers for one process. `tries` are made for each delivery before it is parked; `body_of` makes its JSON text."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: Sender,
        *,
        new_id: NewId,
        body_of: BodyOf,
        tries: int,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sender = sender
        self._new_id = new_id
        self._body_of = body_of
        self._tries = tries
        self._chance = chance
        self._me = new_id()
        self._running: dict[tuple[str, UUID], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver for ever. Passing faults of the database are waited out; any other error ends the loop."""
        try:
            while True:
                try:
                    await self._begin()
                except Exception as error:
                    if not is_transient(error):
                        raise
                    self._waited_out(error)
                await asyncio.sleep(_POLL)
        finally:
            await self._end()

    async def turn(self) -> None:
        """Everything that is due now, once."""
        try:
            await self._begin()
            await asyncio.gather(*self._running.values())
        finally:
            await self._end()

    async def _end(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            # One that is letting go of its lease already must not be torn away from it.
            if not task.cancelling():
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._running.clear()
        await self._sender.close()

    async def _begin(self) -> None:
        """Start on every webhook that has something due and that nobody is at."""
        for key, task in list(self._running.items()):
            if task.done():
                del self._running[key]
                task.result()
        async with self._database.read() as tx:
            vpds = await registered_trusts(tx)
        await number(self._database, vpds)
        async with self._database.read(vpds) as tx:
            ready = await tx.all(_READY, {"now": self._clock.now()})
        for row in ready:
            key = (row.vpd, row.webhook_id)
            if key not in self._running:
                self._running[key] = asyncio.create_task(self._guarded(*key))

    async def _guarded(self, vpd: str, webhook_id: UUID) -> None:
        try:
            await self._deliver(vpd, webhook_id)
        except Exception as error:
            if not is_transient(error):
                raise
            self._waited_out(error)

    def _waited_out(self, error: Exception) -> None:
        metrics.RETRIED.labels(self._database.service, "webhooks").inc()
        log.warning("webhooks.waiting", service=self._database.service, error=type(error).__name__)

    async def _deliver(self, vpd: str, webhook_id: UUID) -> None:
        """All that is due for one webhook, in rounds, for as long as the lease surely holds."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + _WITHIN
        key = {"vpd": vpd, "webhook_id": webhook_id, "me": self._me}
        async with self._database.write([vpd]) as tx:
            taken = {**key, "lease": _LEASE, "now": self._clock.now()}
            hook = (await tx.execute(_TAKE, taken)).one_or_none()
            if hook is None:
                return
            await hand_over(tx, hook, now=self._clock.now(), new_id=self._new_id, body_of=self._body_of)
        try:
            async with asyncio.timeout_at(ends):
                while await self._round(hook, key):
                    pass
        except TimeoutError:
            pass  # what was sent and not noted down is sent again
        finally:
            async with self._database.write([vpd]) as tx:
                await tx.execute(_LEAVE, key)

    async def _round(self, hook: Any, key: dict[str, Any]) -> bool:
        """Try what is due, at most one of each person. Whether there may be more to do now."""
        now = self._clock.now()
        async with self._database.read([hook.vpd]) as tx:
            rows = await due(tx, hook, now=now, limit=_AT_ONCE)
        if not rows:
            return False
        target = Target(hook.url, keys_of(hook, now))
        outcomes = await asyncio.gather(*(self._attempt(target, hook, row) for row in rows))
        is_dead = any(one.is_endpoint for one in outcomes)
        failures = hook.failures + 1 if is_dead else 0
        next_try_at = now + self._wait(failures) if is_dead else None
        async with self._database.write([hook.vpd]) as tx:
            settled = [self._settled(row, one, now) for row, one in zip(rows, outcomes, strict=True)]
            await settle(tx, hook.vpd, settled)
            await tx.execute(_FARED, {**key, "failures": failures, "next_try_at": next_try_at})
        return not is_dead

    async def _attempt(self, target: Target, hook: Any, row: Any) -> Outcome:
        said = f'"id":"{row.delivery_id}","webhook_id":"{hook.webhook_id}"'
        body = f"{{{said},{row.body[1:]}"
        return await self._sender.send(target, str(row.delivery_id), body, replayed=row.replayed)

    def _settled(self, row: Any, outcome: Outcome, now: datetime) -> dict[str, Any]:
        is_last = row.attempts + 1 >= self._tries
        state = DELIVERED if outcome.is_delivered else PARKED if is_last else WAITING
        return {
            "delivery_id": str(row.delivery_id),
            "state": state,
            "due_at": (now + self._wait(row.attempts + 1)).isoformat() if state == WAITING else now.isoformat(),
            "outcome": outcome.code,
            "settled_at": now.isoformat() if state != WAITING else None,
        }

    def _wait(self, failures: int) -> timedelta:
        """Twice as long after each failure, up to an hour, less up to a half by chance: not all come back at once."""
        longest: timedelta = min(_FIRST_WAIT * 2 ** min(failures - 1, 20), _LONGEST_WAIT)
        return longest * (1 - self._chance() / 2)
