"""What the first page and the status report tell of exchanges, files, runs, issues and cut-offs: one look for both.

It takes the same few statements however many trusts there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from esr_gateway.exchange.schedule import next_turn
from esr_gateway.from_esr.files import count_by_state, find_files
from esr_gateway.issues import count_open, find_issues
from esr_gateway.tables import exchange, file, instruction, run_file
from esr_gateway.to_esr.run_list import OpenRun, closed_runs, files_of_runs, open_runs
from esr_gateway.trusts import Trust, all_trusts
from esrlink.db import ReadTx

FILES_SHOWN = 8
RUNS_SHOWN = 5
ISSUES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """A trust's exchange. `lag` is the age of what ESR last told; `state` is up, down or waiting (never polled)."""

    vpd: str
    trust: str
    state: str
    problem: str | None
    last_file: str | None
    last_file_id: Any
    last_file_at: datetime | None
    polled_at: datetime | None
    next_poll_at: datetime | None
    reached: datetime | None
    lag: timedelta | None
    snapshot_asked_at: datetime | None
    snapshot_asked_name: str | None


@dataclass(frozen=True, slots=True)
class CutOffView:
    """The next cut-off of one trust, and how many instructions wait for it."""

    vpd: str
    trust: str
    pay_name: str
    at: datetime
    waiting: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is shown, of the trusts that were asked for."""

    exchanges: Sequence[ExchangeView]
    files: Sequence[Any]
    files_by_state: dict[str, int]
    files_sent: int
    rows_set_aside: int
    runs: Sequence[tuple[Any, Sequence[Any]]]
    cut_offs: Sequence[CutOffView]
    held: int
    issues: Sequence[Any]
    issues_open: Mapping[str, int]


async def look(tx: ReadTx, vpds: Sequence[str], now: datetime) -> Overview:
    """How the exchanges of these trusts are."""
    trusts = [trust for trust in await all_trusts(tx) if trust.vpd in vpds]
    runs = await closed_runs(tx, vpds, limit=RUNS_SHOWN)
    of_runs = await files_of_runs(tx, vpds, [row.run_id for row in runs])
    ahead = await open_runs(tx, vpds)
    set_aside = await tx.scalar(select(func.sum(file.c.rows_set_aside)).where(file.c.vpd.in_(vpds)))
    sent = select(func.count()).select_from(run_file).where(run_file.c.vpd.in_(vpds), run_file.c.state == "sent")
    held = (
        select(func.count())
        .select_from(instruction)
        .where(instruction.c.vpd.in_(vpds), instruction.c.state == "held", instruction.c.content.is_not(None))
    )
    return Overview(
        exchanges=await look_at_exchanges(tx, trusts, now),
        files=await find_files(tx, vpds, limit=FILES_SHOWN),
        files_by_state=await count_by_state(tx, vpds),
        files_sent=int(await tx.scalar(sent) or 0),
        rows_set_aside=int(set_aside or 0),
        runs=[(row, of_runs.get(row.run_id, [])) for row in runs],
        cut_offs=_cut_offs(trusts, ahead),
        held=int(await tx.scalar(held) or 0),
        issues=await find_issues(tx, vpds, limit=ISSUES_SHOWN),
        issues_open=await count_open(tx, vpds),
    )


async def look_at_exchanges(tx: ReadTx, trusts: Sequence[Trust], now: datetime) -> Sequence[ExchangeView]:
    """How the exchanges of these trusts are; a trust without one is left out."""
    vpds = [trust.vpd for trust in trusts]
    rows = {row.vpd: row for row in await tx.all(select(exchange).where(exchange.c.vpd.in_(vpds)))}
    newest = await tx.all(
        select(file.c.vpd, file.c.file_id, file.c.name, file.c.received_at)
        .where(file.c.vpd.in_(vpds))
        .ext(distinct_on(file.c.vpd))
        .order_by(file.c.vpd, file.c.received_at.desc(), file.c.name.desc())
    )
    last = {row.vpd: row for row in newest}
    return [
        _exchange(trust, rows.get(trust.vpd), last.get(trust.vpd), now) for trust in trusts if trust.settings.exchange
    ]


def _exchange(trust: Trust, row: Any, last: Any, now: datetime) -> ExchangeView:
    polled_at = row.polled_at if row else None
    reached = row.reached if row else None
    assert trust.settings.exchange is not None  # noqa: S101 - the caller asks only for those
    return ExchangeView(
        vpd=trust.vpd,
        trust=trust.settings.name,
        state="waiting" if polled_at is None else "down" if row.problem_code else "up",
        problem=row.problem if row else None,
        last_file=last.name if last else None,
        last_file_id=last.file_id if last else None,
        last_file_at=last.received_at if last else None,
        polled_at=polled_at,
        next_poll_at=next_turn(trust.settings.exchange, polled_at, now) if polled_at else None,
        reached=reached,
        lag=now - reached if reached else None,
        snapshot_asked_at=row.snapshot_asked_at if row else None,
        snapshot_asked_name=row.snapshot_asked_name if row else None,
    )


def _cut_offs(trusts: Sequence[Trust], ahead: Sequence[OpenRun]) -> Sequence[CutOffView]:
    """The next one of each trust, by VPD."""
    names = {trust.vpd: trust.settings.name for trust in trusts}
    first: dict[str, OpenRun] = {}
    for one in ahead:
        first.setdefault(one.vpd, one)
    return [
        CutOffView(vpd, names[vpd], one.pay_name, one.cut_off, one.waiting)
        for vpd, one in sorted(first.items())
        if vpd in names
    ]
