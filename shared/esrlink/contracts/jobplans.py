"""Job plans by ESR number."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
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


class Weekday(StrEnum):
    """A day of a typical week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class PlannedSession(Model):
    """One line of the weekly timetable, as far as it could be read. A plan may state none."""

    weekday: Weekday
    starts: time | None = Field(default=None, description="Local time; none where it is not stated or not readable.")
    ends: time | None = Field(default=None, description="Local time; before `starts` when it ends the next day.")
    category: str | None = Field(default=None, description="As in `ProgrammedActivities`.")
    pas: Figure | None = Field(default=None, description="PAs per week; none where it cannot be read.")
    every_weeks: Figure = Field(
        default=Decimal(1), description="Held every so many weeks: 1 each week, 2 every other; none is never guessed."
    )


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
    timetable: tuple[PlannedSession, ...] = Field(default=(), description="The typical week; lines that can be read.")
    occurred_at: Instant

    @property
    def key(self) -> str:
        """The person and the plan: a person may have plans of two providers, and each is a state of its own."""
        return f"{self.partition_key}/{self.provider}/{self.plan_id}"


class DeliveredCategory(Model):
    """Planned against delivered in one category, over the period of the event."""

    category: str = Field(description="As in `ProgrammedActivities`.")
    planned: Figure | None = Field(description="PAs owed; none where a figure in it cannot be read.")
    delivered: Figure = Field(description="PAs given, paid extra work not counted.")
    sessions_planned: Figure | None = Field(default=None, description="Planned in sessions of half a day, where known.")
    sessions_delivered: Figure = Field(
        default=Decimal(0), description="Pieces of work that were put and not cancelled."
    )


@register
class JobplanDelivery(PersonEvent):
    """What a person's job plans ask for and what was delivered so far, from the start of the plan year to `until`."""

    TOPIC = "jobplan.delivery"
    PRODUCER = "jobplan-adapter"
    STATE = True

    first: date = Field(description="First day of the plan year.")
    until: date = Field(description="Last day that is counted; never in the future.")
    categories: tuple[DeliveredCategory, ...] = Field(default=(), description="Categories planned or delivered.")
    extra: Figure = Field(default=Decimal(0), description="PAs of paid extra work, in no category.")
    uncertainty: tuple[str, ...] = Field(default=(), description="Codes of what is not certain: `plan_missing`, ...")
    occurred_at: Instant
