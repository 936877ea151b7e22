"""The rows of a trust's payroll calendar, asked for: which are due, which can still take instructions, which run each is.

A period that was rolled gets no run: a person decided that what was missed goes with the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from esr_gateway.tables import pay_period, run
from esrlink.contracts import PayRun
from esrlink.db import ReadTx


def _without_run(vpd: str) -> ColumnElement[bool]:
    closed = select(run.c.run_code).where(run.c.vpd == vpd)
    return and_(
        pay_period.c.vpd == vpd,
        pay_period.c.is_history.is_(False),
        pay_period.c.run_code.notin_(closed),
        pay_period.c.missed.is_distinct_from("roll"),
    )


async def due_periods(tx: ReadTx, vpd: str, now: datetime) -> Sequence[Any]:
    """Periods whose cut-off has come and that have no run yet, the oldest first."""
    return await tx.all(
        select(pay_period)
        .where(_without_run(vpd), pay_period.c.cut_off <= now)
        .order_by(pay_period.c.cut_off, pay_period.c.run_code)
    )


async def open_periods(tx: ReadTx, vpd: str) -> Sequence[Any]:
    """Periods that can still take instructions, the next one first."""
    return await tx.all(
        select(pay_period).where(_without_run(vpd)).order_by(pay_period.c.cut_off, pay_period.c.run_code)
    )


async def whole_calendar(tx: ReadTx, vpd: str) -> Sequence[Any]:
    """Every period by its cut-off, each with `is_open`: whether it can still take instructions."""
    return await tx.all(
        select(pay_period, _without_run(vpd).label("is_open"))
        .where(pay_period.c.vpd == vpd)
        .order_by(pay_period.c.cut_off, pay_period.c.run_code)
    )


async def find_period(tx: ReadTx, vpd: str, run_code: str) -> Any | None:
    """One period of the calendar, or none."""
    return await tx.one_or_none(select(pay_period).where(pay_period.c.vpd == vpd, pay_period.c.run_code == run_code))


async def closed_codes(tx: ReadTx, vpd: str) -> frozenset[str]:
    """The codes of the runs that were made: their periods stay as they were."""
    return frozenset((await tx.execute(select(run.c.run_code).where(run.c.vpd == vpd))).scalars())


def pay_run_of(period: Any) -> PayRun:
    """The run of a calendar row, as events name it."""
    return PayRun(period_type=period.period_type, run=period.run, tax_year=period.tax_year, period=period.period)


def pay_run_from_code(code: str) -> PayRun:
    """The run that a code such as MN2705 names."""
    return PayRun.model_validate(
        {"period_type": code[0], "run": code[1], "tax_year": int(code[2:4]), "period": int(code[4:6])}
    )
