"""What the API takes and answers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from esrlink.contracts.types import Department, EmployeeNumber, ExternalId, Product, Vpd
from profile_sync.api import examples

State = Literal["matched", "possible", "unmatched", "excluded"]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150, pattern=r"^[^\x00-\x1f]*$")
]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")
]
RegistrationNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9]{4,20}$"),
    Field(description="A professional registration, such as a GMC number: letters and digits."),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]

_PROFILE: dict[str, JsonValue] = {
    "employee_number": "20001001",
    "registration_number": "7012345",
    "title": "Dr",
    "given_name": "Adaeze",
    "family_name": "Okafor",
    "email": "adaeze.okafor@example.nhs.uk",
    "grade": "Consultant",
}


def _nothing_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


# Rota products write an empty text for what they do not know.
Blankable = BeforeValidator(_nothing_if_blank)


class ProfileBody(BaseModel):
    """A person's record in one department, as the rota product has it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_PROFILE]})

    vpd: Vpd | None = Field(default=None, description="The trust; may stand in the query instead.")
    employee_number: Annotated[EmployeeNumber | None, Blankable] = None
    registration_number: Annotated[RegistrationNumber | None, Blankable] = None
    title: Annotated[Name | None, Blankable] = None
    given_name: Annotated[Name | None, Blankable] = None
    family_name: Name
    email: Annotated[Email | None, Blankable] = None
    grade: Annotated[Name | None, Blankable] = None
    version: int | None = Field(
        default=None, ge=0, description="The version that you last read (0: there was none). A stale one is refused."
    )


class ProfileRow(ProfileBody):
    """A profile in a batch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"product": "clwrota", "department": "anaesthetics", "profile_id": "ao1", **_PROFILE}]
        },
    )

    product: Product
    department: Department
    profile_id: ExternalId


class Profile(BaseModel):
    """A profile as it is stored."""

    vpd: Vpd
    product: Product
    department: Department
    profile_id: ExternalId
    employee_number: str | None = Field(description="As the rota product gave it; `link` says whose profile it is.")
    registration_number: str | None
    title: str | None
    given_name: str | None
    family_name: str
    email: str | None = Field(description="Null, too, for a caller without the scope `contacts:read`.")
    grade: str | None
    updated_at: datetime


class ScorePart(BaseModel):
    """One part of a score."""

    name: str = Field(examples=["family_name"])
    finding: str = Field(examples=["close"], description="What comparing found, as a code; empty before version 2.")
    weight: float = Field(
        examples=[6.6],
        description="In bits: each doubles the odds that the two are one person, and a negative one halves them.",
    )
    agreement: float = Field(
        ge=0, le=1, examples=[0.8], description="From the weakest finding of this part (0) to the strongest (1)."
    )


class CandidateAnswer(BaseModel):
    """A person whom the profile may belong to."""

    employee_number: str = Field(examples=["20001001"])
    name: str | None = Field(default=None, examples=["Adaeze Okafor"])
    rule: str = Field(examples=["similarity/2"])
    score: Decimal = Field(
        examples=["0.954"], description="The probability that the two are one person. Similarity alone never links."
    )
    parts: list[ScorePart] = Field(description="What the score is made of; only what both sides give counts.")


class LinkAnswer(BaseModel):
    """What ties a profile to a person."""

    link_id: UUID
    state: State
    employee_number: str | None = Field(description="The person, when matched.")
    made_by: Literal["rule", "person"]
    rule: str | None = Field(examples=["exact_number/2"])
    reason: str = Field(examples=["exact_number"])
    reason_text: str = Field(examples=["The ESR number is the person's, and nothing contradicts it."])
    revision: int = Field(description="Grows with every change of the link.")
    changed_at: datetime
    review_since: datetime | None = Field(description="Since when a person must look at it.")
    candidates: list[CandidateAnswer]


class ProfileAnswer(BaseModel):
    """A profile, its link, and its version."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROFILE]})

    profile: Profile
    link: LinkAnswer
    version: int = Field(examples=[1])


class ProfilePage(BaseModel):
    """A page of profiles."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PAGE]})

    items: list[ProfileAnswer]
    next: str | None = Field(description="The cursor of the next page; null on the last.")
    changes: str | None = Field(
        default=None,
        description="On the first page of `GET /v1/profiles`: the cursor for `GET /v1/changes` that leaves out nothing which "
        "this list does not show.",
    )


class RowProblem(BaseModel):
    """Why a row of a batch was not stored."""

    code: str = Field(examples=["invalid"])
    field: str | None = Field(examples=["employee_number"])
    detail: str


class RowAnswer(BaseModel):
    """What became of one row: stored, or why not."""

    index: int = Field(description="Place in the batch, from 0.")
    product: str | None
    department: str | None
    profile_id: str | None
    stored: bool
    version: int | None = None
    link: LinkAnswer | None = None
    problem: RowProblem | None = None


class BatchAnswer(BaseModel):
    """An answer for each row, in the order sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH]})

    stored: int
    refused: int
    rows: list[RowAnswer]


class HeldProfile(Profile):
    """A profile that is linked to the person at hand."""

    version: int
    link: LinkAnswer


class DecisionBody(BaseModel):
    """What a person decided about a link."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"decision": "confirm", "employee_number": "20001001", "reason": "Seen her badge."},
                {"decision": "reject", "employee_number": "20001002", "reason": "Her brother."},
                {"decision": "undo"},
            ]
        },
    )

    decision: Literal["confirm", "reject", "unlink", "exclude", "undo"] = Field(
        description="confirm: this person. reject: not the same, for ever. unlink: take the link away; no rule makes it "
        "again. exclude: nobody's profile. undo: take back the last decision that stands."
    )
    employee_number: EmployeeNumber | None = Field(default=None, description="Needed to confirm and to reject.")
    reason: Words | None = None
    by: ExternalId | None = Field(default=None, description="The user of the rota product who decides.")
    revision: int | None = Field(default=None, ge=1, description="Of the link that they looked at.")
    undoes: UUID | None = Field(default=None, description="The decision to undo, if not the last that stands.")


class DecisionRecord(BaseModel):
    """A decision as recorded; it is never changed."""

    decision_id: UUID
    decision: Literal["confirm", "reject", "unlink", "exclude", "undo"]
    employee_number: str | None
    undoes: UUID | None
    reason: str | None
    decided_by: str
    decided_at: datetime


class DecisionHistory(BaseModel):
    """All decisions on a profile, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HISTORY]})

    items: list[DecisionRecord]


class DecisionAnswer(ProfileAnswer):
    """The profile after the decision, and which profiles' links it touched."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DECISION]})

    touched: list[str] = Field(examples=[["clwrota/anaesthetics/ao1"]])


class DepartmentAnswer(BaseModel):
    """How well one department's profiles are joined."""

    product: str
    department: str
    name: str
    by_state: dict[State, int]
    match_rate: float | None = Field(description="Matched, of all that are not excluded; null when there are none.")
    oldest_review: datetime | None


class MatchingAnswer(BaseModel):
    """How well a trust's profiles are joined to people."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MATCHING]})

    vpd: str
    people: int = Field(description="People that ESR shows.")
    by_state: dict[State, int]
    match_rate: float | None
    people_with_several_profiles: int
    departments: list[DepartmentAnswer]
