"""Operations on links: what must be reviewed, what people decide, how well the whole is matched."""

from __future__ import annotations

from fastapi import APIRouter

from esrlink.contracts.types import Department, ExternalId, Product
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.answers import profile_answer
from profile_sync.api.callers import CanDecide
from profile_sync.api.links_bulk import wish_of
from profile_sync.api.links_explained import decision_record
from profile_sync.api.models import (
    DecisionAnswer,
    DecisionBody,
    DecisionHistory,
    DepartmentAnswer,
    MatchingAnswer,
    ProfilePage,
)
from profile_sync.api.profiles import CanRead, Paged
from profile_sync.api.shown import sees_contacts
from profile_sync.links.deciding import decide
from profile_sync.links.history import decisions_on
from profile_sync.links.matching import by_department, count_people, count_people_with_several, match_rate, total
from profile_sync.profiles.putting import no_profile
from profile_sync.profiles.reading import list_reviews, read_places
from profile_sync.rules.facts import Place


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/reviews`, `/v1/links` and `/v1/matching`."""
    api = APIRouter(prefix="/v1", tags=["links"])
    database, clock = parts.database, parts.clock

    @api.get(
        "/reviews",
        operation_id="listReviews",
        summary="List the profiles that a person must look at, with possible people and scores",
        description="Those that wait longest come first.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def reviews(principal: CanRead, page: Paged, vpd: VpdQuery = None) -> ProfilePage:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            found, following = await list_reviews(tx, trust, principal.departments, page)
        contacts = sees_contacts(principal)
        return ProfilePage(items=[profile_answer(one, contacts=contacts) for one in found], next=following)

    @api.post(
        "/links/{product}/{department}/{profile_id}/decisions",
        operation_id="decideLink",
        summary="Decide whose a profile is; no rule changes it afterwards",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def post_decision(
        principal: CanDecide,
        product: Product,
        department: Department,
        profile_id: ExternalId,
        body: DecisionBody,
        vpd: VpdQuery = None,
    ) -> DecisionAnswer:
        trust = trust_scope(principal, vpd)
        principal.require_department(product, department)
        place = Place(product, department, profile_id)
        wish = wish_of(principal, body)
        async with database.write([trust]) as tx:
            changed = await decide(tx, trust, place, wish, now=clock.now(), new_id=parts.new_id)
            stored = (await read_places(tx, trust, [place]))[place]
        touched = [one.place.path for one in changed]
        return DecisionAnswer(**profile_answer(stored, contacts=sees_contacts(principal)).model_dump(), touched=touched)

    @api.get(
        "/links/{product}/{department}/{profile_id}/decisions",
        operation_id="listDecisions",
        summary="Read who decided what about a link, when and why",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def decisions(
        principal: CanRead, product: Product, department: Department, profile_id: ExternalId, vpd: VpdQuery = None
    ) -> DecisionHistory:
        trust = trust_scope(principal, vpd)
        principal.require_department(product, department)
        place = Place(product, department, profile_id)
        async with database.read([trust]) as tx:
            if place not in await read_places(tx, trust, [place]):
                raise no_profile(place)
            recorded = await decisions_on(tx, trust, place)
        return DecisionHistory(items=[decision_record(one) for one in recorded])

    @api.get(
        "/matching",
        operation_id="readMatching",
        summary="Count profiles by state and department, and people with several profiles",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def matching(principal: CanRead, vpd: VpdQuery = None) -> MatchingAnswer:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            departments = await by_department(tx, [trust], principal.departments)
            several = await count_people_with_several(tx, [trust], principal.departments)
            people = await count_people(tx, [trust])
        by_state = total(departments)
        return MatchingAnswer(
            vpd=trust,
            people=people,
            by_state=by_state,
            match_rate=match_rate(by_state),
            people_with_several_profiles=several,
            departments=[DepartmentAnswer.model_validate(one, from_attributes=True) for one in departments],
        )

    return api
