"""What the page and the status report tell of exchanges, files, runs and cut-offs: one look for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from esr_gateway.from_esr.files import count_by_state, find_files
from esr_gateway.tables import exchange, file, instruction
from esr_gateway.to_esr.periods import open_periods
from esr_gateway.to_esr.run_files import files_of_run
from esr_gateway.to_esr.runs import find_runs
from esr_gateway.trusts import Trust, all_trusts
from esrlink.db import ReadTx

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """A trust's exchange. `lag` is the age of what ESR last told; `state` is up, down or waiting (never polled)."""

    vpd: str
    trust: str
    state: str
    problem: str | None
    last_file: str | None
    last_file_at: datetime | None
    polled_at: datetime | None
    next_poll_at: datetime | None
    reached: datetime | None
    lag: timedelta | None


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
    rows_set_aside: int
    runs: Sequence[tuple[Any, Sequence[Any]]]
    cut_offs: Sequence[CutOffView]
    held: int
    unknown_runs: int


async def look(tx: ReadTx, vpds: Sequence[str], now: datetime) -> Overview:
    """How the exchanges of these trusts are."""
    trusts = [trust for trust in await all_trusts(tx) if trust.vpd in vpds]
    rows = {row.vpd: row for row in await tx.all(select(exchange).where(exchange.c.vpd.in_(vpds)))}
    runs = await find_runs(tx, vpds, _SHOWN)
    waiting = await _waiting(tx, vpds)
    set_aside = await tx.scalar(select(func.sum(file.c.rows_set_aside)).where(file.c.vpd.in_(vpds)))
    return Overview(
        exchanges=[await _exchange(tx, trust, rows.get(trust.vpd), now) for trust in trusts if trust.settings.exchange],
        files=await find_files(tx, vpds, limit=_SHOWN),
        files_by_state=await count_by_state(tx, vpds),
        rows_set_aside=int(set_aside or 0),
        runs=[(row, await files_of_run(tx, row.vpd, row.run_id)) for row in runs],
        cut_offs=[view for trust in trusts if (view := await _cut_off(tx, trust, waiting))],
        held=sum(count for (_, state), count in waiting.items() if state == "held"),
        unknown_runs=sum(row.state == "unknown" for row in runs),
    )


async def _exchange(tx: ReadTx, trust: Trust, row: Any, now: datetime) -> ExchangeView:
    last = next(iter(await find_files(tx, [trust.vpd], limit=1)), None)
    polled_at = row.polled_at if row else None
    reached = row.reached if row else None
    assert trust.settings.exchange is not None  # noqa: S101 - the caller asks only for those
    pause = timedelta(seconds=trust.settings.exchange.poll_seconds)
    return ExchangeView(
        vpd=trust.vpd,
        trust=trust.settings.name,
        state="waiting" if polled_at is None else "down" if row.problem_code else "up",
        problem=row.problem if row else None,
        last_file=last.name if last else None,
        last_file_at=last.received_at if last else None,
        polled_at=polled_at,
        next_poll_at=polled_at + pause if polled_at else None,
        reached=reached,
        lag=now - reached if reached else None,
    )


async def _waiting(tx: ReadTx, vpds: Sequence[str]) -> dict[tuple[str, str], int]:
    rows = await tx.all(
        select(instruction.c.vpd, instruction.c.state, func.count().label("n"))
        .where(
            instruction.c.vpd.in_(vpds),
            instruction.c.state.in_(("waiting", "held")),
            instruction.c.content.is_not(None),
        )
        .group_by(instruction.c.vpd, instruction.c.state)
    )
    return {(row.vpd, row.state): row.n for row in rows}


async def _cut_off(tx: ReadTx, trust: Trust, waiting: dict[tuple[str, str], int]) -> CutOffView | None:
    period = next(iter(await open_periods(tx, trust.vpd)), None)
    if period is None:
        return None
    count = waiting.get((trust.vpd, "waiting"), 0)
    return CutOffView(trust.vpd, trust.settings.name, period.pay_name, period.cut_off, count)
