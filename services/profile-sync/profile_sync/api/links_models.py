"""What the API tells of a link: why it is as it is, and everything that happened to it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from profile_sync.api import links_examples as examples
from profile_sync.api.models import DecisionRecord, LinkAnswer, State

Kind = Literal["confirm", "reject", "unlink", "exclude", "undo"]


class RuleSaid(BaseModel):
    """The rule that a link rests on, in words."""

    made_by: str = Field(description="Name and version of the rule that made it.", examples=["exact_number/2"])
    now: str | None = Field(description="The rule of that name today; null when there is none.")
    is_current: bool = Field(description="Whether the rule that made it is the one of today.")
    text: str | None = Field(description="What the rule of today says.")


class ComparedPart(BaseModel):
    """One part of a comparison, with the values of both sides as they stand now."""

    name: str = Field(examples=["family_name"])
    finding: str = Field(examples=["same"], description="What comparing found, as a code.")
    weight: float = Field(description="In bits: above 0 it speaks for one person, below 0 for two.")
    agreement: float = Field(ge=0, le=1)
    profile: str | None = Field(description="The profile's value.")
    person: list[str] = Field(
        description="The person's values: former and preferred names, all registrations and so on."
    )


class Compared(BaseModel):
    """A person whom the profile was compared with."""

    employee_number: str
    name: str | None
    rule: str | None = Field(description="The rule that speaks for the two; null where a person decided without any.")
    score: Decimal | None = Field(description="The probability that the two are one person, as the rule found it.")
    parts: list[ComparedPart]


class RivalAnswer(BaseModel):
    """Another profile of the department that claims one of these people."""

    product: str
    department: str
    profile_id: str
    employee_number: str
    state: State
    made_by: Literal["rule", "person"]


class WayBackAnswer(BaseModel):
    """A decision that would undo the link as it stands."""

    decision: Kind
    employee_number: str | None
    undoes: UUID | None = Field(description="The decision that it takes back.")
    call: str = Field(description="The request to make; `decision` and what is not null here go into its body.")
    text: str


class ExplanationAnswer(BaseModel):
    """Why a link is as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXPLANATION]})

    link: LinkAnswer
    rule: RuleSaid | None = Field(description="Null when no rule speaks for anybody, or a person decided.")
    decision: DecisionRecord | None = Field(description="The person's decision that the link rests on.")
    standing: list[DecisionRecord] = Field(description="All decisions that hold, oldest first.")
    let_go: str | None = Field(description="The person whose link ended with this change.")
    compared: list[Compared] = Field(description="Whom the profile is or may be, best first.")
    withheld: list[str] = Field(
        default=[], description="Parts without values because your token lacks the scope `contacts:read`."
    )
    rivals: list[RivalAnswer]
    undo: list[WayBackAnswer] = Field(description="How to undo it.")


class RevisionEntry(BaseModel):
    """What the link became."""

    kind: Literal["revision"] = "revision"
    link_id: UUID
    revision: int
    state: State
    employee_number: str | None
    let_go: str | None = Field(description="The person whose link ended; told as the revision before this one.")
    rule: str | None
    made_by: Literal["rule", "person"]
    reason: str
    reason_text: str
    at: datetime
    decision_id: UUID | None = Field(description="The decision that led to it, on this profile or on a rival.")


class DecisionEntry(DecisionRecord):
    """What a person decided."""

    kind: Literal["decision"] = "decision"


class LinkHistory(BaseModel):
    """Everything that happened to a link, oldest first; a decision stands before what it led to."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HISTORY]})

    items: list[Annotated[RevisionEntry | DecisionEntry, Field(discriminator="kind")]]
