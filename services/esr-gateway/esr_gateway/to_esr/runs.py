"""Runs: closing those whose cut-off has come, bringing their files to ESR, and what can be asked of them.

A cut-off is a row, not a timer: one that passed while the service was down is found by the next look. Freezing and sending
are two steps; a run that is frozen and not sent is taken up again by every look until it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from esr_gateway.archive import Archive
from esr_gateway.exchange.port import ExchangeRefused, ExchangeUnavailable, OpenExchange
from esr_gateway.issues import close_issues
from esr_gateway.tables import run
from esr_gateway.to_esr.caught_up import CaughtUp, NotCaughtUp, without_bus
from esr_gateway.to_esr.freezing import freeze
from esr_gateway.to_esr.hindrances import (
    Despite,
    Hindrance,
    lanes_to_wait_for,
    nothing_hinders,
    overrule,
    tell,
    tell_of_no_exchange,
)
from esr_gateway.to_esr.instructions import hold_intake
from esr_gateway.to_esr.missed import WaitsForPerson, close_sent, is_missed, tell_late, waits_for_person
from esr_gateway.to_esr.missed import cause_of as missed_cause
from esr_gateway.to_esr.periods import due_periods
from esr_gateway.to_esr.run_files import unfinished_files
from esr_gateway.to_esr.signing import tell_of_waiting
from esr_gateway.to_esr.stuck_withdrawals import WithdrawalsStopped, refuse_while_stopped
from esr_gateway.to_esr.uploading import Uploader
from esr_gateway.trust_lock import TrustBusy, trust_lock
from esr_gateway.trusts import Trust, all_trusts, find_trust, keep_settings
from esr_gateway.turns import each_in_turn
from esrlink import crash
from esrlink.clock import Clock
from esrlink.db import Database, ReadTx, WriteTx
from esrlink.db.transient import is_transient
from esrlink.ids import NewId
from esrlink.observability import metrics

log = structlog.get_logger()

_BETWEEN_LOOKS = 0.1
_LOOK_AFTER = 60.0  # seconds between two looks at a trust's issues: what they tell of changes by the day


@dataclass(frozen=True, slots=True)
class RunCloser:
    """Closes the due runs of one trust at a time."""

    database: Database
    archive: Archive
    open_exchange: OpenExchange
    clock: Clock
    new_id: NewId
    caught_up: CaughtUp = without_bus

    async def close_due(
        self, trust: Trust, *, wait: timedelta = timedelta(0), despite: Despite | None = None
    ) -> list[UUID]:
        """Freeze every run that is due and send what is approved and not sent; return the runs that were worked on.

        Raises `TrustBusy`, `ExchangeUnavailable` or `ExchangeRefused`; what was frozen stays frozen, and is sent later. Raises
        what hinders (`WaitsForPerson`, `WithdrawalsStopped`, `NotCaughtUp`) when a run is due and must wait; what was frozen
        before is sent all the same. `despite` is a person who has the run frozen although withdrawals are not all taken.
        """
        if not await self._has_work(trust):
            return []
        async with trust_lock(self.database, trust.vpd, wait=wait):
            worked, waits = await self._freeze_due(trust.vpd, wait, despite)
            sent = await self._send(trust)
        if waits:
            raise waits
        return list(dict.fromkeys([*worked, *sent]))

    async def look_after(self, trust: Trust) -> None:
        """Keep the issues of cut-offs and signatures as things are: new ones, worse ones, and those that are over."""
        async with self.database.write([trust.vpd]) as tx:
            now = self.clock.now()
            await tell_of_waiting(tx, trust.vpd, now)
            await close_sent(tx, trust.vpd, now)
            due = next(iter(await due_periods(tx, trust.vpd, now)), None)
            await tell_of_no_exchange(tx, trust, due, now)

    async def oldest_due(self, trust: Trust) -> timedelta:
        """How long ago the oldest cut-off came of which no run was made; nothing when there is none."""
        async with self.database.read([trust.vpd]) as tx:
            now = self.clock.now()
            due = next(iter(await due_periods(tx, trust.vpd, now)), None)
            return now - due.cut_off if due else timedelta(0)

    async def _has_work(self, trust: Trust) -> bool:
        async with self.database.read([trust.vpd]) as tx:
            due = await due_periods(tx, trust.vpd, self.clock.now())
            return bool(trust.settings.exchange and (due or await unfinished_files(tx, trust.vpd)))

    async def _freeze_due(
        self, vpd: str, wait: timedelta, despite: Despite | None
    ) -> tuple[list[UUID], Hindrance | None]:
        """The oldest first: what waits for a decision holds the later ones, which would take its instructions."""
        frozen: list[UUID] = []
        while True:
            async with self.database.read([vpd]) as tx:
                now = self.clock.now()
                due = next(iter(await due_periods(tx, vpd, now)), None)
                asks = due is not None and waits_for_person(await find_trust(tx, vpd), due, now)
                lanes = await lanes_to_wait_for(tx)
            if due is None:
                return frozen, None
            # Asked outside a transaction, and only when it matters: a bus may take its time to answer.
            is_caught_up = asks or await self._is_caught_up(f"{vpd} {due.run_code}", lanes, wait)
            async with self.database.write([vpd]) as tx:
                await hold_intake(tx, vpd)
                # Elements and calendar as they are now, not as they were before the wait for the locks.
                trust, now = await keep_settings(tx, vpd), self.clock.now()
                period = next(iter(await due_periods(tx, vpd, now)), None)
                if period is None or period.run_code != due.run_code:
                    continue
                hindrance = await self._hindrance(tx, trust, period, now, is_caught_up=is_caught_up)
                if hindrance and (despite is None or isinstance(hindrance, WaitsForPerson)):
                    await tell(tx, trust, period, hindrance, now)
                    return frozen, hindrance
                if hindrance and despite:
                    await overrule(tx, trust, period, hindrance, despite, now)
                frozen.append(await self._freeze(tx, trust, period, now))
            crash.point("gateway.run.frozen")

    async def _freeze(self, tx: WriteTx, trust: Trust, period: Any, now: datetime) -> UUID:
        run_id = await freeze(tx, trust, period, archive=self.archive, new_id=self.new_id, now=now)
        await nothing_hinders(tx, trust.vpd, period.run_code, now)
        if is_missed(trust, period, now):
            await tell_late(tx, trust, period, now)
        else:
            await close_issues(tx, trust.vpd, [missed_cause(period.run_code)], now)
        await tell_of_waiting(tx, trust.vpd, now)
        return run_id

    async def _hindrance(
        self, tx: ReadTx, trust: Trust, period: Any, now: datetime, *, is_caught_up: bool
    ) -> Hindrance | None:
        if waits_for_person(trust, period, now):
            return WaitsForPerson(
                f"The cut-off of {period.pay_name} was missed, or its run was opened again: somebody must decide."
            )
        try:
            await refuse_while_stopped(tx)
        except WithdrawalsStopped as stopped:
            return stopped
        if not is_caught_up:
            return NotCaughtUp(
                "Approvals and withdrawals from before the cut-off are still coming in; try again shortly."
            )
        return None

    async def _is_caught_up(self, what: str, lanes: Sequence[str], wait: timedelta) -> bool:
        deadline = monotonic() + wait.total_seconds()
        while not await self.caught_up(what, lanes):
            if monotonic() >= deadline:
                return False
            await asyncio.sleep(_BETWEEN_LOOKS)
        return True

    async def _send(self, trust: Trust) -> list[UUID]:
        async with self.database.read([trust.vpd]) as tx:
            unfinished = await unfinished_files(tx, trust.vpd)
        settings = trust.settings.exchange
        if not unfinished or settings is None:
            return []
        async with self.open_exchange(settings) as folders:
            uploader = Uploader(
                self.database,
                self.archive,
                self.clock,
                folders,
                in_folder=settings.in_folder,
                out_folder=settings.out_folder,
            )
            await uploader.send_all(trust.vpd, unfinished)
        return [file.run_id for file in unfinished]


class CutOffLoop:
    """Looks for due runs of every trust, for ever. One trust's trouble never holds another's run."""

    def __init__(self, closer: RunCloser, check: timedelta) -> None:
        self._closer = closer
        self._check = check.total_seconds()
        self._looked_after: dict[str, float] = {}
        self._oldest = timedelta(0)

    async def run(self) -> None:
        """Look, again and again. Passing faults are waited out; others end the loop, and with it the process."""
        while True:
            try:
                async with self._closer.database.read() as tx:
                    trusts = await all_trusts(tx)
                self._oldest = timedelta(0)
                await each_in_turn(trusts, self._close)
                metrics.CUT_OFF_OLDEST.labels(self._closer.database.service).set(self._oldest.total_seconds())
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.RETRIED.labels(self._closer.database.service, "cut-off").inc()
                log.warning("cut_off.waiting", error=type(error).__name__)
            await asyncio.sleep(self._check)

    async def _close(self, trust: Trust) -> None:
        try:
            await self._closer.close_due(trust)
        except TrustBusy:
            return  # another replica, or a request, does it
        except (ExchangeUnavailable, ExchangeRefused) as problem:
            log.warning("run.not_sent", vpd=trust.vpd, code=problem.code)
        except (WithdrawalsStopped, NotCaughtUp) as problem:
            log.warning("run.waits", vpd=trust.vpd, code=problem.code)
        except WaitsForPerson:
            pass  # said in an issue, and not every few seconds
        finally:
            self._oldest = max(self._oldest, await self._closer.oldest_due(trust))
        if monotonic() - self._looked_after.get(trust.vpd, -_LOOK_AFTER) >= _LOOK_AFTER:
            self._looked_after[trust.vpd] = monotonic()
            await self._closer.look_after(trust)


async def find_run(tx: ReadTx, run_id: UUID) -> Any | None:
    """One run, if the transaction's trusts have it."""
    return await tx.one_or_none(select(run).where(run.c.run_id == run_id))
