"""Operations that tell of a link: why it is as it is, and its whole history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from fastapi import APIRouter

from esrlink.contracts.types import Department, ExternalId, Product
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.answers import link_answer
from profile_sync.api.links_models import (
    Compared,
    ComparedPart,
    DecisionEntry,
    ExplanationAnswer,
    LinkHistory,
    RevisionEntry,
    RivalAnswer,
    RuleSaid,
    WayBackAnswer,
)
from profile_sync.api.models import DecisionRecord
from profile_sync.api.profiles import CanRead
from profile_sync.api.shown import withheld_from
from profile_sync.links.explaining import Compared as ComparedPair
from profile_sync.links.explaining import Explanation, explain
from profile_sync.links.history import Recorded, Revision, link_history
from profile_sync.profiles.putting import no_profile
from profile_sync.rules.facts import Place
from profile_sync.rules.reasons import in_words


def router(parts: Parts) -> APIRouter:
    """The operations `explain` and `history` under `/v1/links`."""
    api = APIRouter(prefix="/v1/links/{product}/{department}/{profile_id}", tags=["links"])
    database = parts.database

    @api.get(
        "/explain",
        operation_id="explainLink",
        summary="Read why a link is as it is: rule or person, the values compared, rivals, and how to undo it",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def explained(
        principal: CanRead, product: Product, department: Department, profile_id: ExternalId, vpd: VpdQuery = None
    ) -> ExplanationAnswer:
        trust = trust_scope(principal, vpd)
        principal.require_department(product, department)
        async with database.read([trust]) as tx:
            found = await explain(tx, trust, Place(product, department, profile_id))
        return _explanation(found, withheld_from(principal))

    @api.get(
        "/history",
        operation_id="readLinkHistory",
        summary="Read everything that happened to a link: each revision and each decision, oldest first",
        description="It is kept for ever, also of a profile that was deleted, and goes on if that is put back.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def history(
        principal: CanRead, product: Product, department: Department, profile_id: ExternalId, vpd: VpdQuery = None
    ) -> LinkHistory:
        trust = trust_scope(principal, vpd)
        principal.require_department(product, department)
        place = Place(product, department, profile_id)
        async with database.read([trust]) as tx:
            entries = await link_history(tx, trust, place)
        if not entries:
            raise no_profile(place)
        return LinkHistory(items=[_entry(one) for one in entries])

    return api


def decision_record(one: Recorded) -> DecisionRecord:
    """A decision as it was recorded."""
    return DecisionRecord(
        decision_id=one.decision.decision_id,
        decision=one.decision.kind.value,
        employee_number=one.decision.employee_number,
        undoes=one.decision.undoes,
        reason=one.reason,
        decided_by=one.by,
        decided_at=one.at,
    )


def _entry(one: Revision | Recorded) -> RevisionEntry | DecisionEntry:
    if isinstance(one, Recorded):
        return DecisionEntry(**decision_record(one).model_dump())
    return RevisionEntry(**asdict(one), reason_text=in_words(one.reason))


def _explanation(one: Explanation, withheld: Collection[str]) -> ExplanationAnswer:
    profile, rule = one.profile, one.rule
    said = (
        RuleSaid(
            made_by=profile.rule,
            now=rule.rule if rule else None,
            is_current=one.rule_is_current,
            text=rule.text if rule else None,
        )
        if profile.rule
        else None
    )
    return ExplanationAnswer(
        link=link_answer(profile),
        rule=said,
        decision=decision_record(one.decision) if one.decision else None,
        standing=[decision_record(each) for each in one.standing],
        let_go=one.let_go,
        compared=[_compared(each, withheld) for each in one.compared],
        withheld=list(withheld),
        rivals=[
            RivalAnswer(**each.place._asdict(), employee_number=each.claim, state=each.state, made_by=each.made_by)
            for each in one.rivals
        ],
        undo=[
            WayBackAnswer(
                decision=each.kind.value,
                employee_number=each.employee_number,
                undoes=each.undoes,
                call=f"POST /v1/links/{profile.place.path}/decisions",
                text=each.text,
            )
            for each in one.back
        ],
    )


def _compared(one: ComparedPair, withheld: Collection[str]) -> Compared:
    return Compared(
        employee_number=one.employee_number,
        name=one.name,
        rule=one.candidate.rule if one.candidate else None,
        score=one.candidate.score if one.candidate else None,
        parts=[
            ComparedPart(
                **asdict(each.part),
                profile=None if each.part.name in withheld else each.profile,
                person=[] if each.part.name in withheld else list(each.person),
            )
            for each in one.parts
        ],
    )
