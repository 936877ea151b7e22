"""A person's job plan as a rota product shows it: compact for a cell's pop-up, or with its whole timetable.

What is in force comes first; what is being prepared stands beside it and never in its place. Several posts stand apart, and are
summed. Each answer says where the plan comes from, how old it is, and what is not certain about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field

from esrlink.contracts import PlanState, ProgrammedActivities
from jobplan_adapter.delivery.uncertainty import of_version
from jobplan_adapter.plans.in_force import being_prepared, in_force_by_post
from jobplan_adapter.plans.plan import Annualised, Flexible, OnCall, Reading, Session, SignOff
from jobplan_adapter.plans.versions import HeldVersion
from jobplan_adapter.polling.state import Health

# What a person's state is when the states of several posts differ: the one that claims least.
_LEAST_FIRST = (
    PlanState.DRAFT,
    PlanState.IN_DISCUSSION,
    PlanState.AWAITING_SIGN_OFF,
    PlanState.EXPIRED,
    PlanState.UNDER_REVISION,
    PlanState.SIGNED_OFF,
)


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
    hours_per_pa: Decimal = Field(examples=["4"])
    hours_per_premium_pa: Decimal = Field(examples=["3"])
    sign_offs: tuple[SignOff, ...]
    timetable: tuple[Session, ...]
    spa_activities: tuple[Session, ...] = Field(description="What the SPA time is for; part of the SPA figure.")
    flexible: tuple[Flexible, ...] = Field(description="Activities of every week without a time of their own.")
    annualised: tuple[Annualised, ...] = Field(description="Activities that are owed by the year.")
    unread: tuple[str, ...] = Field(description="What else could not be read, as it was written.")


class PlanSummary(VersionSummary):
    """A plan in force."""

    post: str | None = Field(default=None, description="Names the post, when somebody has several.")
    effective_to: date | None = None
    sign_off: SignOffState
    working_weeks: Reading
    on_call: OnCall
    specialty: str | None = None
    detail: PlanDetail | None = None


class PostPlan(BaseModel):
    """The plan in force of a further post, with what is being prepared beside it."""

    state: PlanState
    plan: PlanSummary
    revision: VersionSummary | None = None


class PlanTotal(BaseModel):
    """Several posts summed. A figure is null when one of its parts cannot be read or is not stated."""

    activities: tuple[ProgrammedActivities, ...]
    total_pas: Decimal | None = Field(examples=["11.5"])


class PlanSource(BaseModel):
    """A provider of the trust, and how old what it told us is."""

    provider: str
    state: Literal["never", "up", "down"]
    last_good_at: datetime | None
    age_seconds: int | None
    error: str | None = Field(default=None, description="Why it is down, in words.")


class JobPlanAnswer(BaseModel):
    """A person's job plan on a day. `state` is `none`, and `plan` null, when there is none on that day.

    Somebody with several posts has each plan apart: the first in `plan`, the others in `other_posts`, and the sums in `total`.
    """

    vpd: str = Field(examples=["277"])
    employee_number: str = Field(examples=["00000101"])
    on: date
    state: PlanState | Literal["none"] = Field(description="Of several posts, the state that claims least.")
    plan: PlanSummary | None = None
    revision: VersionSummary | None = Field(
        default=None, description="What is being prepared beside the plan in force."
    )
    other_posts: list[PostPlan] = []
    total: PlanTotal | None = Field(default=None, description="Where there are several posts: what they come to.")
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
    chosen = list(in_force_by_post(versions, on).values())
    shown_by = {one.provider for one in chosen}
    posts = [_post(one, versions, on, full=full) for one in chosen]
    first = posts[0] if posts else None
    return JobPlanAnswer(
        vpd=vpd,
        employee_number=employee_number,
        on=on,
        state=min((one.state for one in posts), key=_LEAST_FIRST.index) if posts else "none",
        plan=first.plan if first else None,
        revision=first.revision if first else None,
        other_posts=posts[1:],
        total=_total([one.plan for one in posts]) if len(posts) > 1 else None,
        sources=[source_of(one, now) for one in providers if not chosen or one.name in shown_by],
        uncertainty=_doubts(chosen, on),
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
    return VersionSummary(**_figures(held, state))


def state_on(held: HeldVersion, on: date) -> PlanState:
    """A plan that has expired since was not expired while it was in force."""
    if held.signed and held.plan_state is PlanState.EXPIRED and held.effective_to and on <= held.effective_to:
        return PlanState.SIGNED_OFF
    return held.plan_state


def _figures(held: HeldVersion, state: PlanState) -> dict[str, Any]:
    return {
        "provider": held.provider,
        "plan_id": held.plan_id,
        "version": held.version,
        "state": state,
        "effective_from": held.content.effective_from,
        "activities": held.content.activities,
        "total_pas": held.content.total_pas,
        "recorded_at": held.recorded_at,
    }


def _post(held: HeldVersion, versions: Sequence[HeldVersion], on: date, *, full: bool) -> PostPlan:
    state = state_on(held, on)
    revision = being_prepared(versions, held)
    return PostPlan(
        state=state,
        plan=_plan(held, state, full=full),
        revision=version_of(revision, revision.plan_state) if revision else None,
    )


def _plan(held: HeldVersion, state: PlanState, *, full: bool) -> PlanSummary:
    content = held.content
    missing = [one.role for one in content.sign_offs if not one.signed]
    return PlanSummary(
        **_figures(held, state),
        post=content.post,
        effective_to=held.effective_to or content.effective_to,
        sign_off=SignOffState(complete=held.signed, completed_on=content.completed_on, missing=missing),
        working_weeks=content.working_weeks,
        on_call=content.on_call,
        specialty=content.specialty,
        detail=PlanDetail.model_validate(content, from_attributes=True) if full else None,
    )


def _total(plans: Sequence[PlanSummary]) -> PlanTotal:
    sums: dict[str, Decimal | None] = {}
    for activity in (one for plan in plans for one in plan.activities):
        so_far = sums.get(activity.category, Decimal(0))
        sums[activity.category] = None if so_far is None or activity.pas is None else so_far + activity.pas
    totals = [plan.total_pas for plan in plans]
    return PlanTotal(
        activities=tuple(ProgrammedActivities(category=name, pas=pas) for name, pas in sums.items()),
        total_pas=None if None in totals else sum((one for one in totals if one is not None), Decimal(0)),
    )


def _doubts(chosen: Sequence[HeldVersion], on: date) -> list[Doubt]:
    if not chosen:
        return [Doubt(code="plan_missing", detail=f"No plan that we know of is in force on {on}.")]
    found = [Doubt(code=one.code, detail=one.detail) for held in chosen for one in of_version(held)]
    if len(chosen) > 1:
        detail = f"{len(chosen)} posts have a plan each: `plan` is the first of them, `total` their sum."
        found.append(Doubt(code="several_posts", detail=detail))
    return found
