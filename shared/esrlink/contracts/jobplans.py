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

    category: str = Field(description="DCC, SPA, ANR, ED or APA")
    pas: Figure | None
    raw: str | None = None


@register
class JobplanUpdated(PersonEvent):
    """A new version of a person's job plan, or a new state of it."""

    TOPIC = "jobplan.updated"
    STATE = True

    provider: str
    plan_id: str
    version: int = Field(ge=1)
    state: PlanState
    effective_from: date | None = None
    effective_to: date | None = None
    specialty: str | None = None
    activities: tuple[ProgrammedActivities, ...] = ()
    occurred_at: Instant

    @property
    def key(self) -> str:
        """The person and the plan: a person may have plans of two providers, and each is a state of its own."""
        return f"{self.partition_key}/{self.provider}/{self.plan_id}"
