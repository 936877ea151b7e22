"""Who is who: profiles joined to people."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from esrlink.contracts.events import Event, PersonEvent, register
from esrlink.contracts.types import EmployeeNumber, Figure, Instant, Model, ProfileKey

LinkId = Annotated[UUID, Field(description="The same for all events about one profile's link.")]
LinkRevision = Annotated[
    int, Field(ge=1, description="Grows with every change of this profile's link; the newest wins.")
]
MadeBy = Annotated[Literal["rule", "person"], Field(description="A person's decision outlives the rules.")]


@register
class ProfileLinked(PersonEvent):
    """A profile is now tied to this person."""

    TOPIC = "profile.linked"
    PRODUCER = "profile-sync"
    STATE = True

    link_id: LinkId
    revision: LinkRevision
    profile: ProfileKey
    made_by: MadeBy
    rule: str | None = Field(default=None, description="Name and version of the rule, when a rule made it.")
    occurred_at: Instant

    @property
    def key(self) -> str:
        """The person and the profile: a person has many links, and each is a state of its own."""
        return f"{self.partition_key}/{self.profile.path}"


@register
class ProfileUnlinked(PersonEvent):
    """A profile is no longer tied to this person."""

    TOPIC = "profile.unlinked"
    PRODUCER = "profile-sync"
    STATE = True

    link_id: LinkId
    revision: LinkRevision
    profile: ProfileKey
    made_by: MadeBy
    reason: str = Field(description="Why, as a code such as `unlinked_by_hand`; new codes may come.")
    occurred_at: Instant

    @property
    def key(self) -> str:
        """The person and the profile: a person has many links, and each is a state of its own."""
        return f"{self.partition_key}/{self.profile.path}"


class Candidate(Model):
    """A person whom a profile may belong to."""

    employee_number: EmployeeNumber
    score: Figure = Field(description="0 to 1; similarity alone never links.")
    rule: str = Field(description="Name and version of the rule that says so.")


@register
class ProfileReviewNeeded(Event):
    """A person must look at a profile: its possible people, best first."""

    TOPIC = "profile.review_needed"
    PRODUCER = "profile-sync"

    link_id: LinkId
    revision: LinkRevision
    profile: ProfileKey
    reason: str = Field(description="Why no rule could decide, as a code; new codes may come.")
    candidates: tuple[Candidate, ...] = Field(description="Best first; none when nobody is like it.")
    occurred_at: Instant

    @property
    def partition_key(self) -> str:
        """No person is known yet, so the profile keeps its own order."""
        return f"{self.vpd}/{self.profile.path}"


@register
class ProfileOnboarded(PersonEvent):
    """A rotating doctor's place in a department is prepared, so that a rota product can make the profile. Not published yet."""

    TOPIC = "profile.onboarded"
    PRODUCER = "profile-sync"

    profile: ProfileKey
    starts: date = Field(description="First day in the department.")
    ends: date | None = Field(default=None, description="Last day in the department, where it is known.")
    occurred_at: Instant
