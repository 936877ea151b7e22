"""Asking providers, now or when they are due: a snapshot is taken into effect whole, in one transaction, or not at all.

Two replicas never poll one provider at once: an advisory lock is held for the poll, by a transaction, so that it is safe
behind a connection pooler. While a provider is down its last good plans are served with their age.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from esrlink import crash
from esrlink.clock import Clock
from esrlink.db import Database, WriteTx
from esrlink.db.transient import is_transient
from esrlink.errors import Conflict, EsrLinkError
from esrlink.observability.tracing import continue_trace
from jobplan_adapter.people.identity import Standing, identify
from jobplan_adapter.plans.plan import Plan
from jobplan_adapter.plans.versions import apply_plans, count_plans
from jobplan_adapter.polling.state import ProviderState, numbers_held, record_bad, record_good, states_of
from jobplan_adapter.providers.configuration import ProviderSettings
from jobplan_adapter.providers.port import (
    JobPlanProvider,
    NothingShown,
    ProviderRefused,
    ProviderUnavailable,
    Snapshot,
)
from jobplan_adapter.trusts import Trust, all_trusts, get_trust

log = structlog.get_logger()

Connect = Callable[[str, ProviderSettings], AbstractAsyncContextManager[JobPlanProvider]]

_LOCK_CLASS = 0x504C414E  # "PLAN"
_TRY = text("SELECT pg_try_advisory_xact_lock(:lock_class, hashtext(:key))")
_WAIT = text("SELECT pg_advisory_xact_lock(:lock_class, hashtext(:key)), true")
# A trust does not lose half of its plans between two polls. A provider that says so has a fault, and is not believed.
_MOST_GONE = 0.5
_FEW = 10


class PollInProgress(Conflict):
    """Somebody else polls this provider, and has for longer than a request waits."""

    code, title = "poll_in_progress", "The provider is being polled"


@dataclass(frozen=True, slots=True)
class PollResult:
    """What a poll found: live users, how many of them ESR knows, plans shown, plans that changed, records unread."""

    users: int
    matched: int
    unmatched: int
    plans: int
    changed: int
    faults: int


class Polls:
    """Polls the providers of all trusts."""

    def __init__(self, database: Database, clock: Clock, connect: Connect, *, tick: timedelta, at_once: int) -> None:
        self._database = database
        self._clock = clock
        self._connect = connect
        self._tick = tick.total_seconds()
        self._slots = asyncio.Semaphore(at_once)

    async def run(self) -> None:
        """Poll each provider when it is due, for ever. A passing fault of the database is waited out."""
        while True:
            try:
                await self.poll_due()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("polls.waiting", error=type(error).__name__)
            await asyncio.sleep(self._tick)

    async def poll_due(self) -> None:
        """Poll every provider whose time has come, several at a time. A provider's own faults are recorded, not raised."""
        due = await self._due()
        async with asyncio.TaskGroup() as group:
            for vpd, provider in due:
                group.create_task(self._poll_quietly(vpd, provider))

    async def poll_now(self, vpd: str, name: str, *, take_away: bool = False) -> PollResult:
        """Poll one provider now, after a poll that is under way. `take_away`: it is believed even if most plans are gone.

        Raises `NotFound`, `PollInProgress`, `ProviderUnavailable` or `ProviderRefused`; the latter two are recorded.
        """
        async with self._database.read([vpd]) as tx:
            provider = (await get_trust(tx, vpd)).provider(name)
        async with self._alone(vpd, name, wait=True):
            return await self._poll(vpd, provider, vouched=take_away)

    async def _due(self) -> list[tuple[str, ProviderSettings]]:
        async with self._database.read() as tx:
            trusts: Sequence[Trust] = await all_trusts(tx)
        async with self._database.read([trust.vpd for trust in trusts]) as tx:
            states = await states_of(tx, [trust.vpd for trust in trusts])
        held = {(state.vpd, state.name): state for state in states}
        now = self._clock.now()
        return [
            (trust.vpd, provider)
            for trust in trusts
            for provider in trust.settings.providers
            if _is_due(held.get((trust.vpd, provider.name)), provider, now)
        ]

    async def _poll_quietly(self, vpd: str, provider: ProviderSettings) -> None:
        continue_trace(None)  # one for each poll: it is a task, and a context, of its own
        try:
            async with self._slots, self._alone(vpd, provider.name, wait=False) as alone:
                if alone:
                    await self._poll(vpd, provider)
        except NothingShown:
            pass  # and nothing is late: it is polled when somebody takes an upload
        except (ProviderUnavailable, ProviderRefused) as error:
            log.warning("poll.failed", vpd=vpd, provider=provider.name, code=error.code)
        except Exception as error:  # noqa: BLE001 - what one provider sends must not stop the polls of all the others
            kind = type(error).__name__  # never the text: a database error quotes the values of the row
            log.error("poll.failed", vpd=vpd, provider=provider.name, error=kind)  # noqa: TRY400
            if not is_transient(error):
                unexpected = EsrLinkError(f"The poll failed inside ESR Link ({kind}); nothing was changed.")
                async with self._database.write([vpd]) as tx:
                    await record_bad(tx, vpd, provider.name, unexpected, now=self._clock.now())

    @asynccontextmanager
    async def _alone(self, vpd: str, name: str, *, wait: bool) -> AsyncIterator[bool]:
        parameters = {"lock_class": _LOCK_CLASS, "key": f"{vpd}/{name}"}
        async with self._database.read([vpd]) as tx:
            try:
                row = (await tx.execute(_WAIT if wait else _TRY, parameters)).one()
            except DBAPIError as error:
                if not is_transient(error):
                    raise
                raise PollInProgress("The provider is being polled just now. Read its state in a minute.") from error
            yield bool(row[-1])

    async def _poll(self, vpd: str, provider: ProviderSettings, *, vouched: bool = False) -> PollResult:
        try:
            async with self._connect(vpd, provider) as source:
                snapshot = await source.snapshot()
            crash.point("poll.before_effect")
            async with self._database.write([vpd]) as tx:
                return await self._apply(tx, vpd, provider.name, replace(snapshot, vouched=snapshot.vouched or vouched))
        except NothingShown:
            raise
        except (ProviderUnavailable, ProviderRefused) as error:
            async with self._database.write([vpd]) as tx:
                await record_bad(tx, vpd, provider.name, error, now=self._clock.now())
            raise

    async def _apply(self, tx: WriteTx, vpd: str, name: str, snapshot: Snapshot) -> PollResult:
        now = self._clock.now()
        users = identify(snapshot.users)
        dummies = {user.user_id for user in users if user.standing is Standing.DUMMY}
        plans = [plan for plan in snapshot.plans if plan.owner_id not in dummies]
        await _believe(tx, vpd, name, plans, snapshot)
        numbers = {user.user_id: user.employee_number for user in users}
        if snapshot.unread("user"):
            numbers = {**await numbers_held(tx, vpd, name), **numbers}
        changes = await apply_plans(tx, vpd, name, plans, numbers, now=now, unread=snapshot.unread("plan"))
        await record_good(tx, vpd, name, users, snapshot, now=now)
        state = next(one for one in await states_of(tx, [vpd]) if one.name == name)
        return PollResult(
            users=state.users,
            matched=state.matched,
            unmatched=state.unmatched,
            plans=len(plans),
            changed=len(changes),
            faults=len(snapshot.faults),
        )


def _is_due(state: ProviderState | None, provider: ProviderSettings, now: datetime) -> bool:
    """Whether the provider's turn has come; one that asked to wait is left alone for so long."""
    if state is None or state.last_poll_at is None:
        return True
    if state.not_before is not None and now < state.not_before:
        return False
    return state.last_poll_at + timedelta(seconds=provider.poll_seconds) <= now


async def _believe(tx: WriteTx, vpd: str, name: str, plans: Sequence[Plan], snapshot: Snapshot) -> None:
    """Raise `ProviderRefused` where the provider lost more plans at once than a trust loses."""
    shown = len(plans) + len(snapshot.unread("plan"))
    held = await count_plans(tx, vpd, name)
    if snapshot.vouched or held < _FEW or shown >= held * _MOST_GONE:
        return
    raise ProviderRefused(
        f"The provider shows {len(plans)} plans; it showed {held} before. Nothing was changed. Look at the plans in the"
        " job planning system itself. If they really are so few, poll the provider with take_away."
    )
