"""`/v1/providers`: how each source of job plans does, whom of its users ESR does not know, and polling it now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from esrlink.auth import Principal, Role, Scope, require
from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from jobplan_adapter.api.paths import ProviderPath, VpdPath
from jobplan_adapter.api.polled import PollAnswer, poll_answer
from jobplan_adapter.people.unmatched import UnmatchedUser, Why, unmatched_users
from jobplan_adapter.plans.summaries import PlanSource, source_of
from jobplan_adapter.polling.polls import Polls
from jobplan_adapter.polling.state import states_of
from jobplan_adapter.trusts import get_trust

Reader = Annotated[
    Principal, Depends(require(Scope.JOBPLANS_READ, roles=(Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR)))
]
Operator = Annotated[Principal, Depends(require(Scope.EXCHANGE_OPERATE, roles=(Role.OPERATOR, Role.ADMINISTRATOR)))]


class ProviderAnswer(PlanSource):
    """A provider, its state and its match rate."""

    vpd: str = Field(examples=["277"])
    users: int = Field(description="Live accounts: neither dormant nor dummies.", examples=[62])
    matched: int = Field(description="Those whose number ESR has shown.", examples=[61])
    unmatched: int = Field(examples=[1])
    match_rate: float | None = Field(description="matched / users", examples=[0.9839])
    plans: int = Field(examples=[40])
    faults: int = Field(description="Records of the last good poll that could not be read.", examples=[0])


class LikelyAnswer(BaseModel):
    """Whom an account may be. A person has to look: nothing is matched by it."""

    employee_number: str = Field(examples=["00000101"])
    why: Why = Field(description="What is alike: `email`, `email_name` (what stands before the @) or `name`.")


class UnmatchedAnswer(BaseModel):
    """A live account that is no person of ESR."""

    user_id: str = Field(description="The provider's own id of the account.", examples=["9004"])
    employee_number: str | None = Field(examples=["88888888"])
    reason: str = Field(description="no_number, unreadable_number, shared_number or unknown_to_esr")
    likely: LikelyAnswer | None = Field(
        default=None, description="The one person of ESR that it may be, if there is one."
    )


def router(database: Database, clock: Clock, polls: Polls) -> APIRouter:
    """The routes of providers."""
    routes = APIRouter(prefix="/v1/providers", tags=["providers"], responses=problem_responses(401, 403, 404, 422))

    @routes.get("", summary="How each provider does", operation_id="listProviders")
    async def list_all(principal: Reader, vpd: VpdQuery = None) -> list[ProviderAnswer]:
        """State, age and match rate of each provider of a trust."""
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            await get_trust(tx, trust)
            states = await states_of(tx, [trust])
        now = clock.now()
        return [
            ProviderAnswer(
                **source_of(one, now).model_dump(),
                vpd=one.vpd,
                users=one.users,
                matched=one.matched,
                unmatched=one.unmatched,
                match_rate=one.match_rate,
                plans=one.plans,
                faults=one.faults,
            )
            for one in states
        ]

    @routes.get("/{vpd}/{name}/unmatched", summary="Users that are no person of ESR", operation_id="listUnmatched")
    async def unmatched(vpd: VpdPath, name: ProviderPath, principal: Reader) -> list[UnmatchedAnswer]:
        """Each with the reason. Dormant and dummy accounts are left out."""
        principal.require_vpd(vpd)
        async with database.read([vpd]) as tx:
            (await get_trust(tx, vpd)).provider(name)
            found = await unmatched_users(tx, vpd, name)
        return [_unmatched(one) for one in found]

    @routes.post(
        "/{vpd}/{name}/poll",
        summary="Poll a provider now",
        operation_id="pollProvider",
        responses={
            **problem_responses(409, 503),
            502: {**problem_responses(503)[503], "description": "The provider refuses: somebody must change something"},
        },
    )
    async def poll(
        vpd: VpdPath,
        name: ProviderPath,
        principal: Operator,
        take_away: Annotated[bool, Query(description="Although most stored plans are not shown any more.")] = False,
    ) -> PollAnswer:
        """What the service's own loop does every `poll_seconds`. What goes wrong is also kept as the provider's state."""
        principal.require_vpd(vpd)
        return poll_answer(await polls.poll_now(vpd, name, take_away=take_away))

    return routes


def _unmatched(user: UnmatchedUser) -> UnmatchedAnswer:
    likely = user.likely
    return UnmatchedAnswer(
        user_id=user.user_id,
        employee_number=user.employee_number,
        reason=user.reason,
        likely=LikelyAnswer(employee_number=likely.employee_number, why=likely.why) if likely else None,
    )
