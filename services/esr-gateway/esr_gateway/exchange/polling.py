"""Polls exchanges: fetch, import, send what is left to be sent. The loop and the API's poll do the same thing.

A trust whose server does not answer never holds another trust: its problem is written down and shown, and it is asked again
at its next turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.archive import ArchiveUnavailable
from esr_gateway.exchange.port import ExchangeRefused, ExchangeUnavailable, OpenExchange
from esr_gateway.exchange.retention import Retention
from esr_gateway.exchange.schedule import next_turn
from esr_gateway.from_esr.asking import BY_RULE, Asker
from esr_gateway.from_esr.receiving import Receiver
from esr_gateway.from_esr.repainting import repaint_due
from esr_gateway.issues import Problem, close_issues, raise_issue
from esr_gateway.tables import exchange
from esr_gateway.trust_lock import TrustBusy, trust_lock
from esr_gateway.trust_settings import ExchangeSettings
from esr_gateway.trusts import Trust, all_trusts
from esr_gateway.turns import each_in_turn
from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.transient import is_transient
from esrlink.errors import Conflict
from esrlink.observability import metrics

log = structlog.get_logger()

Trouble = ExchangeUnavailable | ExchangeRefused | ArchiveUnavailable
_CAUSE = "exchange"


@dataclass(frozen=True, slots=True)
class Poller:
    """Polls the exchange of one trust at a time."""

    database: Database
    receiver: Receiver
    retention: Retention
    asker: Asker
    open_exchange: OpenExchange
    clock: Clock

    async def poll(self, trust: Trust, *, wait: timedelta = timedelta(0)) -> list[UUID]:
        """Fetch and import what is new; return the files that reached another state.

        Raises `TrustBusy`, `Conflict` for a trust without an exchange, and `ExchangeUnavailable` or `ExchangeRefused`.
        """
        settings = _settings(trust)
        moved: list[UUID] = []
        async with trust_lock(self.database, trust.vpd, wait=wait):
            trouble: Trouble | None = None
            try:
                # What a crash left behind comes first: it is older than anything that is fetched now.
                moved += await self.receiver.work_through(trust.vpd)
                moved += await self._fetch(trust.vpd, settings)
            except (ExchangeUnavailable, ExchangeRefused, ArchiveUnavailable) as problem:
                trouble = problem
            # What did come before the trouble is taken all the same.
            if not isinstance(trouble, ArchiveUnavailable):
                moved += await self.receiver.work_through(trust.vpd)
            async with self.database.write([trust.vpd]) as tx:
                await repaint_due(tx, self.receiver.importer.layout, trust.vpd, self.clock.now())
            if trouble is None and settings.asks_for_snapshots:
                trouble = await self._close_gap(trust.vpd, settings)
            await self._note(trust.vpd, settings, trouble)
            if trouble:
                raise trouble
        return list(dict.fromkeys(moved))

    async def ask_for_snapshot(
        self, trust: Trust, *, by: str, again: bool = False, wait: timedelta = timedelta(0)
    ) -> str:
        """Ask ESR for a snapshot and return the name of the request.

        Raises `AlreadyAsked` unless `again`, `TrustBusy`, `Conflict`, and what the exchange raises.
        """
        settings = _settings(trust)
        async with trust_lock(self.database, trust.vpd, wait=wait), self.open_exchange(settings) as folders:
            return await self.asker.ask(trust.vpd, folders, settings.in_folder, by=by, again=again)

    async def _fetch(self, vpd: str, settings: ExchangeSettings) -> list[UUID]:
        async with self.open_exchange(settings) as folders:
            fetched = await self.receiver.fetch(vpd, folders, settings.out_folder)
            await self.retention.sweep(vpd, folders, settings)
        return fetched

    async def _close_gap(self, vpd: str, settings: ExchangeSettings) -> Trouble | None:
        """Ask for a snapshot if there is a gap that lasts and nobody has asked."""
        if not await self.asker.is_wanted(vpd):
            return None
        try:
            async with self.open_exchange(settings) as folders:
                await self.asker.ask(vpd, folders, settings.in_folder, by=BY_RULE)
        except (ExchangeUnavailable, ExchangeRefused, ArchiveUnavailable) as problem:
            return problem
        return None

    async def _note(self, vpd: str, settings: ExchangeSettings, problem: Trouble | None) -> None:
        now = self.clock.now()
        values: dict[str, Any] = {
            "polled_at": now,
            "problem_code": problem.code if problem else None,
            "problem": problem.detail if problem else None,
            "next_poll_at": next_turn(settings, now, now),
        }
        if problem is None:
            values["answered_at"] = now
        async with self.database.write([vpd]) as tx:
            statement = upsert(exchange).values(vpd=vpd, **values)
            await tx.execute(statement.on_conflict_do_update(index_elements=["vpd"], set_=values))
            if problem is None:
                await close_issues(tx, vpd, [_CAUSE], now)
            else:
                await raise_issue(tx, vpd, _down(vpd, problem), now)


def _settings(trust: Trust) -> ExchangeSettings:
    if trust.settings.exchange is None:
        raise Conflict("The trust has no exchange: set one with PUT /v1/trusts/{vpd}.", field="exchange")
    return trust.settings.exchange


def _down(vpd: str, problem: Trouble) -> Problem:
    return Problem(
        cause=_CAUSE,
        kind="exchange",
        severity="bad",
        title=f"Files cannot be fetched from ESR: {problem.detail}",
        advice="Try every step on the exchange's page; it says what to do. This closes by itself with the next good look.",
        place=f"exchanges/{vpd}",
    )


class PollLoop:
    """Polls every trust at its own pace, for ever. Passing faults are waited out; others end the loop, and the process."""

    def __init__(self, poller: Poller, check: timedelta) -> None:
        self._poller = poller
        self._check = check.total_seconds()

    async def run(self) -> None:
        """Look whose turn it is, again and again."""
        while True:
            try:
                await each_in_turn(await self._whose_turn(), self._poll)
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.RETRIED.labels(self._poller.database.service, "poll").inc()
                log.warning("poll.waiting", error=type(error).__name__)
            await asyncio.sleep(self._check)

    async def _whose_turn(self) -> Sequence[Trust]:
        """The trusts whose turn it is, by the last look that any replica took, and by the settings as they are now."""
        database, now = self._poller.database, self._poller.clock.now()
        async with database.read() as tx:
            trusts = [trust for trust in await all_trusts(tx) if trust.settings.exchange]
        if not trusts:
            return []
        async with database.read([trust.vpd for trust in trusts]) as tx:
            rows = await tx.all(select(exchange.c.vpd, exchange.c.polled_at))
        polled = {row.vpd: row.polled_at for row in rows}
        return [trust for trust in trusts if next_turn(_settings(trust), polled.get(trust.vpd), now) <= now]

    async def _poll(self, trust: Trust) -> None:
        try:
            await self._poller.poll(trust)
        except TrustBusy:
            # Another replica polls, or somebody closes a run at this moment: its turn comes again at the next look.
            log.debug("poll.busy", vpd=trust.vpd)
        except (ExchangeUnavailable, ExchangeRefused, ArchiveUnavailable) as problem:
            log.warning("exchange.problem", vpd=trust.vpd, code=problem.code)
