"""What the API says of deadlines and of what waits for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from submittals.content import Kind
from submittals.deadlines.chase import Chased, Scene
from submittals.deadlines.holders import TASK_OF, Holder, Task
from submittals.deadlines.waiting_records import Waiting
from submittals.deadlines.when import Turn, When, at_words
from submittals.records.state import State

_LINE: dict[str, Any] = {
    "product": "clwrota",
    "department": "anaesthetics",
    "department_name": "Anaesthetics",
    "kind": "approver",
    "approver": "lead2",
    "to_enrich": 0,
    "to_mend": 0,
    "to_validate": 7,
    "to_approve": 0,
    "late": 2,
    "due": 5,
    "later": 0,
    "oldest_day": "2026-07-28",
    "waiting_since": "2026-08-03T08:00:00Z",
}
_CUT_OFF: dict[str, Any] = {
    "vpd": "277",
    "next_cut_off": "2026-09-02T11:00:00Z",
    "pay_name": "August 2026 pay",
    "rolls_to": "September 2026 pay",
    "words": "The cut-off of the August 2026 pay is at 12:00 on 2 September.",
}
_RECORD: dict[str, Any] = {
    "submittal_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a10",
    "product": "clwrota",
    "department": "anaesthetics",
    "record_id": "extra-77",
    "profile_id": "p17",
    "employee_number": "20001234",
    "kind": "attendance",
    "state": "enriched",
    "task": "validate",
    "waits_for": ["lead2"],
    "first_day": "2026-08-01",
    "when": "due",
    "approve_by": "2026-09-02T11:00:00Z",
    "pay_name": "August 2026 pay",
    "rolls_to": "September 2026 pay",
    "words": "In the August 2026 pay if approved by 12:00 on 2 September, else in the September 2026 pay.",
    "waiting_since": "2026-08-03T08:00:00Z",
}


class ChaseLine(BaseModel):
    """Whom it is about, and how much waits there."""

    product: str
    department: str
    department_name: str
    kind: Literal["approver", "department", "payroll", "person"]
    approver: str | None = Field(default=None, description="As the trust's settings name them.")
    employee_number: str | None = None
    profile_id: str | None = None
    to_enrich: int
    to_mend: int
    to_validate: int
    to_approve: int
    late: int = Field(description="Of all these: those that missed the pay that they belong to.")
    due: int = Field(description="Those that the next cut-off is about.")
    later: int = Field(description="Those that belong to a later pay.")
    oldest_day: date = Field(description="The first day of the oldest.")
    waiting_since: datetime | None = Field(description="When the first of them came to stand as it does.")


class ChaseAnswer(BaseModel):
    """A chase list, and the cut-off that it is about."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_CUT_OFF, "lines": [_LINE]}]})

    vpd: str
    next_cut_off: datetime | None = None
    pay_name: str | None = None
    rolls_to: str | None = Field(default=None, description="The pay that what misses this cut-off goes into.")
    words: str
    lines: list[ChaseLine]


class WaitingAnswer(BaseModel):
    """A record that waits for somebody, with its deadline."""

    submittal_id: UUID
    product: str
    department: str
    record_id: str
    profile_id: str
    employee_number: str | None = None
    kind: Kind
    state: State
    task: Task = Field(description="What somebody has to do with it.")
    waits_for: list[str] = Field(
        description="Approvers, where it waits for some by name; else `department` or `payroll`."
    )
    first_day: date
    when: When = Field(description="Whether its pay is missed, next, or later.")
    approve_by: datetime | None = None
    pay_name: str | None = Field(default=None, description="The pay that it belongs to.")
    rolls_to: str | None = Field(default=None, description="The pay that it goes into when that is missed.")
    words: str | None = None
    waiting_since: datetime


class WaitingList(BaseModel):
    """A part of the list; `next_cursor` continues it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"records": [_RECORD], "next_cursor": None}]})

    records: list[WaitingAnswer]
    next_cursor: UUID | None = None


def chase_line(line: Chased, scene: Scene) -> ChaseLine:
    """A line of a chase list."""
    known, tally = scene.trust.department(line.product, line.department), line.tally
    return ChaseLine(
        product=line.product,
        department=line.department,
        department_name=known.name if known else line.department,
        kind=line.kind,
        approver=line.approver or None,
        employee_number=line.employee_number or None,
        profile_id=line.profile_id or None,
        to_enrich=tally.tasks["enrich"],
        to_mend=tally.tasks["mend"],
        to_validate=tally.tasks["validate"],
        to_approve=tally.tasks["approve"],
        late=tally.late,
        due=tally.due,
        later=tally.later,
        oldest_day=tally.oldest_day,
        waiting_since=tally.since,
    )


def chase_answer(scene: Scene, lines: list[ChaseLine]) -> ChaseAnswer:
    """The whole of a chase list."""
    turn = scene.turn
    closing, after = turn.closing, turn.after
    words = "Payroll has not told the next cut-off yet."
    if closing:
        words = f"The cut-off of the {closing.pay_name} is at {at_words(closing.at)}."
    return ChaseAnswer(
        vpd=scene.vpd,
        next_cut_off=closing.at if closing else None,
        pay_name=closing.pay_name if closing else None,
        rolls_to=after.pay_name if after else None,
        words=words,
        lines=lines,
    )


def waiting_answer(record: Waiting, scene: Scene, turn: Turn) -> WaitingAnswer:
    """A record with its deadline."""
    deadline = scene.deadline(record)
    return WaitingAnswer(
        submittal_id=record.id,
        task=TASK_OF[record.state],
        waits_for=[_called(one) for one in scene.holders(record)],
        when=turn.when(record.first_day),
        approve_by=deadline.approve_by if deadline else None,
        pay_name=deadline.pay_name if deadline else None,
        rolls_to=deadline.rolls_to if deadline else None,
        words=deadline.words if deadline else None,
        waiting_since=record.since,
        **{name: getattr(record, name) for name in _PLAIN},
    )


_PLAIN: tuple[str, ...] = (
    "product",
    "department",
    "record_id",
    "profile_id",
    "employee_number",
    "kind",
    "state",
    "first_day",
)


def _called(holder: Holder) -> str:
    return holder.approver or holder.kind
