"""A payroll calendar that somebody sends as CSV: checked first, row by row, and then taken whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select

from esr_gateway.tables import instruction, trust
from esr_gateway.to_esr.calendar_csv import RowProblem, read_calendar_csv
from esr_gateway.to_esr.pay_calendar import CalendarPlan, import_calendar, plan_calendar
from esr_gateway.trust_settings import PeriodSettings
from esr_gateway.trusts import Trust, find_trust
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import FieldProblem, Invalid, StaleVersion

Mode = Literal["add", "replace"]
"""Whether periods that the file does not name stay in the calendar (`add`), or go (`replace`)."""


@dataclass(frozen=True, slots=True)
class CheckedCalendar:
    """What a file would do. `waiting` are the records that wait for runs which it would remove, by run code."""

    revision: int
    plan: CalendarPlan
    problems: Sequence[RowProblem]
    waiting: Mapping[str, int]

    @property
    def errors(self) -> Sequence[RowProblem]:
        """What keeps the file from being taken."""
        return [one for one in self.problems if one.severity == "error"]

    @property
    def can_be_taken(self) -> bool:
        """Whether the file is without error, and would change something that may be changed."""
        return not self.errors and not self.plan.refused


def text_of(content: bytes) -> str:
    """The file's text: UTF-8, or else what spreadsheets in Britain write when they are not told."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


async def check_calendar(tx: ReadTx, of: Trust, text: str, mode: Mode) -> CheckedCalendar:
    """Compare the file with the trust's calendar; nothing is changed."""
    periods, problems = read_calendar_csv(text)
    plan = await plan_calendar(tx, of, _whole(of, periods, mode))
    return CheckedCalendar(of.calendar_revision, plan, problems, await _waiting(tx, of.vpd, plan.removed))


async def take_calendar(
    tx: WriteTx, vpd: str, text: str, mode: Mode, *, revision: int | None, by: str, now: datetime
) -> CalendarPlan:
    """Make the file the trust's calendar, all of it.

    Raises `Invalid` with every wrong row, `StaleVersion` when the calendar is no longer at `revision`, and `CalendarRefused`
    when a run that was made already would change.
    """
    periods, problems = read_calendar_csv(text)
    wrong = [
        FieldProblem(f"row {one.row}" + (f", {one.field}" if one.field else ""), one.code, one.sentence)
        for one in problems
        if one.severity == "error"
    ]
    if wrong:
        raise Invalid("The calendar has wrong rows, so nothing of it was taken; see `problems`.", problems=wrong)
    await tx.execute(select(trust.c.vpd).where(trust.c.vpd == vpd).with_for_update())
    of = await find_trust(tx, vpd)
    if revision is not None and revision != of.calendar_revision:
        raise StaleVersion(
            f"You checked against revision {revision} of the calendar; it is at revision {of.calendar_revision} now. "
            "Check the file once more.",
            field="If-Match",
        )
    return await import_calendar(tx, vpd, _whole(of, periods, mode), by=by, now=now)


def _whole(of: Trust, periods: Sequence[PeriodSettings], mode: Mode) -> Sequence[PeriodSettings]:
    if mode == "replace":
        return periods
    codes = {one.pay_run.code for one in periods}
    return (*(one for one in of.settings.calendar if one.pay_run.code not in codes), *periods)


async def _waiting(tx: ReadTx, vpd: str, removed: Sequence[PeriodSettings]) -> dict[str, int]:
    codes = [one.pay_run.code for one in removed]
    if not codes:
        return {}
    rows = await tx.all(
        select(instruction.c.run_code, func.count().label("n"))
        .where(instruction.c.vpd == vpd, instruction.c.state == "waiting", instruction.c.run_code.in_(codes))
        .group_by(instruction.c.run_code)
    )
    return {row.run_code: row.n for row in rows}
