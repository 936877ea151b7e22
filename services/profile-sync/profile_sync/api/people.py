"""Operations on people: one person with posts and profiles, their history, and search."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from esrlink.clock import today
from esrlink.contracts import Assignment
from esrlink.contracts.types import EmployeeNumber, Vpd
from esrlink.http import problem_responses
from esrlink.http.conditional import NOT_MODIFIED
from esrlink.runtime import Parts
from profile_sync.api.answers import held_profile
from profile_sync.api.people_models import (
    FieldChange,
    PeopleFound,
    PeopleSearch,
    PersonAnswer,
    PersonFound,
    PersonHistory,
    PersonRevision,
    PersonSummary,
)
from profile_sync.api.profiles import CanRead
from profile_sync.api.shown import Fields, Part, answered, sees_contacts, withheld_from
from profile_sync.people.directory import PersonPicture, read_person
from profile_sync.people.revisions import revisions_of
from profile_sync.people.searching import search_people
from profile_sync.people.whole import read_whole_person

Number = Annotated[EmployeeNumber, Path()]


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/people`."""
    api = APIRouter(prefix="/v1/people", tags=["people"])
    database = parts.database

    @api.get(
        "/{vpd}/{employee_number}",
        operation_id="readPerson",
        summary="Read a person by ESR number, with their profiles in all departments that you may see",
        description="Leavers, and people whom ESR no longer shows, are read like everybody: late claims need them. What "
        "the same human has in another trust is told only to a caller who may see both.",
        response_model=PersonAnswer | Part,
        responses=NOT_MODIFIED | problem_responses(401, 403, 404, 422),
    )
    async def person(
        principal: CanRead,
        request: Request,
        vpd: Annotated[Vpd, Path()],
        employee_number: Number,
        on: Annotated[
            date | None, Query(description="Only the assignments in force on this day.", examples=["2026-08-03"])
        ] = None,
        fields: Fields = None,
    ) -> Response:
        principal.require_vpd(vpd)
        whole = await read_whole_person(database, principal.vpds, vpd, employee_number, principal.departments)
        row = whole.person
        every = [Assignment.model_validate(one) for one in whole.assignments]
        found = PersonPicture(row, every, on or today(parts.clock))
        contacts = sees_contacts(principal)
        answer = PersonAnswer.model_validate(
            {
                **row._asdict(),
                "email": row.email if contacts else None,
                "withheld": withheld_from(principal),
                "staff_groups": found.staff_groups,
                "job_roles": found.job_roles,
                "registrations": found.registrations,
                "on": on,
                "assignments": found.in_force if on else every,
                "all_assignments": every,
                "profiles": [held_profile(*one, contacts=contacts) for one in whole.profiles],
                "other_numbers": whole.others,
            }
        )
        return answered(request, answer, fields, principal)

    @api.get(
        "/{vpd}/{employee_number}/history",
        operation_id="readPersonHistory",
        summary="Read what ESR changed of a person: when, from which file, and field by field",
        description="Newest first. What is older than the hub's setting is forgotten; the newest revision never is.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def history(
        principal: CanRead,
        vpd: Annotated[Vpd, Path()],
        employee_number: Number,
        before: Annotated[int | None, Query(ge=1, lt=2**63, description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> PersonHistory:
        principal.require_vpd(vpd)
        async with database.read([vpd]) as tx:
            await read_person(tx, vpd, employee_number, today(parts.clock))
            rows = await revisions_of(tx, vpd, employee_number, before=before, limit=limit + 1)
        return PersonHistory(
            items=[_revision(row) for row in rows[:limit]],
            next=rows[limit - 1].revision if len(rows) > limit else None,
        )

    @api.post(
        ":search",
        operation_id="searchPeople",
        summary="Find people by name, ESR number, assignment number or registration number",
        description="In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither; preferred "
        "and previous names are found. If nobody is found so, people whose names sound alike are given. Names are "
        "sent in the body: an address would take them into the logs of every proxy.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def people(principal: CanRead, body: PeopleSearch) -> PeopleFound:
        if body.vpd is not None:
            principal.require_vpd(body.vpd)
        vpds = [body.vpd] if body.vpd else sorted(principal.vpds)
        async with database.read(vpds) as tx:
            found, following = await search_people(tx, vpds, body.search, limit=body.limit, cursor=body.cursor)
        items = [PersonFound(**_summary(one.person), match=one.match) for one in found]
        return PeopleFound(items=items, next=following)

    return api


def _summary(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in PersonSummary.model_fields}


def _revision(row: Any) -> PersonRevision:
    return PersonRevision(
        revision=row.revision,
        applied_at=row.applied_at,
        as_of=row.as_of,
        source_file=row.source_file,
        first=row.changes is None,
        changes=[FieldChange.model_validate(one) for one in row.changes or ()],
    )
