"""Job plans by ESR number."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from esrlink.contracts.events import PersonEvent, register
from esrlink.contracts.types import Figure, Instant, Model


class PlanState(StrEnum):
    """Derived from the provider's state and the sign-offs."""

    DRAFT = "draft"
    IN_DISCUSSION = "in_discussion"
    AWAITING_SIGN_OFF = "awaiting_sign_off"
    SIGNED_OFF = "signed_off"
    UNDER_REVISION = "under_revision"
    EXPIRED = "expired"


class ProgrammedActivities(Model):
    """PAs per week in one category. A figure that cannot be read is none, with its raw text: never 0."""

    category: str = Field(description="`DCC`, `SPA`, `ANR`, `ED`, `APA`, or `ANR+ED` where the two come as one figure.")
    pas: Figure | None = Field(description="PAs per week; a PA is 4 hours, 3 in premium time.")
    raw: str | None = Field(default=None, description="What the provider wrote, where it could not be read.")


@register
class JobplanUpdated(PersonEvent):
    """A new version of a person's job plan, or a new state of it."""

    TOPIC = "jobplan.updated"
    PRODUCER = "jobplan-adapter"
    STATE = True

    provider: str = Field(description="The trust's name for its job planning system.", examples=["sard"])
    plan_id: str = Field(description="The provider's own id of the plan.")
    version: int = Field(ge=1, description="Grows with every new content of this plan; a new state alone keeps it.")
    state: PlanState
    effective_from: date | None = Field(default=None, description="First day in force; none where it is not stated.")
    effective_to: date | None = Field(default=None, description="Last day in force; none = until further notice.")
    specialty: str | None = Field(default=None, description="As the provider writes it.")
    activities: tuple[ProgrammedActivities, ...] = Field(default=(), description="Stated categories only.")
    occurred_at: Instant

    @property
    def key(self) -> str:
        """The person and the plan: a person may have plans of two providers, and each is a state of its own."""
        return f"{self.partition_key}/{self.provider}/{self.plan_id}"
