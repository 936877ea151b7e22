"""Removes old files from a trust's `Out/`, if the trust's settings say so, and never one whose bytes we do not hold.

A file goes when it was archived long enough ago, when the archive still has its bytes, and when the server still shows the
very file that was fetched: same name, size and time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from esr_gateway.archive import Archive
from esr_gateway.exchange.port import ExchangeRefused, FileExchange
from esr_gateway.issues import Problem, close_issues, raise_issue
from esr_gateway.tables import file, remote_file
from esr_gateway.trust_settings import ExchangeSettings
from esrlink import audit
from esrlink.clock import Clock
from esrlink.db import Database

BY_RULE = "rule:delete_after_days"
REMOVED = "exchange.file_removed"
_CAUSE = "exchange:retention"
_AT_ONCE = 200
"""In one look; years of files that a new setting lets go are cleared away over several."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Clears away what is old. The caller holds the trust's lock."""

    database: Database
    archive: Archive
    clock: Clock

    async def sweep(self, vpd: str, exchange: FileExchange, settings: ExchangeSettings) -> int:
        """Remove what may go; return how many files. Raises `ExchangeUnavailable`; a refusal becomes an issue."""
        if settings.delete_after_days is None:
            return 0
        now = self.clock.now()
        old = await self._old(vpd, now - timedelta(days=settings.delete_after_days))
        if not old:
            return 0
        there = {(one.name, one.size, one.modified) for one in await exchange.listing(settings.out_folder)}
        removed = 0
        try:
            for row in old:
                if (row.name, row.size, row.modified) not in there:
                    await self._note(vpd, row, settings, now, by_us=False)
                elif await self._is_kept(vpd, row):
                    await exchange.remove(settings.out_folder, row.name)
                    await self._note(vpd, row, settings, now, by_us=True)
                    removed += 1
        except ExchangeRefused as refusal:
            await self._complain(vpd, refusal, now)
        else:
            async with self.database.write([vpd]) as tx:
                await close_issues(tx, vpd, [_CAUSE], now)
        return removed

    async def _old(self, vpd: str, before: datetime) -> Sequence[Any]:
        taken_at = func.coalesce(remote_file.c.taken_at, remote_file.c.looked_at)
        async with self.database.read([vpd]) as tx:
            return await tx.all(
                select(remote_file)
                .where(
                    remote_file.c.vpd == vpd,
                    remote_file.c.is_taken,
                    remote_file.c.removed_at.is_(None),
                    taken_at <= before,
                )
                .order_by(taken_at, remote_file.c.name)
                .limit(_AT_ONCE)
            )

    async def _is_kept(self, vpd: str, row: Any) -> bool:
        async with self.database.read([vpd]) as tx:
            known = await tx.all(
                select(file.c.sha256, file.c.size).where(
                    file.c.vpd == vpd, file.c.name == row.name, file.c.size == row.size
                )
            )
        return bool(known) and all([await self.archive.holds(one.sha256, one.size) for one in known])

    async def _note(self, vpd: str, row: Any, settings: ExchangeSettings, now: datetime, *, by_us: bool) -> None:
        """Write down that the file is gone; one that somebody else took away is not asked about again."""
        async with self.database.write([vpd]) as tx:
            await tx.execute(
                update(remote_file)
                .where(remote_file.c.vpd == vpd, remote_file.c.name == row.name)
                .values(removed_at=now)
            )
            if by_us:
                detail = {"folder": settings.out_folder, "size": row.size, "after_days": settings.delete_after_days}
                await audit.record(tx, vpd, actor=BY_RULE, action=REMOVED, about=row.name, at=now, detail=detail)

    async def _complain(self, vpd: str, refusal: ExchangeRefused, now: datetime) -> None:
        problem = Problem(
            cause=_CAUSE,
            kind="exchange",
            severity="warning",
            title=f"Old files cannot be cleared away from ESR's folder: {refusal.detail}",
            advice="Ask ESR to let this user remove files, or take delete_after_days out of the trust's settings.",
            place=f"exchanges/{vpd}",
        )
        async with self.database.write([vpd]) as tx:
            await raise_issue(tx, vpd, problem, now)
