"""Who is who: profiles joined to people."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from esrlink.contracts.events import Event, PersonEvent, register
from esrlink.contracts.types import EmployeeNumber, Figure, Instant, Model, ProfileKey


@register
class ProfileLinked(PersonEvent):
    """A profile is now tied to this person."""

    TOPIC = "profile.linked"
    STATE = True

    link_id: UUID
    revision: int = Field(ge=1, description="Grows with every change of this profile's link; the newest wins.")
    profile: ProfileKey
    made_by: Literal["rule", "person"]
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
    STATE = True

    link_id: UUID
    revision: int = Field(ge=1)
    profile: ProfileKey
    made_by: Literal["rule", "person"]
    reason: str
    occurred_at: Instant

    @property
    def key(self) -> str:
        """The person and the profile: a person has many links, and each is a state of its own."""
        return f"{self.partition_key}/{self.profile.path}"


class Candidate(Model):
    """A person whom a profile may belong to."""

    employee_number: EmployeeNumber
    score: Figure = Field(description="0 to 1; similarity alone never links.")
    rule: str


@register
class ProfileReviewNeeded(Event):
    """A person must look at a profile: its possible people, best first."""

    TOPIC = "profile.review_needed"

    link_id: UUID
    revision: int = Field(ge=1)
    profile: ProfileKey
    reason: str
    candidates: tuple[Candidate, ...]
    occurred_at: Instant

    @property
    def partition_key(self) -> str:
        """No person is known yet, so the profile keeps its own order."""
        return f"{self.vpd}/{self.profile.path}"


@register
class ProfileOnboarded(PersonEvent):
    """A rotating doctor's place in a department is prepared: what a rota product needs to create the profile."""

    TOPIC = "profile.onboarded"

    profile: ProfileKey
    starts: date
    ends: date | None = None
    occurred_at: Instant
