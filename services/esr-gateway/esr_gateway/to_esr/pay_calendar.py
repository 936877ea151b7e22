"""A trust's payroll calendar as rows: each run with its cut-off as a moment, so that none is skipped, however late it is seen.

A cut-off that had passed when the calendar was first told is history. One that passes while the service is down is not: its
row is there, and whoever starts next closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.tables import pay_period, run
from esr_gateway.trusts import Trust
from esrlink.contracts import CalendarChanged, CutOff, PayRun
from esrlink.db import ReadTx, WriteTx


async def put_calendar(tx: WriteTx, trust: Trust, now: datetime) -> None:
    """Make the calendar's rows those of the settings, and publish it. Runs that were closed keep theirs."""
    periods = trust.settings.calendar
    codes = [period.pay_run.code for period in periods]
    closed = select(run.c.run_code).where(run.c.vpd == trust.vpd)
    await tx.execute(
        delete(pay_period).where(
            pay_period.c.vpd == trust.vpd, pay_period.c.run_code.notin_(codes), pay_period.c.run_code.notin_(closed)
        )
    )
    if periods:
        rows = [
            {
                "vpd": trust.vpd,
                "run_code": period.pay_run.code,
                "period_type": period.period_type,
                "run": period.run,
                "tax_year": period.tax_year,
                "period": period.period,
                "pay_name": period.pay_name,
                "starts": period.starts,
                "ends": period.ends,
                "cut_off": period.cut_off,
                "pay_date": period.pay_date,
                "is_history": period.cut_off <= now,
            }
            for period in periods
        ]
        statement = upsert(pay_period)
        replaced: dict[str, Any] = {
            name: statement.excluded[name] for name in ("pay_name", "starts", "ends", "cut_off", "pay_date")
        }
        # A slip that put a cut-off into the past and is mended must not lose its run.
        replaced["is_history"] = and_(pay_period.c.is_history, statement.excluded.is_history)
        await tx.execute(statement.on_conflict_do_update(index_elements=["vpd", "run_code"], set_=replaced), rows)
    cut_offs = tuple(
        CutOff(run=p.pay_run, pay_name=p.pay_name, cut_off=p.cut_off, pay_date=p.pay_date.isoformat())
        for p in sorted(periods, key=lambda p: p.cut_off)
        if p.cut_off > now
    )
    tx.emit(CalendarChanged(vpd=trust.vpd, revision=trust.calendar_revision, cut_offs=cut_offs))


async def due_periods(tx: ReadTx, vpd: str, now: datetime) -> Sequence[Any]:
    """Periods whose cut-off has come and that have no run yet, the oldest first."""
    closed = select(run.c.run_code).where(run.c.vpd == vpd)
    return await tx.all(
        select(pay_period)
        .where(
            pay_period.c.vpd == vpd,
            pay_period.c.cut_off <= now,
            pay_period.c.is_history.is_(False),
            pay_period.c.run_code.notin_(closed),
        )
        .order_by(pay_period.c.cut_off, pay_period.c.run_code)
    )


async def open_periods(tx: ReadTx, vpd: str) -> Sequence[Any]:
    """Periods that can still take instructions, the next one first."""
    closed = select(run.c.run_code).where(run.c.vpd == vpd)
    return await tx.all(
        select(pay_period)
        .where(pay_period.c.vpd == vpd, pay_period.c.is_history.is_(False), pay_period.c.run_code.notin_(closed))
        .order_by(pay_period.c.cut_off, pay_period.c.run_code)
    )


def pay_run_of(period: Any) -> PayRun:
    """The run of a calendar row, as events name it."""
    return PayRun(period_type=period.period_type, run=period.run, tax_year=period.tax_year, period=period.period)


def pay_run_from_code(code: str) -> PayRun:
    """The run that a code such as MN2705 names."""
    return PayRun.model_validate(
        {"period_type": code[0], "run": code[1], "tax_year": int(code[2:4]), "period": int(code[4:6])}
    )
