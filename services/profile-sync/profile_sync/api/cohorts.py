"""Operations on cohorts of rotating doctors: plan a changeover, plan it anew, apply it, undo it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from esrlink.auth import Principal, Scope, require
from esrlink.db import ReadTx
from esrlink.http import problem_responses
from esrlink.http.if_match import IfMatch, etag, expected_version
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.callers import CanDecide, by_api
from profile_sync.api.cohort_answers import cohort_answer, summary_answer
from profile_sync.api.cohort_models import CohortAnswer, CohortBody, CohortPage
from profile_sync.api.profiles import trust_named
from profile_sync.cohorts.applying import begin_applying, begin_undoing
from profile_sync.cohorts.expecting import organisations_of
from profile_sync.cohorts.permitted import may_act, may_look, require_departments
from profile_sync.cohorts.planning import make_cohort, recompute
from profile_sync.cohorts.reading import figures_of, list_cohorts
from profile_sync.cohorts.spec import keys_of
from profile_sync.permitted import DECIDE

CanLook = Annotated[Principal, Depends(require(Scope.PROFILES_READ, roles=sorted(DECIDE)))]


def router(parts: Parts) -> APIRouter:
    """The operations on whole cohorts."""
    api = APIRouter(prefix="/v1/cohorts", tags=["cohorts"])
    database, clock = parts.database, parts.clock

    @api.get(
        "",
        operation_id="listCohorts",
        summary="List the cohorts that have a department of yours",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def cohorts(
        principal: CanLook,
        vpd: VpdQuery = None,
        cursor: Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> CohortPage:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            found, following = await list_cohorts(tx, [trust], principal.departments, cursor=cursor, limit=limit)
        return CohortPage(items=[summary_answer(row, figures) for row, figures in found], next=following)

    @api.post(
        "",
        operation_id="planCohort",
        summary="Plan a changeover: whom ESR expects to come and go, and what to do of each",
        description="Nothing is published and no link is made before the cohort is applied.",
        status_code=201,
        responses=problem_responses(401, 403, 404, 422),
    )
    async def plan(principal: CanDecide, response: Response, body: CohortBody, vpd: VpdQuery = None) -> CohortAnswer:
        trust = trust_named(principal, vpd, body.vpd)
        require_departments(principal, body.spec().departments)
        cohort_id = parts.new_id()
        async with database.write([trust]) as tx:
            await make_cohort(tx, trust, cohort_id, body.spec(), by=principal.subject, now=clock.now())
            return await answer(tx, principal, trust, cohort_id, response)

    @api.get(
        "/{cohort_id}",
        operation_id="readCohort",
        summary="Read a cohort with its figures and progress",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanLook, response: Response, cohort_id: UUID, vpd: VpdQuery = None) -> CohortAnswer:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            return await answer(tx, principal, trust, cohort_id, response)

    @api.post(
        "/{cohort_id}:recompute",
        operation_id="recomputeCohort",
        summary="Plan a cohort anew from what ESR and the profiles say now",
        description="What people chose stays. `differences` of each row say what is new. Rows that were applied "
        "stay as they are.",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def plan_anew(
        principal: CanDecide, response: Response, cohort_id: UUID, vpd: VpdQuery = None, if_match: IfMatch = None
    ) -> CohortAnswer:
        trust, version = trust_scope(principal, vpd), expected_version(if_match)
        async with database.write([trust]) as tx:
            await may_act(tx, principal, trust, cohort_id)
            await recompute(tx, trust, cohort_id, version, by=principal.subject, now=clock.now())
            return await answer(tx, principal, trust, cohort_id, response)

    @api.post(
        "/{cohort_id}:apply",
        operation_id="applyCohort",
        summary="Take a plan into effect, and publish `profile.onboarded` for each person",
        description="The work follows in the background; read the cohort for its progress. Each row has its own outcome. "
        "Applying again takes up the rows that failed or were left out.",
        status_code=202,
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def apply(
        principal: CanDecide, response: Response, cohort_id: UUID, vpd: VpdQuery = None, if_match: IfMatch = None
    ) -> CohortAnswer:
        trust, version = trust_scope(principal, vpd), expected_version(if_match)
        async with database.write([trust]) as tx:
            await may_act(tx, principal, trust, cohort_id)
            await begin_applying(tx, trust, cohort_id, version, by=by_api(principal), now=clock.now())
            return await answer(tx, principal, trust, cohort_id, response)

    @api.post(
        "/{cohort_id}:undo",
        operation_id="undoCohort",
        summary="Take back all that a cohort did",
        description="`profile.onboarded` is published once more for each person, with `withdrawn`, and the links that the "
        "cohort made are undone. What people decided otherwise stays.",
        status_code=202,
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def undo(
        principal: CanDecide, response: Response, cohort_id: UUID, vpd: VpdQuery = None, if_match: IfMatch = None
    ) -> CohortAnswer:
        trust, version = trust_scope(principal, vpd), expected_version(if_match)
        async with database.write([trust]) as tx:
            await may_act(tx, principal, trust, cohort_id)
            await begin_undoing(tx, trust, cohort_id, version, by=by_api(principal), now=clock.now())
            return await answer(tx, principal, trust, cohort_id, response)

    return api


async def answer(tx: ReadTx, principal: Principal, vpd: str, cohort_id: UUID, response: Response) -> CohortAnswer:
    """A cohort as it stands, for this caller."""
    row = await may_look(tx, principal, vpd, cohort_id)
    seen = [key for key in keys_of(row.departments) if principal.may_touch_department(*key)]
    names = await organisations_of(tx, vpd, seen)
    figures = await figures_of(tx, [row], principal.departments)
    response.headers["ETag"] = etag(row.version)
    return cohort_answer(row, figures[cohort_id], names)
