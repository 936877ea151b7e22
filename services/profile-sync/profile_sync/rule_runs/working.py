"""The loop that works runs off: block by block, each with its effect and the run's progress in one transaction.

So a process that is killed leaves no block half done, and any replica goes on where it was. Several replicas may run it: the
turn on the run's row makes sure that each block is worked on once. Every trust gets its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import literal, select, tuple_, update

from esrlink import crash
from esrlink.bus.patience import patiently
from esrlink.clock import Clock
from esrlink.db import Database, ReadTx, WriteTx
from esrlink.db.transient import is_transient
from esrlink.ids import NewId
from esrlink.observability.logs import places as places_in
from esrlink.observability.tracing import new_trace
from profile_sync.rule_runs.asking import UNDER_WAY, RuleRun
from profile_sync.rule_runs.blocks import apply_block, try_block
from profile_sync.rules.facts import Place
from profile_sync.rules.judging import RuleSettings
from profile_sync.tables import profile, rule_run, trust
from profile_sync.trusts import rule_settings

log = structlog.get_logger()

# Some tenths of a second of work: others who put profiles of the trust wait no longer than that.
BLOCK = 250


class RuleRuns:
    """Works the runs of all trusts off. `every` is how soon a new one is noticed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        new_id: NewId,
        *,
        every: timedelta = timedelta(seconds=2),
        block: int = BLOCK,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._every = every.total_seconds()
        self._block = block

    async def run(self) -> None:
        """Work for ever. Passing faults are waited out."""
        while True:
            while await patiently(self.turn, service=self._database.service, what="rule_runs"):
                pass
            await asyncio.sleep(self._every)

    async def turn(self) -> bool:
        """Work on one block of each run that is under way. False when there is nothing that this replica could do."""
        worked = [await self._work(vpd, run_id) for vpd, run_id in await self._under_way()]
        return any(worked)

    async def _under_way(self) -> list[tuple[str, UUID]]:
        async with self._database.read() as tx:
            vpds = [row.vpd for row in await tx.all(select(trust.c.vpd))]
        async with self._database.read(vpds) as tx:
            wanted = select(rule_run.c.vpd, rule_run.c.run_id).where(rule_run.c.state.in_(UNDER_WAY))
            rows = await tx.all(wanted.order_by(rule_run.c.requested_at))
        return [(row.vpd, row.run_id) for row in rows]

    async def _work(self, vpd: str, run_id: UUID) -> bool:
        with new_trace():
            try:
                async with self._database.write([vpd]) as tx:
                    run = await _take_turn(tx, vpd, run_id)
                    if run is None:
                        return False
                    await self._next_block(tx, run)
                    crash.point("rule_run.before_commit")
            except Exception as error:
                if is_transient(error):
                    raise
                log.error("rule_run.failed", vpd=vpd, error=type(error).__name__, at=places_in(error))  # noqa: TRY400
                await self._fail(vpd, run_id, error)
                return False
        crash.point("rule_run.after_commit")
        return True

    async def _next_block(self, tx: WriteTx, run: RuleRun) -> None:
        now = self._clock.now()
        places = await _next_places(tx, run, self._block)
        if places:
            work = try_block if run.dry_run else apply_block
            await work(tx, run, places, await _settings(tx, run), now=now, new_id=self._new_id)
        await _advance(tx, run, places, {} if len(places) == self._block else {"state": "done", "ended_at": now}, now)

    async def _fail(self, vpd: str, run_id: UUID, error: Exception) -> None:
        """One run that cannot go on must not end the process again and again."""
        problem = f"The work failed with {type(error).__name__}. What was done before stays; the log tells more."
        values = {"state": "failed", "problem": problem, "ended_at": self._clock.now()}
        async with self._database.write([vpd]) as tx:
            await tx.execute(_update(vpd, run_id).where(rule_run.c.state.in_(UNDER_WAY)).values(values))


async def _take_turn(tx: WriteTx, vpd: str, run_id: UUID) -> RuleRun | None:
    """Hold the run until the transaction ends; none where another replica has it, or it has ended."""
    wanted = (rule_run.c.vpd == vpd, rule_run.c.run_id == run_id, rule_run.c.state.in_(UNDER_WAY))
    row = await tx.one_or_none(select(rule_run).where(*wanted).with_for_update(skip_locked=True))
    return RuleRun.of(row) if row is not None else None


async def _next_places(tx: ReadTx, run: RuleRun, limit: int) -> list[Place]:
    key = (profile.c.product, profile.c.department, profile.c.profile_id)
    statement = select(*key).where(profile.c.vpd == run.vpd, profile.c.deleted_at.is_(None))
    if run.after:
        statement = statement.where(tuple_(*key) > tuple_(*map(literal, run.after)))
    rows = await tx.all(statement.order_by(*key).limit(limit))
    return [Place(row.product, row.department, row.profile_id) for row in rows]


async def _settings(tx: ReadTx, run: RuleRun) -> RuleSettings:
    if run.registration_rule is not None:
        return RuleSettings(registration_links=run.registration_rule == "matched")
    return await rule_settings(tx, run.vpd)


async def _advance(tx: WriteTx, run: RuleRun, places: Sequence[Place], ended: dict[str, Any], now: datetime) -> None:
    last = places[-1] if places else None
    values = {
        "state": "running",
        "started_at": run.started_at or now,
        "looked_at": run.looked_at + len(places),
        "after": [last.product, last.department, last.profile_id] if last else run.after,
        **ended,
    }
    await tx.execute(_update(run.vpd, run.run_id).values(values))


def _update(vpd: str, run_id: UUID) -> Any:
    return update(rule_run).where(rule_run.c.vpd == vpd, rule_run.c.run_id == run_id)
