"""What the operations on cohorts take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from esrlink.contracts import Registration
from esrlink.contracts.types import Department, EmployeeNumber, ExternalId, Product, Vpd
from profile_sync.api import cohort_examples as examples
from profile_sync.api.models import Name, RowProblem
from profile_sync.cohorts.changeover import Kind
from profile_sync.cohorts.proposing import Action
from profile_sync.cohorts.spec import Spec
from profile_sync.cohorts.uploading import LONGEST_NOTE

CohortState = Literal["planned", "applying", "applied", "undoing", "undone"]
OutcomeState = Literal["waiting", "done", "failed", "skipped", "undone", "kept"]
Days = Annotated[int, Field(ge=0, le=92)]
Note = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$")
]
# A changeover is a plan: nobody plans another century's, and days are added to it.
Changeover = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class CohortDepartment(BaseModel):
    """A department of the trust's settings."""

    model_config = ConfigDict(extra="forbid")

    product: Product
    department: Department


class CohortBody(BaseModel):
    """A changeover of rotating doctors."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.BODY]})

    vpd: Vpd | None = Field(default=None, description="The trust; may stand in the query instead.")
    name: Name
    changeover: Changeover = Field(description="The day from which the new rota counts.")
    days_before: Days = Field(default=14, description="So many days before it, people come and go, too.")
    days_after: Days = Field(default=14, description="So many days after it, people come and go, too.")
    departments: list[CohortDepartment] = Field(min_length=1, max_length=100)
    staff_groups: list[Name] = Field(default=[], max_length=50, description="Only these, in ESR's words; all without.")
    grades: list[Name] = Field(default=[], max_length=200, description="Only these pay scale codes; all without.")

    @model_validator(mode="after")
    def _departments_differ(self) -> CohortBody:
        keys = [(one.product, one.department) for one in self.departments]
        if len(set(keys)) != len(keys):
            raise ValueError("a department is named twice")
        return self

    def spec(self) -> Spec:
        """The cohort's terms."""
        return Spec(
            self.name,
            self.changeover,
            tuple(sorted((one.product, one.department) for one in self.departments)),
            self.days_before,
            self.days_after,
            tuple(self.staff_groups),
            tuple(self.grades),
        )


class CohortFigures(BaseModel):
    """How many rows a plan has: a row is a person in a department."""

    people: int
    actions: dict[Action, int] = Field(description="By what is to be done.")
    kinds: dict[Kind, int]
    outcomes: dict[OutcomeState, int]
    changed: int = Field(description="Rows that the last computing changed.")
    told: int = Field(description="Rows that were published.")
    acknowledged: int = Field(description="Of these, so many a product says that it has done,")
    refused: int = Field(description="and so many that it refuses.")


class CohortSummary(BaseModel):
    """A cohort in a list."""

    vpd: str
    cohort_id: UUID
    name: str
    changeover: date
    state: CohortState
    version: int
    progress: float = Field(ge=0, le=1, description="The share of rows that have an outcome.")
    figures: CohortFigures


class DepartmentOfCohort(BaseModel):
    """A department, and what ESR calls it."""

    product: str
    department: str
    organisations: list[str] = Field(
        description="Whose people are looked at. None: ESR has no organisation of this name; the trust's settings can name them."
    )


class CohortAnswer(CohortSummary):
    """A cohort, of the departments that you may see."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COHORT]})

    days_before: int
    days_after: int
    departments: list[DepartmentOfCohort]
    staff_groups: list[str]
    grades: list[str]
    created_by: str
    created_at: datetime
    planned_by: str
    planned_at: datetime
    applied_by: str | None
    applied_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None


_SUMMARY = ("vpd", "cohort_id", "name", "changeover", "state", "version", "progress", "figures")
_LISTED = {name: examples.COHORT[name] for name in _SUMMARY}


class CohortPage(BaseModel):
    """A page of cohorts, the latest changeover first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_LISTED], "next": None}]})

    items: list[CohortSummary]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class PersonOnboarded(BaseModel):
    """A person in a department, with what a rota product needs to make a profile."""

    employee_number: str
    product: str
    department: str
    kind: Kind
    title: str | None
    given_name: str | None
    preferred_name: str | None
    family_name: str
    email: str | None
    grade: str | None
    staff_group: str | None
    job_role: str | None
    registrations: list[Registration]
    assignment_number: str
    organisation: str | None = Field(description="The department, as ESR calls it.")
    starts: date = Field(description="First day in the department.")
    ends: date | None = Field(description="Last day there, where ESR knows one.")


class FieldDifference(BaseModel):
    """A field that was changed."""

    field: str
    before: JsonValue
    after: JsonValue


class Acknowledged(BaseModel):
    """What a product said of a row."""

    acknowledged: Literal["done", "refused"] | None
    acknowledged_profile_id: str | None = Field(description="The profile that it made, where that is another one.")
    acknowledged_note: str | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None


class CohortRow(PersonOnboarded, Acknowledged):
    """A row of a plan: what is to be done of a person in a department, why, and what became of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROW]})

    action: Action = Field(description="As chosen, else as proposed; `leave` where the person is excluded.")
    profile_id: str | None = Field(description="With `create` a suggestion.")
    proposed_action: Action
    proposed_profile_id: str | None
    chosen_action: Action | None
    chosen_profile_id: str | None
    excluded: bool
    note: str | None
    edited_by: str | None
    edited_at: datetime | None
    reason: str = Field(description="Why this is proposed, as a code; new codes may come.")
    sentence: str = Field(description="Why this is proposed, in words.")
    differences: list[FieldDifference] = Field(description="What the last computing changed of it.")
    outcome: OutcomeState
    outcome_code: str | None
    outcome_sentence: str | None
    outcome_at: datetime | None
    version: int


class CohortRows(BaseModel):
    """A page of a plan's rows, by family name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.ROW], "next": None}]})

    items: list[CohortRow]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class RowEdit(BaseModel):
    """What is to be different in a row. What is left out stays; null takes a choice back, so that the proposal holds."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.EDIT]})

    action: Action | None = None
    profile_id: ExternalId | None = None
    excluded: bool = False
    note: Note | None = None
    version: int | None = Field(default=None, ge=1, description="The row's version that you last read.")


class UploadChange(BaseModel):
    """What a file changes of a row."""

    employee_number: str
    product: str
    department: str
    fields: list[FieldDifference]


class UploadProblem(RowProblem):
    """Why a row of a file cannot be taken."""

    row: int = Field(description="As a spreadsheet counts: the heading is row 1.")


class UploadAnswer(BaseModel):
    """What a file comes to, row by row."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.UPLOAD]})

    taken: bool = Field(description="Whether the changes are stored; never with `preview`.")
    changes: list[UploadChange]
    same: int = Field(description="Rows that leave the plan as it is.")
    problems: list[UploadProblem] = Field(description="Rows that cannot be taken; they hold no other.")


class OnboardingTask(PersonOnboarded, Acknowledged):
    """What a product must do; the same as the event `profile.onboarded`."""

    cohort_id: UUID
    action: Action
    profile_id: str = Field(description="With `create` a suggestion.")
    withdrawn: bool = Field(description="The cohort was undone: what was told before does not hold.")
    told_at: datetime


class OnboardingPage(BaseModel):
    """A page of what a product must do, by family name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.TASK], "next": None}]})

    items: list[OnboardingTask]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class AcknowledgementRow(BaseModel):
    """That a product did what it was told of a person, or refuses to."""

    model_config = ConfigDict(extra="forbid")

    employee_number: EmployeeNumber
    product: Product
    department: Department
    withdrawn: bool = Field(default=False, description="As in what is acknowledged.")
    state: Literal["done", "refused"] = "done"
    profile_id: ExternalId | None = Field(
        default=None, description="The profile that you made, where it is another one."
    )
    note: Note | None = None


class Acknowledgements(BaseModel):
    """What a product did, person by person."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"acknowledgements": [examples.ACKNOWLEDGEMENT]}]}
    )

    acknowledgements: list[AcknowledgementRow] = Field(min_length=1, max_length=1_000)


class AcknowledgementsAnswer(BaseModel):
    """What was kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kept": 1, "problems": []}]})

    kept: int
    problems: list[AcknowledgementProblem] = Field(description="Rows that cannot be taken; they hold no other.")


class AcknowledgementProblem(RowProblem):
    """Why an acknowledgement cannot be taken."""

    index: int = Field(description="Its place in the request, from 0.")
