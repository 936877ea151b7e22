"""Operations on people: one person with posts and profiles, and search."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from esrlink.contracts import Assignment, Registration
from esrlink.contracts.types import EmployeeNumber, Vpd
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.answers import held_profile, person_summary
from profile_sync.api.models import PeopleFound, PersonAnswer
from profile_sync.api.profiles import CanRead
from profile_sync.directory import read_person, search_people
from profile_sync.profile_reading import read_profiles_of_person


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/people`."""
    api = APIRouter(prefix="/v1/people", tags=["people"])
    database = parts.database

    @api.get(
        "/{vpd}/{employee_number}",
        operation_id="readPerson",
        summary="Read a person by ESR number, with their profiles in all departments that you may see",
        description="Leavers, and people whom ESR no longer shows, are read like everybody: late claims need them.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def person(
        principal: CanRead,
        vpd: Annotated[Vpd, Path()],
        employee_number: Annotated[EmployeeNumber, Path()],
        on: Annotated[
            date | None, Query(description="Only the assignments in force on this day.", examples=["2026-08-03"])
        ] = None,
    ) -> PersonAnswer:
        principal.require_vpd(vpd)
        async with database.read([vpd]) as tx:
            found = await read_person(tx, vpd, employee_number, on)
            profiles = await read_profiles_of_person(tx, vpd, employee_number, principal.departments)
        row = found.person
        return PersonAnswer(
            **person_summary(row).model_dump(),
            middle_names=row.middle_names,
            email=row.email,
            hire_date=row.hire_date,
            registrations=[Registration.model_validate(one) for one in row.registrations],
            revision=row.revision,
            as_of=row.as_of,
            source_file=row.source_file,
            on=on,
            assignments=[Assignment.model_validate(one, from_attributes=True) for one in found.assignments],
            profiles=[held_profile(one) for one in profiles],
        )

    @api.get(
        "",
        operation_id="searchPeople",
        summary="Find people by name, ESR number, assignment number or registration number",
        description="Accents do not matter; preferred and previous names are found. If no name begins so, names that "
        "sound alike are given.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def people(
        principal: CanRead,
        q: Annotated[str, Query(min_length=2, max_length=100, pattern=r"^[^\x00]*$", examples=["okafor"])],
        vpd: VpdQuery = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> PeopleFound:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            rows = await search_people(tx, trust, q, limit)
        return PeopleFound(items=[person_summary(row) for row in rows])

    return api
