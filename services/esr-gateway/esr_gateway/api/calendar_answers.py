"""What the API answers of payroll calendars: models with examples, made from what was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.to_esr.calendar_csv import COLUMNS
from esr_gateway.to_esr.calendar_upload import CheckedCalendar
from esr_gateway.to_esr.calendar_view import PeriodView, holidays_of
from esr_gateway.to_esr.pay_calendar import CalendarPlan
from esr_gateway.trust_settings import PeriodSettings
from esr_gateway.trusts import Trust

_EXAMPLE = f"{','.join(COLUMNS)}\r\nM,N,27,6,September 2026 pay,2026-09-01,2026-09-30,2026-10-02 12:00,2026-10-27\r\n"
CSV_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}
"""How a calendar is sent, for the description of an operation."""


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PeriodAnswer(_Answer):
    """One period of the calendar, with the state of its run."""

    run_code: str = Field(examples=["MN2706"])
    pay_name: str = Field(examples=["September 2026 pay"])
    starts: date
    ends: date
    cut_off: datetime = Field(description="In UTC")
    cut_off_local: datetime = Field(validation_alias="local_cut_off", description="In Europe/London")
    cut_off_off: str | None = Field(description="A bank holiday or weekend day that the cut-off falls on")
    pay_date: date
    pay_date_off: str | None = Field(description="The same of the pay date")
    working_days: int = Field(description="From the day after the cut-off to the pay date", examples=[17])
    state: str = Field(
        description="The run's, or open, late (no run though its cut-off has passed), rolled or history",
        examples=["open"],
    )
    run_id: UUID | None = Field(default=None, description="None until its cut-off")
    missed: str | None = Field(default=None, description="What was decided of a missed cut-off: send or roll")
    missed_by: str | None = None


class HolidayAnswer(BaseModel):
    """A bank holiday of England and Wales."""

    day: date
    name: str = Field(examples=["Summer Bank Holiday"])


class CalendarAnswer(BaseModel):
    """A trust's payroll calendar."""

    vpd: str = Field(examples=["277"])
    revision: int = Field(
        description="Grows with every change; send it as `If-Match` with a new calendar", examples=[3]
    )
    periods: list[PeriodAnswer]
    bank_holidays: list[HolidayAnswer]


class RowProblemAnswer(_Answer):
    """What is wrong with one row, or worth a look."""

    row: int = Field(description="Line of the file; the header is line 1", examples=[4])
    field: str = Field(examples=["cut_off"])
    code: str = Field(examples=["cut_off_on_day_off"])
    sentence: str = Field(examples=["The cut-off of December 2026 pay is on 26 December 2026, which is a Saturday."])
    severity: Literal["error", "warning"]


class ChangedPeriodAnswer(BaseModel):
    """A period before and after."""

    before: PeriodSettings
    after: PeriodSettings


class RemovedPeriodAnswer(BaseModel):
    """A period that would go, and how many records wait for its run; they are told of the next one."""

    period: PeriodSettings
    waiting: int = Field(examples=[0])


class CalendarCheckAnswer(BaseModel):
    """What a file would do to the calendar."""

    can_be_taken: bool = Field(examples=[True])
    revision: int = Field(description="Of the calendar that it was compared with", examples=[3])
    problems: list[RowProblemAnswer]
    refused: list[str] = Field(description="Why a period cannot be changed: its run was made", examples=[[]])
    added: list[PeriodSettings]
    changed: list[ChangedPeriodAnswer]
    removed: list[RemovedPeriodAnswer]
    kept: list[str] = Field(description="Runs that were made and that the file does not name: they stay", examples=[[]])


class CalendarTakenAnswer(BaseModel):
    """What has changed, by run code."""

    revision: int = Field(examples=[4])
    added: list[str] = Field(examples=[["MN2707"]])
    changed: list[str] = Field(examples=[["MN2706"]])
    removed: list[str] = Field(examples=[[]])


def calendar_answer(trust: Trust, periods: Sequence[PeriodView], now: datetime) -> CalendarAnswer:
    """The calendar with the bank holidays of its years."""
    days = [one.pay_date for one in periods] or [now.date()]
    return CalendarAnswer(
        vpd=trust.vpd,
        revision=trust.calendar_revision,
        periods=[PeriodAnswer.model_validate(one, from_attributes=True) for one in periods],
        bank_holidays=[HolidayAnswer(day=day, name=name) for day, name in holidays_of(min(days), max(days))],
    )


def check_answer(checked: CheckedCalendar) -> CalendarCheckAnswer:
    """What was found."""
    plan = checked.plan
    return CalendarCheckAnswer(
        can_be_taken=checked.can_be_taken,
        revision=checked.revision,
        problems=[RowProblemAnswer.model_validate(one, from_attributes=True) for one in checked.problems],
        refused=list(plan.refused),
        added=list(plan.added),
        changed=[ChangedPeriodAnswer(before=before, after=after) for before, after in plan.changed],
        removed=[
            RemovedPeriodAnswer(period=one, waiting=checked.waiting.get(one.pay_run.code, 0)) for one in plan.removed
        ],
        kept=[one.pay_run.code for one in plan.kept],
    )


def taken_answer(plan: CalendarPlan, revision: int) -> CalendarTakenAnswer:
    """What was changed."""
    return CalendarTakenAnswer(
        revision=revision,
        added=[one.pay_run.code for one in plan.added],
        changed=[after.pay_run.code for _, after in plan.changed],
        removed=[one.pay_run.code for one in plan.removed],
    )
