"""The life of a submittal: one record of absence or attendance on its way from a rota to payroll."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from esrlink.contracts.events import Event, PersonEvent, register
from esrlink.contracts.types import (
    AssignmentNumber,
    DayPart,
    Department,
    EmployeeNumber,
    Figure,
    Instant,
    Model,
    PayRun,
    Product,
    ProfileKey,
    SubmittalId,
    SubmittalVersion,
)

Kind = Annotated[
    Literal["absence", "attendance"], Field(description="`absence` is leave, `attendance` is paid extra work.")
]


class Source(Model):
    """Where a submittal comes from: unique over (product, department, record_id) within a trust."""

    profile: ProfileKey = Field(description="Whose rota entry it was.")
    record_id: str = Field(description="The rota product's own id of the entry.")


class Absence(Model):
    """Leave. Sickness counts calendar days, annual leave hours."""

    absence_type: str = Field(description="The trust's word for it, such as `Sickness`.")
    reason: str | None = Field(default=None, description="Level-1 reason for sickness: S10 to S99.")
    start_date: date = Field(description="First day away.")
    start_part: DayPart = Field(default="full", description="What of the first day: all of it, or from noon.")
    end_date: date | None = Field(default=None, description="Last day away; none while the absence is open.")
    end_part: DayPart = Field(default="full", description="What of the last day: all of it, or until noon.")
    days: Figure | None = Field(default=None, description="Calendar days; a half day is 0.5.")
    hours: Figure | None = Field(default=None, description="Hours of leave, where the trust counts them.")
    sessions: Figure | None = Field(default=None, description="Sessions of the rota, where the trust counts them.")
    open: bool = Field(default=False, description="It has begun and nobody knows the end: a closing record follows.")
    closes: UUID | None = Field(default=None, description="The open submittal that this closing record ends.")


class Attendance(Model):
    """Paid extra work: one session."""

    date_worked: date = Field(description="The day on which it began.")
    session: str | None = Field(default=None, description="The rota's name for it, such as `Theatre 3 evening`.")
    pay_element: str = Field(description="The trust's code; the gateway maps it to ESR's element and inputs.")
    units: Figure = Field(description="How much of `unit`.")
    unit: Literal["hours", "sessions", "PAs"] = Field(
        description="What is counted; a PA is 4 hours, 3 in premium time."
    )
    rate: Figure | None = Field(default=None, description="Pounds per unit")
    amount: Figure | None = Field(default=None, description="Pounds: units x rate, or as claimed with a note")
    cost_code: str | None = Field(default=None, description="Who bears the cost, in the trust's own codes.")
    covered: str | None = Field(default=None, description="Profile id of who was covered.")
    note: str | None = Field(default=None, description="Why a figure differs from the default, in a person's words.")


@register
class SubmittalSubmitted(Event):
    """A record came in from a rota; it may not be complete yet."""

    TOPIC = "submittal.submitted"
    PRODUCER = "submittals"

    submittal_id: SubmittalId
    version: SubmittalVersion
    kind: Kind
    source: Source
    employee_number: EmployeeNumber | None = Field(default=None, description="None while the profile is not linked.")
    occurred_at: Instant

    @property
    def partition_key(self) -> str:
        """The person where known, else the profile."""
        return f"{self.vpd}/{self.employee_number or self.source.profile.path}"


@register
class SubmittalApproved(PersonEvent):
    """A record is approved for pay: whole, as payroll and Central Reporting need it."""

    TOPIC = "submittal.approved"
    PRODUCER = "submittals"

    submittal_id: SubmittalId
    version: SubmittalVersion
    kind: Kind
    source: Source
    assignment_number: AssignmentNumber = Field(description="The post that is paid, valid on the day worked.")
    absence: Absence | None = Field(default=None, description="Set when `kind` is `absence`, and only then.")
    attendance: Attendance | None = Field(default=None, description="Set when `kind` is `attendance`, and only then.")
    corrects: UUID | None = Field(default=None, description="The sent submittal that this one reverses or replaces.")
    reversal: bool = Field(default=False, description="It takes back `corrects`; otherwise it replaces it.")
    content_hash: str = Field(description="SHA-256 of the content that was validated.")
    rules_version: str = Field(description="Version of the rules that judged it.")
    enriched_by: str = Field(description="Who completed it: a profile id or a user name, as the rota product gave it.")
    validated_by: tuple[str, ...] = Field(description="Who validated it.")
    approved_by: str = Field(description="Who approved it.")
    approved_at: Instant


@register
class SubmittalWithdrawn(PersonEvent):
    """An approved record must not be paid after all (only before it was frozen into a run)."""

    TOPIC = "submittal.withdrawn"
    PRODUCER = "submittals"

    submittal_id: SubmittalId
    version: SubmittalVersion
    reason: str = Field(description="In words that a rota coordinator understands.")
    occurred_at: Instant


@register
class SubmittalSettled(PersonEvent):
    """What became of a record, as the department sees it."""

    TOPIC = "submittal.settled"
    PRODUCER = "submittals"

    submittal_id: SubmittalId
    version: SubmittalVersion
    state: str = Field(description="Where it stands in its life, such as `accepted`; new states may come.")
    reason: str | None = Field(default=None, description="In words that a rota coordinator understands.")
    field: str | None = Field(default=None, description="The field of the submittal to mend, where one is known.")
    occurred_at: Instant


@register
class SubmittalReminderDue(Event):
    """A cut-off is near and records still wait: one for each department, and one for each approver whom they wait for."""

    TOPIC = "submittal.reminder_due"
    PRODUCER = "submittals"

    reminder_id: UUID = Field(description="Our own id of the reminder.")
    product: Product
    department: Department
    approver: str | None = Field(
        default=None,
        description="Whom the records wait for: a profile id of the department, a profile elsewhere as"
        " `product/department/profile_id`, or a user name. None: the reminder is the department's own, of all its records.",
    )
    run: PayRun = Field(description="The run that the cut-off closes.")
    pay_name: str = Field(description="What people call the run's pay.")
    cut_off: Instant = Field(description="What is approved before it is in that pay.")
    hours_before: int = Field(description="Which of the trust's reminders it is: so many hours before the cut-off.")
    to_enrich: int = Field(description="Records that the department has to enrich.")
    to_mend: int = Field(description="Records that came back and that the department has to mend.")
    to_validate: int = Field(description="Records that wait to be validated.")
    to_approve: int = Field(description="Records that are validated and wait to be approved.")
    late: int = Field(description="How many of all these have missed the pay that they belong to.")
    occurred_at: Instant

    @property
    def partition_key(self) -> str:
        """The department."""
        return f"{self.vpd}/{self.product}/{self.department}"
