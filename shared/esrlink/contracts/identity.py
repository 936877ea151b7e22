"""Who is who: profiles joined to people."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from esrlink.contracts.events import Event, PersonEvent, register
from esrlink.contracts.people import Registration
from esrlink.contracts.types import AssignmentNumber, EmployeeNumber, Figure, Instant, Model, ProfileKey

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
    """What a cohort plans of a rotating doctor in a department: a rota product makes, takes on, ends or brings back a profile."""

    TOPIC = "profile.onboarded"
    PRODUCER = "profile-sync"

    profile: ProfileKey = Field(description="The profile; with `create`, its id is only a suggestion.")
    starts: date = Field(description="First day in the department.")
    ends: date | None = Field(default=None, description="Last day in the department, where it is known.")
    occurred_at: Instant
    action: Literal["create", "link", "end", "reinstate"] = Field(
        default="create",
        description="create: make a profile. link: the profile that is there is theirs. end: they leave on `ends`. "
        "reinstate: bring back the profile that they had.",
    )
    withdrawn: bool = Field(
        default=False, description="The cohort was undone: what was told of this profile does not hold."
    )
    cohort_id: UUID | None = Field(default=None, description="The cohort; the same in all its events.")
    kind: str | None = Field(
        default=None,
        description="`joiner`, `leaver`, `mover` or `returner`, as seen from the department; new ones may come.",
    )
    title: str | None = Field(default=None, description="Such as `Dr.`")
    family_name: str | None = Field(default=None, description="As ESR has it.")
    given_name: str | None = Field(default=None, description="First name.")
    preferred_name: str | None = Field(default=None, description="What the person wants to be called.")
    email: str | None = Field(default=None, description="Work e-mail address.")
    grade: str | None = Field(default=None, description="Pay scale code, such as `MN37`.")
    staff_group: str | None = Field(default=None, description="ESR's word, such as `Medical and Dental`.")
    job_role: str | None = Field(default=None, description="ESR's word, such as `Specialty Registrar`.")
    registrations: tuple[Registration, ...] = Field(default=(), description="With professional bodies.")
    assignment_number: AssignmentNumber | None = Field(default=None, description="The post in this department.")
    organisation: str | None = Field(default=None, description="The department, as ESR calls it.")
