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
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.exchange.port import ExchangeRefused, ExchangeUnavailable, OpenExchange
from esr_gateway.from_esr.receiving import Receiver
from esr_gateway.tables import exchange
from esr_gateway.trust_lock import TrustBusy, trust_lock
from esr_gateway.trusts import Trust, all_trusts
from esr_gateway.turns import each_in_turn
from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.transient import is_transient
from esrlink.errors import Conflict, EsrLinkError
from esrlink.observability import metrics

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Poller:
    """Polls the exchange of one trust at a time."""

    database: Database
    receiver: Receiver
    open_exchange: OpenExchange
    clock: Clock

    async def poll(self, trust: Trust, *, wait: timedelta = timedelta(0)) -> list[UUID]:
        """Fetch and import what is new; return the files that reached another state.

        Raises `TrustBusy`, `Conflict` for a trust without an exchange, and `ExchangeUnavailable` or `ExchangeRefused`.
        """
        settings = trust.settings.exchange
        if settings is None:
            raise Conflict("The trust has no exchange: set one with PUT /v1/trusts/{vpd}.", field="exchange")
        async with trust_lock(self.database, trust.vpd, wait=wait):
            # What a crash left behind comes first: it is older than anything that is fetched now.
            moved = await self.receiver.work_through(trust.vpd)
            fetched: list[UUID] = []
            trouble: ExchangeUnavailable | ExchangeRefused | None = None
            try:
                async with self.open_exchange(settings) as folders:
                    fetched = await self.receiver.fetch(trust.vpd, folders, settings.out_folder)
            except (ExchangeUnavailable, ExchangeRefused) as problem:
                trouble = problem
            # What did come before the trouble is taken all the same.
            moved += await self.receiver.work_through(trust.vpd)
            await self._note(trust.vpd, trouble)
            if trouble:
                raise trouble
        return list(dict.fromkeys([*moved, *fetched]))

    async def _note(self, vpd: str, problem: EsrLinkError | None) -> None:
        now = self.clock.now()
        values: dict[str, Any] = {
            "polled_at": now,
            "problem_code": problem.code if problem else None,
            "problem": problem.detail if problem else None,
        }
        if problem is None:
            values["answered_at"] = now
        async with self.database.write([vpd]) as tx:
            statement = upsert(exchange).values(vpd=vpd, **values)
            await tx.execute(statement.on_conflict_do_update(index_elements=["vpd"], set_=values))


class PollLoop:
    """Polls every trust at its own pace, for ever. Passing faults are waited out; others end the loop, and the process."""

    def __init__(self, poller: Poller, check: timedelta) -> None:
        self._poller = poller
        self._check = check.total_seconds()
        self._due: dict[str, float] = {}

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
        async with self._poller.database.read() as tx:
            trusts = await all_trusts(tx)
        now = asyncio.get_running_loop().time()
        due = [t for t in trusts if t.settings.exchange and self._due.get(t.vpd, 0.0) <= now]
        for trust in due:
            assert trust.settings.exchange is not None  # noqa: S101 - the line above; this tells the type checker
            self._due[trust.vpd] = now + trust.settings.exchange.poll_seconds
        return due

    async def _poll(self, trust: Trust) -> None:
        try:
            await self._poller.poll(trust)
        except TrustBusy:
            # Somebody closes a run at this moment, perhaps: its turn comes again at the next look, not a whole pause later.
            self._due.pop(trust.vpd, None)
        except (ExchangeUnavailable, ExchangeRefused) as problem:
            log.warning("exchange.problem", vpd=trust.vpd, code=problem.code)
