"""A trust's payroll calendar as rows: each run with its cut-off as a moment, so that none is skipped, however late it is seen.

A cut-off that had passed when the calendar was first told is history. One that passes while the service is down is not: its
row is there, and whoever starts next closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.tables import pay_period, run
from esr_gateway.tables import trust as trust_table
from esr_gateway.to_esr.calendar_csv import clock_change_at
from esr_gateway.to_esr.instructions import hold_intake, schedule
from esr_gateway.to_esr.periods import closed_codes, find_period
from esr_gateway.trust_settings import PeriodSettings, TrustSettings
from esr_gateway.trusts import Trust, find_trust, put_trust
from esrlink import audit
from esrlink.clock import LONDON
from esrlink.contracts import CalendarChanged, CutOff
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, Invalid, NotFound

_PERIODS_OF_A_YEAR = 53


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """What a calendar would change: nothing is changed yet. `refused` are sentences; with one of them nothing may be changed.

    `kept` are periods whose run was made and that the new calendar leaves out: they stay.
    """

    added: tuple[PeriodSettings, ...]
    changed: tuple[tuple[PeriodSettings, PeriodSettings], ...]
    removed: tuple[PeriodSettings, ...]
    kept: tuple[PeriodSettings, ...]
    refused: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not (self.added or self.changed or self.removed)


class CalendarRefused(Conflict):
    """The calendar would change a period whose run was made."""

    code, title = "calendar_refused", "The calendar cannot be taken"


async def plan_calendar(tx: ReadTx, trust: Trust, periods: Sequence[PeriodSettings]) -> CalendarPlan:
    """Compare `periods`, as the whole calendar, with the trust's present one."""
    closed = await closed_codes(tx, trust.vpd)
    before = {period.pay_run.code: period for period in trust.settings.calendar}
    after = {period.pay_run.code: period for period in periods}
    changed = [(before[code], after[code]) for code in before if code in after and before[code] != after[code]]
    gone = [period for code, period in before.items() if code not in after]
    return CalendarPlan(
        added=tuple(period for code, period in after.items() if code not in before),
        changed=tuple(changed),
        removed=tuple(period for period in gone if period.pay_run.code not in closed),
        kept=tuple(period for period in gone if period.pay_run.code in closed),
        refused=tuple(
            f"The run {old.pay_run.code} ({old.pay_name}) was made already, so its period must stay as it was."
            for old, _ in changed
            if old.pay_run.code in closed
        ),
    )


async def import_calendar(
    tx: WriteTx, vpd: str, periods: Sequence[PeriodSettings], *, by: str, now: datetime
) -> CalendarPlan:
    """Make `periods` the trust's calendar, publish it, and tell instructions of their new runs.

    Raises `CalendarRefused` when a period whose run was made would change. The same calendar again changes nothing.
    """
    trust = await _trust_for_change(tx, vpd)
    plan = await plan_calendar(tx, trust, periods)
    if plan.refused:
        raise CalendarRefused(" ".join(plan.refused), field="calendar")
    if plan.is_empty:
        return plan
    await _put(tx, trust, (*plan.kept, *periods), now)
    detail = {
        "added": [period.pay_run.code for period in plan.added],
        "changed": [new.pay_run.code for _, new in plan.changed],
        "removed": [period.pay_run.code for period in plan.removed],
    }
    await audit.record(tx, vpd, actor=by, action="calendar.imported", about=vpd, at=now, detail=detail)
    return plan


async def open_supplementary(
    tx: WriteTx, trust: Trust, *, after_run_code: str, cut_off: datetime, pay_date: date, by: str, now: datetime
) -> PeriodSettings:
    """Add a supplementary run to the calendar, with the next free supplementary code from that of `after_run_code` on.

    Raises `NotFound` when the calendar has no such run, and `Invalid` for a cut-off or pay date that cannot be.
    """
    trust = await _trust_for_change(tx, trust.vpd)
    after = next((one for one in trust.settings.calendar if one.pay_run.code == after_run_code), None)
    if after is None:
        raise NotFound(f"The calendar has no run {after_run_code}.", field="after_run_code")
    local = _local_cut_off(cut_off, pay_date, now)
    period = await _free_supplementary(tx, trust, after)
    opened = after.model_copy(
        update={
            "run": "S",
            "period": period,
            "pay_name": f"{after.pay_name} (supplementary)",
            "cut_off_local": local.strftime("%Y-%m-%dT%H:%M"),
            "pay_date": pay_date,
        }
    )
    await _put(tx, trust, (*trust.settings.calendar, opened), now)
    detail = {"after": after_run_code, "cut_off": cut_off.astimezone(UTC).isoformat(), "pay_date": pay_date.isoformat()}
    code = opened.pay_run.code
    await audit.record(tx, trust.vpd, actor=by, action="run.supplementary_opened", about=code, at=now, detail=detail)
    return opened


def _local_cut_off(cut_off: datetime, pay_date: date, now: datetime) -> datetime:
    local = cut_off.astimezone(LONDON)
    if cut_off <= now:
        raise Invalid("The cut-off must be in the future.", field="cut_off")
    if local.second or local.microsecond:
        raise Invalid("A cut-off is a whole minute.", field="cut_off")
    if local.fold and clock_change_at(local.replace(tzinfo=None, fold=0)) == "repeated":
        # The calendar names local times, and one that comes twice is always the first.
        raise Invalid(
            "In this hour the clocks go back, and only the first of the two can be a cut-off.", field="cut_off"
        )
    if local.date() > pay_date:
        raise Invalid("The pay date must not be before the cut-off.", field="pay_date")
    return local


async def _free_supplementary(tx: ReadTx, trust: Trust, after: PeriodSettings) -> int:
    taken = {one.pay_run.code for one in trust.settings.calendar} | await closed_codes(tx, trust.vpd)
    for period in range(after.period, _PERIODS_OF_A_YEAR + 1):
        code = after.model_copy(update={"run": "S", "period": period}).pay_run.code
        if code not in taken and await find_period(tx, trust.vpd, code) is None:
            return period
    raise Conflict("Every supplementary run from this period to the end of the tax year is in the calendar already.")


async def _trust_for_change(tx: WriteTx, vpd: str) -> Trust:
    """The trust as it is, whose settings nobody else changes until this transaction ends."""
    await tx.execute(select(trust_table.c.vpd).where(trust_table.c.vpd == vpd).with_for_update())
    return await find_trust(tx, vpd)


async def _put(tx: WriteTx, trust: Trust, periods: Sequence[PeriodSettings], now: datetime) -> None:
    values = {**trust.settings.model_dump(), "calendar": tuple(periods)}
    changed = await put_trust(tx, trust.vpd, TrustSettings.model_validate(values))
    await change_calendar(tx, changed, now)


async def change_calendar(tx: WriteTx, trust: Trust, now: datetime) -> None:
    """Make the calendar's rows those of the settings, publish it, and tell what waits which run it reaches now."""
    await put_calendar(tx, trust, now)
    await hold_intake(tx, trust.vpd)
    await schedule(tx, trust.vpd, now)


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
        await tx.execute(
            statement.on_conflict_do_update(
                index_elements=["vpd", "run_code"], set_=replaced, where=pay_period.c.run_code.notin_(closed)
            ),
            rows,
        )
    cut_offs = tuple(
        CutOff(run=p.pay_run, pay_name=p.pay_name, cut_off=p.cut_off, pay_date=p.pay_date.isoformat())
        for p in sorted(periods, key=lambda p: p.cut_off)
        if p.cut_off > now
    )
    tx.emit(CalendarChanged(vpd=trust.vpd, revision=trust.calendar_revision, cut_offs=cut_offs))
