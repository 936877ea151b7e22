"""The life of a submittal: one record of absence or attendance on its way from a rota to payroll."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from esrlink.contracts.events import Event, PersonEvent, register
from esrlink.contracts.types import AssignmentNumber, DayPart, EmployeeNumber, Figure, Instant, Model, ProfileKey


class Source(Model):
    """Where a submittal comes from: unique over (product, department, record_id) within a trust."""

    profile: ProfileKey
    record_id: str


class Absence(Model):
    """Leave. Sickness counts calendar days, annual leave hours."""

    absence_type: str = Field(description="The trust's word for it, such as `Sickness`.")
    reason: str | None = Field(default=None, description="Level-1 reason for sickness: S10 to S99.")
    start_date: date
    start_part: DayPart = "full"
    end_date: date | None = Field(default=None, description="None while the absence is open.")
    end_part: DayPart = "full"
    days: Figure | None = Field(default=None, description="Calendar days")
    hours: Figure | None = None
    sessions: Figure | None = None
    open: bool = False
    closes: UUID | None = Field(default=None, description="The open submittal that this closing record ends.")


class Attendance(Model):
    """Paid extra work: one session."""

    date_worked: date
    session: str | None = Field(default=None, description="The rota's name for it, such as `Theatre 3 evening`.")
    pay_element: str = Field(description="The trust's code; the gateway maps it to ESR's element and inputs.")
    units: Figure
    unit: Literal["hours", "sessions", "PAs"]
    rate: Figure | None = Field(default=None, description="Pounds per unit")
    amount: Figure | None = Field(default=None, description="Pounds: units x rate, or as claimed with a note")
    cost_code: str | None = None
    covered: str | None = Field(default=None, description="Profile id of who was covered.")
    note: str | None = None


@register
class SubmittalSubmitted(Event):
    """A record came in from a rota; it may not be complete yet."""

    TOPIC = "submittal.submitted"

    submittal_id: UUID
    version: int = Field(ge=1)
    kind: Literal["absence", "attendance"]
    source: Source
    employee_number: EmployeeNumber | None = None
    occurred_at: Instant

    @property
    def partition_key(self) -> str:
        """The person where known, else the profile."""
        return f"{self.vpd}/{self.employee_number or self.source.profile.path}"


@register
class SubmittalApproved(PersonEvent):
    """A record is approved for pay: whole, as payroll and Central Reporting need it."""

    TOPIC = "submittal.approved"

    submittal_id: UUID
    version: int = Field(ge=1)
    kind: Literal["absence", "attendance"]
    source: Source
    assignment_number: AssignmentNumber
    absence: Absence | None = None
    attendance: Attendance | None = None
    corrects: UUID | None = Field(default=None, description="The sent submittal that this one reverses or replaces.")
    reversal: bool = False
    content_hash: str = Field(description="SHA-256 of the content that was validated.")
    rules_version: str
    enriched_by: str
    validated_by: tuple[str, ...]
    approved_by: str
    approved_at: Instant


@register
class SubmittalWithdrawn(PersonEvent):
    """An approved record must not be paid after all (only before it was frozen into a run)."""

    TOPIC = "submittal.withdrawn"

    submittal_id: UUID
    version: int = Field(ge=1)
    reason: str
    occurred_at: Instant


@register
class SubmittalSettled(PersonEvent):
    """What became of a record, as the department sees it."""

    TOPIC = "submittal.settled"

    submittal_id: UUID
    version: int = Field(ge=1)
    state: str
    reason: str | None = None
    field: str | None = None
    occurred_at: Instant
