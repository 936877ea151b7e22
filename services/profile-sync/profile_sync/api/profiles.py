"""Operations on profiles: put, read, list, delete, and thousands in one batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from esrlink.auth import Principal, Role, Scope, require
from esrlink.contracts.types import Department, EmployeeNumber, ExternalId, Product, Vpd
from esrlink.errors import EsrLinkError, Invalid, NotFound
from esrlink.http import problem_responses
from esrlink.http.conditional import NOT_MODIFIED, etag_of
from esrlink.http.if_match import IfMatch, expected_version, stated_in
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.answers import link_answer, profile_answer
from profile_sync.api.models import (
    BatchAnswer,
    ProfileAnswer,
    ProfileBody,
    ProfilePage,
    ProfileRow,
    RowAnswer,
    RowProblem,
    State,
)
from profile_sync.api.shown import Fields, Part, answered, sees_contacts
from profile_sync.changes.feed import cursor_at, head
from profile_sync.changes.numbering import number
from profile_sync.profiles.gathering import gathered_puts
from profile_sync.profiles.putting import FACTS, Put, delete_profile, no_profile, put_profiles
from profile_sync.profiles.reading import Page, list_profiles, read_places
from profile_sync.rules.facts import Place, ProfileFacts

CanWrite = Annotated[Principal, Depends(require(Scope.PROFILES_WRITE, roles=(Role.ADMINISTRATOR,)))]
CanRead = Annotated[
    Principal,
    Depends(require(Scope.PROFILES_READ, roles=(Role.ADMINISTRATOR, Role.PAYROLL_OFFICER, Role.AUDITOR))),
]


async def _page(
    product: Annotated[Product | None, Query(description="Only this product's.")] = None,
    department: Annotated[Department | None, Query(description="Only this department's.")] = None,
    state: Annotated[State | None, Query(description="Only those whose link stands so.")] = None,
    cursor: Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page:
    return Page(product, department, state, cursor, limit)


Paged = Annotated[Page, Depends(_page)]


class Batch(BaseModel):
    """Profiles of one trust. Each row is looked at by itself: a bad one holds no other."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=lambda schema: schema.update(
            examples=[{"vpd": "277", "profiles": ProfileRow.model_json_schema()["examples"]}]
        ),
    )

    vpd: Vpd | None = Field(default=None, description="The trust; may stand in the query instead.")
    profiles: list[
        Annotated[Any, WithJsonSchema({**ProfileRow.model_json_schema(), "title": "ProfileRow"}, mode="validation")]
    ] = Field(min_length=1)


def trust_named(principal: Principal, query: str | None, body: str | None) -> str:
    """The trust of a request that may name it in the query or in the body."""
    if query and body and query != body:
        raise Invalid("The query and the body name different trusts.", field="vpd")
    return trust_scope(principal, query or body)


def router(parts: Parts, *, batch_limit: int) -> APIRouter:
    """The operations under `/v1/profiles`."""
    api = APIRouter(prefix="/v1", tags=["profiles"])
    database, clock = parts.database, parts.clock
    gathering = gathered_puts(database, clock, parts.new_id)

    @api.put(
        "/profiles/{product}/{department}/{profile_id}",
        operation_id="putProfile",
        summary="Store a profile and learn whose it is",
        description="The same put again changes nothing: same version, no event. With `If-Match` it is stored only over the "
        "version that you read: otherwise 412, with the current one in the header `ETag`.",
        response_model=ProfileAnswer,
        responses=problem_responses(401, 403, 404, 409, 412, 413, 422),
    )
    async def put_profile(
        principal: CanWrite,
        product: Product,
        department: Department,
        profile_id: ExternalId,
        body: ProfileBody,
        vpd: VpdQuery = None,
        if_match: IfMatch = None,
    ) -> Response:
        trust = trust_named(principal, vpd, body.vpd)
        principal.require_department(product, department)
        place = Place(product, department, profile_id)
        put = Put(place, facts_of(body), expected_version(if_match, body.version))
        with stated_in(if_match):
            stored = await gathering.put(trust, put)
        content = profile_answer(stored, contacts=sees_contacts(principal)).model_dump_json()
        headers = {"ETag": etag_of(content, stored.version)}
        return Response(content, media_type="application/json", headers=headers)

    @api.get(
        "/profiles/{product}/{department}/{profile_id}",
        operation_id="readProfile",
        summary="Read a profile with its link",
        response_model=ProfileAnswer | Part,
        responses=NOT_MODIFIED | problem_responses(401, 403, 404, 422),
    )
    async def read_profile(
        principal: CanRead,
        request: Request,
        product: Product,
        department: Department,
        profile_id: ExternalId,
        vpd: VpdQuery = None,
        fields: Fields = None,
    ) -> Response:
        trust = trust_scope(principal, vpd)
        principal.require_department(product, department)
        place = Place(product, department, profile_id)
        async with database.read([trust]) as tx:
            stored = (await read_places(tx, trust, [place])).get(place)
        if stored is None:
            raise no_profile(place)
        answer = profile_answer(stored, contacts=sees_contacts(principal))
        return answered(request, answer, fields, principal, version=stored.version)

    @api.delete(
        "/profiles/{product}/{department}/{profile_id}",
        operation_id="deleteProfile",
        summary="Take a profile away, and its link with it",
        status_code=204,
        responses=problem_responses(401, 403, 404, 409, 412, 422),
    )
    async def remove_profile(
        principal: CanWrite,
        product: Product,
        department: Department,
        profile_id: ExternalId,
        vpd: VpdQuery = None,
        if_match: IfMatch = None,
    ) -> None:
        trust = trust_scope(principal, vpd)
        principal.require_department(product, department)
        version = expected_version(if_match, None)
        with stated_in(if_match):
            async with database.write([trust]) as tx:
                place = Place(product, department, profile_id)
                await delete_profile(tx, trust, place, version, now=clock.now(), new_id=parts.new_id)

    @api.get(
        "/profiles",
        operation_id="listProfiles",
        summary="List profiles by department, by state of their links and by person",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def profiles(
        principal: CanRead,
        page: Paged,
        employee_number: Annotated[
            EmployeeNumber | None, Query(description="Only those that are linked to this person.")
        ] = None,
        vpd: VpdQuery = None,
    ) -> ProfilePage:
        trust = trust_scope(principal, vpd)
        wanted = replace(page, employee_number=employee_number)
        if page.cursor is None:
            await number(database, principal.vpds)  # or what this list shows would come once more as changes
        async with database.read(principal.vpds) as tx:
            # Before the list is read: what is committed in between comes in both.
            place = await head(tx, principal.vpds) if page.cursor is None else None
            found, following = await list_profiles(tx, trust, principal.departments, wanted)
        contacts = sees_contacts(principal)
        return ProfilePage(
            items=[profile_answer(one, contacts=contacts) for one in found],
            next=following,
            changes=None if place is None else cursor_at(place),
        )

    @api.post(
        "/profiles:batch",
        operation_id="putProfiles",
        summary="Store many profiles in one transaction, with an answer for each",
        description=f"Up to {batch_limit:,} rows. A row that cannot be taken is answered with why; the others are stored.",
        responses=problem_responses(401, 403, 404, 413, 422),
    )
    async def put_batch(principal: CanWrite, body: Batch, vpd: VpdQuery = None) -> BatchAnswer:
        trust = trust_named(principal, vpd, body.vpd)
        if len(body.profiles) > batch_limit:
            raise Invalid(f"A batch holds at most {batch_limit:,} rows; send several.", field="profiles")
        puts, problems = _readable(principal, trust, body.profiles)
        async with database.write([trust]) as tx:
            refused = await put_profiles(tx, trust, list(puts.values()), now=clock.now(), new_id=parts.new_id)
            stored = await read_places(tx, trust, [one.place for one in puts.values() if one.place not in refused])
        problems |= {index: _problem(refused[one.place]) for index, one in puts.items() if one.place in refused}
        rows = [
            _refused(index, raw, problems[index])
            if index in problems
            else RowAnswer(
                index=index,
                product=puts[index].place.product,
                department=puts[index].place.department,
                profile_id=puts[index].place.profile_id,
                stored=True,
                version=stored[puts[index].place].version,
                link=link_answer(stored[puts[index].place]),
            )
            for index, raw in enumerate(body.profiles)
        ]
        return BatchAnswer(stored=len(rows) - len(problems), refused=len(problems), rows=rows)

    return api


def facts_of(body: ProfileBody) -> ProfileFacts:
    """The profile in a request."""
    return ProfileFacts(**{name: getattr(body, name) for name in FACTS})


def _readable(principal: Principal, trust: str, rows: list[Any]) -> tuple[dict[int, Put], dict[int, RowProblem]]:
    """The rows that can be tried, and why the others cannot, by their index."""
    puts: dict[int, Put] = {}
    problems: dict[int, RowProblem] = {}
    seen: set[Place] = set()
    for index, raw in enumerate(rows):
        try:
            row = ProfileRow.model_validate(raw)
            place = Place(row.product, row.department, row.profile_id)
            if row.vpd not in (None, trust):
                raise NotFound("The row names another trust than the batch.", field="vpd")
            principal.require_department(row.product, row.department)
            if place in seen:
                raise Invalid("The batch holds this profile already, further up.", field="profile_id")
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            place_in_row = ".".join(map(str, first["loc"])) or None
            problems[index] = RowProblem(code=first["type"], field=place_in_row, detail=first["msg"])
        except EsrLinkError as error:
            problems[index] = _problem(error)
        else:
            seen.add(place)
            puts[index] = Put(place, facts_of(row), row.version)
    return puts, problems


def _problem(error: EsrLinkError) -> RowProblem:
    return RowProblem(code=error.code, field=error.field, detail=error.detail)


def _refused(index: int, raw: Any, problem: RowProblem) -> RowAnswer:
    said = raw if isinstance(raw, dict) else {}
    key = {name: said.get(name) for name in ("product", "department", "profile_id")}
    return RowAnswer(
        index=index,
        # What no answer could carry (half a surrogate pair, a NUL) is not said back.
        **{n: v if isinstance(v, str) and v.isprintable() else None for n, v in key.items()},
        stored=False,
        problem=problem,
    )
