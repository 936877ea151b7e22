"""A job plan as a value, whatever provider it came from, and the state that follows from what is in it.

Pure: no I/O. A figure that cannot be read stays in sight with its raw text; it is never taken for 0. Documents that were
written by older builds are read as what their provider said then.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, time
from decimal import Decimal
from typing import Any

from pydantic import Field, model_validator

from esrlink.contracts import PlannedSession, PlanState, ProgrammedActivities, Weekday
from esrlink.contracts.types import Figure, Model
from jobplan_adapter.plans.reading import (
    MOST_PAS,
    MOST_WEEKS,
    Reading,
    read_every,
    read_figure,
    read_percent,
    read_time,
    read_weekday,
    storable,
)

__all__ = [
    "MOST_PAS",
    "MOST_WEEKS",
    "OTHER",
    "Annualised",
    "Flexible",
    "OnCall",
    "Plan",
    "Reading",
    "Session",
    "SignOff",
    "read_figure",
    "said_as",
    "state_of",
    "storable",
]

OTHER = "ANR+ED"
"""Additional NHS responsibilities and external duties in one figure: SARD does not say how much is which."""


class SignOff(Model):
    """One signature that a plan has or waits for. `by` is who signed, where the provider says so."""

    role: str
    signed: bool
    signed_on: date | None = None
    by: str | None = None


class Session(Model):
    """One line of the weekly timetable. What of it cannot be read stands in `raw`, and the field is none."""

    weekday: Weekday | None = None
    starts: time | None = Field(default=None, description="Local time.")
    ends: time | None = Field(default=None, description="Local time; before `starts` when it ends the next day.")
    activity: str | None = None
    category: str | None = None
    pas: Reading = Field(default=Reading(), description="PAs per week, averaged over the cycle.")
    every_weeks: Figure | None = Field(
        default=Decimal(1), description="Held every so many weeks; null where what is said of it cannot be read."
    )
    week_of_cycle: int | None = Field(default=None, description="Which week of the cycle, from 1; null = not stated.")
    premium: bool | None = Field(default=None, description="Whether it lies in premium time; null = not stated.")
    location: str | None = None
    raw: str | None = Field(default=None, description="What could not be read of this line, as it was written.")

    @model_validator(mode="before")
    @classmethod
    def _older(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not data.keys() & {"day", "frequency"}:
            return data
        return {**data, **said_as(data.get("day"), data.get("starts"), data.get("ends"), data.get("frequency"))}

    @property
    def planned(self) -> PlannedSession | None:
        """The line as events tell it; none without a day of the week, or when how often it is held cannot be read."""
        if self.weekday is None or self.every_weeks is None:
            return None
        return PlannedSession(
            weekday=self.weekday,
            starts=self.starts,
            ends=self.ends,
            category=self.category,
            pas=self.pas.value,
            every_weeks=self.every_weeks,
        )


class Flexible(Model):
    """An activity of every week that has no time of its own."""

    activity: str | None = None
    category: str | None = None
    pas: Reading = Field(default=Reading(), description="PAs per week.")


class Annualised(Model):
    """An activity that is owed by the year: its year runs from `year_starts`, or with the plan when that is not stated."""

    activity: str | None = None
    category: str | None = None
    pas_a_year: Reading = Reading()
    year_starts: date | None = None


class OnCall(Model):
    """On-call duty: the rota category (A or B), the availability supplement and how often.

    The supplement is a percentage of pay for being available. It is never a PA.
    """

    on_call: bool = False
    category: str | None = None
    supplement: Reading = Field(default=Reading(), description="Per cent of pay.")
    frequency: str | None = Field(default=None, description="As the provider writes it.", examples=["1 in 8"])

    @model_validator(mode="before")
    @classmethod
    def _older(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("supplement"), str):
            return {**data, "supplement": read_percent(data["supplement"])}
        return data


class Plan(Model):
    """One job plan as a provider shows it now: the content of a version. PAs are per week."""

    plan_id: str
    owner_id: str
    provider_state: str
    post: str | None = Field(default=None, description="Names the post, when its owner has several.")
    effective_from: date | None = None
    effective_to: date | None = Field(default=None, description="Last day, where the provider states one.")
    completed_on: date | None = None
    sign_offs: tuple[SignOff, ...] = ()
    contract_type: str | None = None
    core_pas: Reading = Reading()
    activities: tuple[ProgrammedActivities, ...] = Field(default=(), description="Stated categories only.")
    working_weeks: Reading = Reading()
    hours_per_pa: Figure = Decimal(4)
    hours_per_premium_pa: Figure = Decimal(3)
    on_call: OnCall = OnCall()
    timetable: tuple[Session, ...] = ()
    spa_activities: tuple[Session, ...] = Field(
        default=(), description="What the SPA time is for. Part of the SPA figure, and never added to it."
    )
    flexible: tuple[Flexible, ...] = ()
    annualised: tuple[Annualised, ...] = ()
    specialty: str | None = None
    directorate: str | None = None
    unread: tuple[str, ...] = Field(
        default=(), description="What else could not be read, as it was written.", examples=[["effective_date: soon"]]
    )

    @property
    def total_pas(self) -> Decimal | None:
        """Core and additional PAs a week; none when the core figure, or a stated APA figure, cannot be read."""
        additional = [a.pas for a in self.activities if a.category == "APA"]
        if self.core_pas.value is None or None in additional:
            return None
        return self.core_pas.value + sum((pas for pas in additional if pas is not None), Decimal(0))

    def content_hash(self) -> str:
        """SHA-256 of the whole content: equal if, and only if, the provider shows the same plan.

        What is not stated is left out, so that a field that a later build adds makes no version of any plan.
        """
        stated = self.model_dump(mode="json", exclude_defaults=True)
        content = json.dumps(stated, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()


def said_as(day: str | None, starts: str | None, ends: str | None, frequency: str | None) -> dict[str, Any]:
    """When a session is, from what was written; each text that cannot be read stands in `raw`."""
    read: dict[str, Any] = {
        "weekday": read_weekday(day),
        "starts": read_time(starts),
        "ends": read_time(ends),
        "every_weeks": read_every(frequency),
    }
    written = dict(zip(read, (day, starts, ends, frequency), strict=True))
    unread = [text.strip() for name, text in written.items() if text and text.strip() and read[name] is None]
    return {**read, "raw": storable("; ".join(unread)[:500]) or None}


def state_of(plan: Plan, *, was_signed_off: bool) -> PlanState:
    """The state that follows from the provider's word and the signatures.

    Draft → submitted → completed is SARD's way. Submitted is *in discussion* until its owner has signed, then *awaiting
    sign-off*. Completed is *signed off* once no signature is missing; without any signature nobody signed. Whatever is not
    signed off, and was before, is *under revision*. A word that nobody told us counts as draft: it claims least. That a
    signed-off plan has run out is said by its days: see `changes`.
    """
    word = plan.provider_state.strip().casefold().replace(" ", "_")
    if word in {"expired", "archived", "superseded"}:
        return PlanState.EXPIRED
    completed = word in {"completed", "signed_off"}
    if completed and plan.sign_offs and all(one.signed for one in plan.sign_offs):
        return PlanState.SIGNED_OFF
    if was_signed_off:
        return PlanState.UNDER_REVISION
    if completed or word == "awaiting_sign_off":
        return PlanState.AWAITING_SIGN_OFF
    if word in {"submitted", "in_discussion"}:
        signed = any(one.signed for one in plan.sign_offs)
        return PlanState.AWAITING_SIGN_OFF if signed else PlanState.IN_DISCUSSION
    return PlanState.DRAFT
