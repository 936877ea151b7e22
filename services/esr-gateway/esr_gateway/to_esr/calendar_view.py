"""A trust's calendar as people read it: each period with its local cut-off, what is odd about it, and what became of its run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from esr_gateway.tables import pay_period, run
from esr_gateway.to_esr.bank_days import day_off
from esrlink.bank_holidays import bank_holidays
from esrlink.clock import LONDON
from esrlink.db import ReadTx

_LATEST = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class PeriodView:
    """One period. `state` is its run's, or open, late (the cut-off has passed and no run was made), rolled or history."""

    vpd: str
    run_code: str
    run: str
    pay_name: str
    starts: date
    ends: date
    cut_off: datetime
    pay_date: date
    state: str
    run_id: UUID | None
    missed: str | None
    missed_by: str | None
    cut_off_off: str | None
    pay_date_off: str | None
    working_days: int

    @property
    def local_cut_off(self) -> datetime:
        """The cut-off in Europe/London, without a zone."""
        return self.cut_off.astimezone(LONDON).replace(tzinfo=None)


async def calendar_of(tx: ReadTx, vpds: Sequence[str], now: datetime) -> Sequence[PeriodView]:
    """Every period of these trusts, by trust, in the order of their cut-offs."""
    rows = await tx.all(
        select(pay_period, run.c.run_id, run.c.state)
        .join(run, (run.c.vpd == pay_period.c.vpd) & (run.c.run_code == pay_period.c.run_code), isouter=True)
        .where(pay_period.c.vpd.in_(vpds))
        .order_by(pay_period.c.vpd, pay_period.c.cut_off, pay_period.c.run_code)
    )
    return [_view(row, now) for row in rows]


def _view(row: Any, now: datetime) -> PeriodView:
    local = row.cut_off.astimezone(LONDON).date()
    return PeriodView(
        vpd=row.vpd,
        run_code=row.run_code,
        run=row.run,
        pay_name=row.pay_name,
        starts=row.starts,
        ends=row.ends,
        cut_off=row.cut_off,
        pay_date=row.pay_date,
        state=_state(row, now),
        run_id=row.run_id,
        missed=row.missed,
        missed_by=row.missed_by,
        cut_off_off=day_off(local),
        pay_date_off=day_off(row.pay_date),
        working_days=_working_days(local, row.pay_date),
    )


def _state(row: Any, now: datetime) -> str:
    if row.run_id is not None:
        return str(row.state)
    if row.is_history:
        return "history"
    if row.missed == "roll":
        return "rolled"
    return "open" if row.cut_off > now else "late"


def _working_days(first: date, last: date) -> int:
    """Working days after `first`, up to and with `last`: how long payroll has between cut-off and pay."""
    days = (first + timedelta(days=number) for number in range(1, (min(last, _LATEST) - first).days + 1))
    return sum(day_off(day) is None for day in days)


def holidays_of(first: date, last: date) -> Sequence[tuple[date, str]]:
    """The bank holidays of England and Wales in the years of these two days."""
    years = range(first.year, min(last.year, first.year + 5) + 1)
    return [pair for year in years for pair in bank_holidays(year).items()]
