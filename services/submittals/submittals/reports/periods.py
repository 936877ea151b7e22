"""The pays of a trust as reports name them: by the code of their run, with the days whose records belong to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from esrlink.db import ReadTx
from esrlink.errors import NotFound
from submittals.deadlines.when import belongs_from
from submittals.esr.cut_offs import is_normal
from submittals.tables import cut_off


@dataclass(frozen=True, slots=True)
class Pay:
    """One run's pay. Records belong to it whose first day is from `first_day` and before `next_first_day`.

    A supplementary run has no days of its own: nothing belongs to it, and what it carries belonged to other pays.
    """

    vpd: str
    run_code: str
    pay_name: str
    cut_off: datetime
    pay_date: str
    first_day: date
    next_first_day: date


async def pays(tx: ReadTx, vpd: str) -> list[Pay]:
    """All pays of a trust that its calendar ever told, earliest first. One statement."""
    own = cut_off.c
    rows = await tx.all(select(cut_off).where(own.vpd == vpd).order_by(own.at, own.run_code))
    found = []
    before: dict[str, datetime] = {}
    for row in rows:
        period_type, normal = row.run_code[0], is_normal(row.run_code)
        until = belongs_from(row.at)
        last = before.get(period_type)
        first = until if not normal else belongs_from(last) if last else date.min
        found.append(Pay(vpd, row.run_code, row.pay_name, row.at, row.pay_date, first, until))
        if normal:
            before[period_type] = row.at
    return found


async def pay_of(tx: ReadTx, vpd: str, run_code: str) -> Pay:
    """The pay of one run. Raises `NotFound`."""
    return named(await pays(tx, vpd), run_code)


def named(found: Sequence[Pay], run_code: str) -> Pay:
    """The pay with this code among those of a trust. Raises `NotFound`."""
    pay = next((one for one in found if one.run_code == run_code), None)
    if pay is None:
        raise NotFound(f"The trust's calendar has no run {run_code}.", field="run_code")
    return pay
