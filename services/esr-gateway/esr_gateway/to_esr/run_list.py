"""The runs of some trusts as one list: those still open with what waits for them, and those that were closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select

from esr_gateway.tables import instruction, pay_period, run, run_file
from esrlink.db import ReadTx

RunState = Literal["open", "frozen", "approved", "sending", "unknown", "sent", "settled"]
CLOSED_STATES: tuple[RunState, ...] = ("frozen", "approved", "sending", "unknown", "sent", "settled")


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that is not closed yet. `waiting` instructions are told of it; `held` ones are tried again when it is closed.

    `missed` is set when a person decided that a cut-off which was missed goes after all.
    """

    vpd: str
    run_code: str
    pay_name: str
    run: str
    cut_off: datetime
    pay_date: date
    missed: str | None
    waiting: int
    held: int


async def open_runs(tx: ReadTx, vpds: Sequence[str]) -> Sequence[OpenRun]:
    """The runs of these trusts that can still take instructions, the next cut-off first."""
    closed = select(run.c.run_code).where(run.c.vpd == pay_period.c.vpd)
    periods = await tx.all(
        select(pay_period)
        .where(
            pay_period.c.vpd.in_(vpds),
            pay_period.c.is_history.is_(False),
            pay_period.c.run_code.not_in(closed),
            pay_period.c.missed.is_distinct_from("roll"),
        )
        .order_by(pay_period.c.cut_off, pay_period.c.vpd, pay_period.c.run_code)
    )
    waiting, held = await _waiting(tx, vpds)
    return [
        OpenRun(
            vpd=period.vpd,
            run_code=period.run_code,
            pay_name=period.pay_name,
            run=period.run,
            cut_off=period.cut_off,
            pay_date=period.pay_date,
            missed=period.missed,
            waiting=waiting.get((period.vpd, period.run_code), 0),
            held=held.pop(period.vpd, 0),  # the next run of the trust tries them again, not the ones after
        )
        for period in periods
    ]


async def _waiting(tx: ReadTx, vpds: Sequence[str]) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    rows = await tx.all(
        select(instruction.c.vpd, instruction.c.state, instruction.c.run_code, func.count().label("n"))
        .where(
            instruction.c.vpd.in_(vpds),
            instruction.c.state.in_(("waiting", "held")),
            instruction.c.content.is_not(None),
        )
        .group_by(instruction.c.vpd, instruction.c.state, instruction.c.run_code)
    )
    waiting = {(row.vpd, row.run_code): row.n for row in rows if row.state == "waiting"}
    held: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.state == "held":
            held[row.vpd] += row.n
    return waiting, held


async def closed_runs(
    tx: ReadTx, vpds: Sequence[str], *, state: str | None = None, limit: int = 100, offset: int = 0
) -> Sequence[Any]:
    """Runs that were closed, newest first."""
    statement = select(run).where(run.c.vpd.in_(vpds))
    if state:
        statement = statement.where(run.c.state == state)
    ordered = statement.order_by(run.c.cut_off.desc(), run.c.frozen_at.desc(), run.c.vpd, run.c.run_id)
    return await tx.all(ordered.limit(limit).offset(offset))


async def files_of_runs(tx: ReadTx, vpds: Sequence[str], run_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """The files of these runs, by run, in the order of their names."""
    by_run: dict[UUID, list[Any]] = defaultdict(list)
    if run_ids:
        wanted = run_file.c.vpd.in_(vpds), run_file.c.run_id.in_(run_ids)
        for file in await tx.all(select(run_file).where(*wanted).order_by(run_file.c.file_name)):
            by_run[file.run_id].append(file)
    return by_run
