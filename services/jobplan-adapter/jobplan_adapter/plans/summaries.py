"""A person's job plan as a rota product shows it: compact for a cell's pop-up, or with its whole timetable.

What is in force comes first; what is being prepared stands beside it and never in its place. Each answer says where the plan
comes from, how old it is, and what is not certain about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

from esrlink.contracts import PlanState, ProgrammedActivities
from jobplan_adapter.delivery.uncertainty import of_version
from jobplan_adapter.plans.in_force import being_prepared, in_force
from jobplan_adapter.plans.plan import OnCall, Reading, Session, SignOff
from jobplan_adapter.plans.versions import HeldVersion
from jobplan_adapter.polling.state import Health


class Doubt(BaseModel):
    """One reason to read the figures with care."""

    code: str = Field(examples=["under_revision"])
    detail: str = Field(examples=["sard/10101 version 1 was reopened; its last signed-off figures are used."])


class SignOffState(BaseModel):
    """Where the signatures stand."""

    complete: bool
    completed_on: date | None = None
    missing: list[str] = Field(default=[], description="Roles that have not signed.", examples=[["Clinical Director"]])


class VersionSummary(BaseModel):
    """One version's figures. PAs are per week; a figure that cannot be read is null, with its raw text."""

    provider: str = Field(examples=["sard"])
    plan_id: str = Field(examples=["10101"])
    version: int = Field(examples=[1])
    state: PlanState
    effective_from: date | None = None
    activities: tuple[ProgrammedActivities, ...]
    total_pas: Decimal | None = Field(description="Core and additional PAs; null when one of them cannot be read.")
    recorded_at: datetime = Field(description="When we first saw this version.")


class PlanDetail(BaseModel):
    """What a full answer adds."""

    contract_type: str | None
    directorate: str | None
    core_pas: Reading
    provider_state: str
    sign_offs: tuple[SignOff, ...]
    timetable: tuple[Session, ...]
    spa_activities: tuple[Session, ...]


class PlanSummary(VersionSummary):
    """The plan in force."""

    effective_to: date | None = None
    sign_off: SignOffState
    working_weeks: Reading
    on_call: OnCall
    specialty: str | None = None
    detail: PlanDetail | None = None


class PlanSource(BaseModel):
    """A provider of the trust, and how old what it told us is."""

    provider: str
    state: Literal["never", "up", "down"]
    last_good_at: datetime | None
    age_seconds: int | None
    error: str | None = Field(default=None, description="Why it is down, in words.")


class JobPlanAnswer(BaseModel):
    """A person's job plan on a day. `state` is `none`, and `plan` null, when there is none on that day."""

    vpd: str = Field(examples=["277"])
    employee_number: str = Field(examples=["00000101"])
    on: date
    state: PlanState | Literal["none"]
    plan: PlanSummary | None = None
    revision: VersionSummary | None = Field(
        default=None, description="What is being prepared beside the plan in force."
    )
    sources: list[PlanSource] = []
    uncertainty: list[Doubt] = []


def summarise(
    vpd: str,
    employee_number: str,
    versions: Sequence[HeldVersion],
    providers: Sequence[Health],
    *,
    on: date,
    now: datetime,
    full: bool = False,
) -> JobPlanAnswer:
    """The answer for a person on a day."""
    chosen = in_force(versions, on)
    answer = JobPlanAnswer(
        vpd=vpd,
        employee_number=employee_number,
        on=on,
        state="none",
        sources=[source_of(one, now) for one in providers if chosen is None or one.name == chosen.provider],
    )
    if chosen is None:
        missing = Doubt(code="plan_missing", detail=f"No plan that we know of is in force on {on}.")
        return answer.model_copy(update={"uncertainty": [missing]})
    state = _state_on(chosen, on)
    revision = being_prepared(versions, chosen)
    return answer.model_copy(
        update={
            "state": state,
            "plan": _plan(chosen, state, full=full),
            "revision": version_of(revision, revision.plan_state) if revision else None,
            "uncertainty": [Doubt(code=one.code, detail=one.detail) for one in of_version(chosen)],
        }
    )


def source_of(provider: Health, now: datetime) -> PlanSource:
    """What an answer says of a provider."""
    return PlanSource.model_validate(
        {
            "provider": provider.name,
            "state": provider.state,
            "last_good_at": provider.last_good_at,
            "age_seconds": provider.age_seconds(now),
            "error": provider.error,
        }
    )


def version_of(held: HeldVersion, state: PlanState) -> VersionSummary:
    """One version's figures."""
    return VersionSummary(
        provider=held.provider,
        plan_id=held.plan_id,
        version=held.version,
        state=state,
        effective_from=held.content.effective_from,
        activities=held.content.activities,
        total_pas=held.content.total_pas,
        recorded_at=held.recorded_at,
    )


def _state_on(held: HeldVersion, on: date) -> PlanState:
    """A plan that has expired since was not expired while it was in force."""
    if held.signed and held.plan_state is PlanState.EXPIRED and held.effective_to and on <= held.effective_to:
        return PlanState.SIGNED_OFF
    return held.plan_state


def _plan(held: HeldVersion, state: PlanState, *, full: bool) -> PlanSummary:
    content = held.content
    detail = PlanDetail(
        contract_type=content.contract_type,
        directorate=content.directorate,
        core_pas=content.core_pas,
        provider_state=content.provider_state,
        sign_offs=content.sign_offs,
        timetable=content.timetable,
        spa_activities=content.spa_activities,
    )
    missing = [one.role for one in content.sign_offs if not one.signed]
    return PlanSummary(
        **version_of(held, state).model_dump(),
        effective_to=held.effective_to,
        sign_off=SignOffState(complete=held.signed, completed_on=content.completed_on, missing=missing),
        working_weeks=content.working_weeks,
        on_call=content.on_call,
        specialty=content.specialty,
        detail=detail if full else None,
    )
