"""What the API says of submittals: the models of its answers, made from records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from esrlink.contracts import Outcome
from esrlink.errors import EsrLinkError, NotFound
from submittals import examples
from submittals.content import AbsenceContent, AttendanceContent, Kind
from submittals.deadlines.when import words_of
from submittals.esr.cut_offs import Reach
from submittals.records.decisions import DecisionKind
from submittals.records.record import Record, Relation
from submittals.records.results import Holder, Result, Who
from submittals.records.state import State, state_of_version
from submittals.rules import Finding


class Step(BaseModel):
    """One decision in a submittal's history."""

    number: int
    kind: DecisionKind
    version: int
    by: str = Field(description="Who acted; `rules` when a rule did.")
    at: datetime
    reason: str | None = None
    field: str | None = None
    validation_group: str | None = Field(default=None, description="For which group a validator spoke.")
    changed: list[str] = Field(default=[], description="The fields in which the version differs from the one before.")


class HolderAnswer(BaseModel):
    """Who has it now: whoever must act before it moves on."""

    model_config = ConfigDict(from_attributes=True)

    who: Who
    says: str = Field(examples=["Leads: lead2 validates it."])
    group: str | None = Field(default=None, description="The validation group whose turn it is.")
    may: list[str] = Field(default=[], description="Who of the group may validate it.")


class VersionAnswer(BaseModel):
    """The state of one version: an older one that never left is `superseded`."""

    version: int
    state: State


class FactAnswer(BaseModel):
    """One fact about a version, with the run, file and row that it comes from."""

    version: int
    outcome: Outcome
    at: datetime
    code: str | None = None
    reason: str | None = None
    field: str | None = None
    run_id: UUID | None = None
    run: str | None = None
    pay_name: str | None = None
    file_name: str | None = None
    row_number: int | None = None


class JobPlanAnswer(BaseModel):
    """What the person's job plans ask for in direct clinical care this plan year, and what was given so far."""

    model_config = ConfigDict(from_attributes=True)

    first: date = Field(description="First day of the plan year.")
    until: date = Field(description="Last day that is counted.")
    pas_owed: Decimal | None = Field(description="PAs owed; none where a figure of a plan cannot be read.")
    pas_given: Decimal
    sessions_owed: Decimal | None = Field(description="None where the plans do not say sessions.")
    sessions_given: Decimal
    behind: bool = Field(description="Less was given than is owed.")
    uncertainty: list[str] = Field(description="Codes of what is not certain: `plan_missing`, …")
    words: str = Field(description="The same in sentences.")


class SubmittalAnswer(BaseModel):
    """A submittal as it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUBMITTAL]})

    submittal_id: UUID
    vpd: str = Field(examples=["277"])
    product: str = Field(examples=["clwrota"])
    department: str = Field(examples=["anaesthetics"])
    record_id: str = Field(examples=["leave-1042"])
    profile_id: str = Field(examples=["p17"])
    claimed_by: str | None = None
    kind: Kind
    version: int = Field(examples=[1])
    state: State
    outcome: Outcome | None = Field(default=None, description="The fact behind the state, if there is one.")
    holder: HolderAnswer = Field(description="Who has it now.")
    origin: UUID | None = Field(default=None, description="The submittal that it was split from, or that it corrects.")
    relation: Relation | None = Field(default=None, description="What it is to `origin`.")
    taken_back: bool = Field(default=False, description="It was sent, and a correction takes it back.")
    held: bool = Field(default=False, description="Approved, but the gateway holds it back; `reason` says why.")
    reason: str | None = Field(default=None, description="Why it was returned, rejected, held or withdrawn.")
    field: str | None = Field(default=None, description="The field to mend.")
    employee_number: str | None = Field(default=None, examples=["20001234"])
    assignment_number: str | None = Field(default=None, examples=["20001234-2"])
    content: AbsenceContent | AttendanceContent = Field(description="With the trust's defaults filled in.")
    content_hash: str
    rules_version: str
    findings: list[Finding] = Field(description="What the rules say, errors first.")
    next_cut_off: datetime | None = Field(default=None, description="Approved before this, it reaches the pay.")
    pay_name: str | None = Field(default=None, description="The pay it belongs to.", examples=["August 2026 pay"])
    rolls_to: str | None = Field(default=None, description="When that pay was missed: the one it rolls to.")
    deadline: str | None = Field(
        default=None, description="The same in words; none when it was sent, withdrawn, or is never paid."
    )
    job_plan: JobPlanAnswer | None = Field(
        default=None,
        description="Of extra work that is read by itself: what its person owes by the job plan, where that is known.",
    )
    versions: list[VersionAnswer] = Field(description="Every version with its own state, oldest first.")
    history: list[Step] = Field(description="Every decision, oldest first.")
    facts: list[FactAnswer] = Field(description="What ESR and the gateway said, oldest first.")


class WithdrawalAnswer(BaseModel):
    """What became of a withdrawal by source key: done, or it waits for the record to arrive."""

    waiting: bool = Field(description="The record has not arrived: it is withdrawn when it does.")
    submittal: SubmittalAnswer | None = Field(default=None, description="The record, when it was there.")


class Refusal(BaseModel):
    """Why one record or command of a batch was refused; the others went on."""

    status: int = Field(examples=[409])
    code: str = Field(examples=["stale_version"])
    detail: str
    field: str | None = None
    problems: list[dict[str, str]] = []


class RecordAnswer(BaseModel):
    """What became of one record or command of a batch: refused with a problem, or the submittal as it stands."""

    number: int = Field(description="Its place in the batch, from 0.", examples=[0])
    problem: Refusal | None = None
    submittal: SubmittalAnswer | None = None


class BatchAnswer(BaseModel):
    """An answer for each record or command of a batch, in the order sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH]})

    taken: int = Field(description="How many were not refused.")
    refused: int
    results: list[RecordAnswer]


class SubmittalSummary(BaseModel):
    """A line of a list of submittals."""

    submittal_id: UUID
    vpd: str
    product: str
    department: str
    record_id: str
    profile_id: str
    kind: Kind
    version: int
    state: State
    outcome: Outcome | None = None
    reason: str | None = None
    field: str | None = None
    employee_number: str | None = None
    first_day: date
    last_day: date | None = None
    updated_at: datetime


class SubmittalList(BaseModel):
    """A part of a list; `next_cursor` continues it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LIST]})

    submittals: list[SubmittalSummary]
    next_cursor: UUID | None = None


class CountsAnswer(BaseModel):
    """How many submittals stand in each state, and how many approvals and withdrawals the gateway was told of."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COUNTS]})

    vpd: str
    states: dict[State, int]
    held: int = Field(description="Of the approved: those that the gateway holds.")
    approved_versions: int = Field(description="Versions that were approved.")
    withdrawn_versions: int = Field(
        description="Approved versions that were taken back before a run was frozen with them."
    )


class CutOffAnswer(BaseModel):
    """A cut-off of the trust's payroll calendar."""

    run: str = Field(examples=["MN2705"])
    pay_name: str = Field(examples=["August 2026 pay"])
    cut_off: datetime


class CalendarAnswer(BaseModel):
    """The trust's coming cut-offs."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CALENDAR]})

    vpd: str
    next_cut_off: CutOffAnswer | None = None
    coming: list[CutOffAnswer]


def submittal_answer(record: Record, reach: Reach, holder: Holder) -> SubmittalAnswer:
    """The whole of a record as it stands."""
    standing, version = record.standing, record.version
    facts = sorted(record.facts, key=lambda fact: fact.occurred_at)
    return SubmittalAnswer(
        submittal_id=record.id,
        version=version.number,
        state=standing.state,
        outcome=standing.outcome,
        holder=HolderAnswer.model_validate(holder),
        held=standing.outcome is Outcome.HELD,
        reason=standing.reason,
        field=standing.field,
        employee_number=version.employee_number,
        assignment_number=version.assignment_number,
        content=version.content,
        content_hash=version.content_hash,
        rules_version=version.rules_version,
        findings=list(record.findings),
        next_cut_off=reach.next_cut_off,
        pay_name=reach.pay_name,
        rolls_to=reach.rolls_to,
        # Time off in lieu is approved and makes no pay.
        deadline=words_of(reach, standing.state) if standing.with_payroll or standing.state != "approved" else None,
        versions=[
            VersionAnswer(version=number, state=state_of_version(number, record.decisions, record.facts))
            for number in sorted({d.version for d in record.decisions})
        ],
        history=[
            Step(
                number=d.number,
                kind=d.kind,
                version=d.version,
                by=d.by,
                at=d.at,
                reason=d.reason,
                field=d.field,
                validation_group=d.validation_group,
                changed=list(d.changed),
            )
            for d in record.decisions
        ],
        facts=[
            FactAnswer(
                version=fact.version,
                outcome=fact.outcome,
                at=fact.occurred_at,
                code=fact.code,
                reason=fact.reason,
                field=fact.field,
                run_id=fact.run_id,
                run=fact.run_code,
                pay_name=fact.pay_name,
                file_name=fact.file_name,
                row_number=fact.row_number,
            )
            for fact in facts
        ],
        **{name: getattr(record, name) for name in _PLAIN},
    )


_PLAIN: tuple[str, ...] = (
    *("vpd", "product", "department", "record_id", "profile_id", "claimed_by", "kind"),
    *("origin", "relation", "taken_back"),
)


def answer_of(result: Result) -> SubmittalAnswer:
    """The answer for one record that was put or commanded. Raises what refused it."""
    if result.record is None or result.holder is None:
        raise result.error or NotFound("There is no such record.")
    return submittal_answer(result.record, result.reach, result.holder)


def batch_answer(results: Sequence[Result]) -> BatchAnswer:
    """An answer for each result, in order."""
    answers = [
        RecordAnswer(
            number=number,
            problem=refusal_of(one.error) if one.error else None,
            submittal=answer_of(one) if one.record else None,
        )
        for number, one in enumerate(results)
    ]
    refused = sum(1 for answer in answers if answer.problem)
    return BatchAnswer(taken=len(answers) - refused, refused=refused, results=answers)


def refusal_of(error: EsrLinkError) -> Refusal:
    """Why one of a batch was refused."""
    problems: list[dict[str, Any]] = [
        {"field": problem.field, "code": problem.code, "detail": problem.detail} for problem in error.problems
    ]
    return Refusal(status=error.status, code=error.code, detail=error.detail, field=error.field, problems=problems)
