"""Planned against delivered: of a person with the working line by line, of a department, a specialty or a whole trust."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from esrlink.auth import Principal, Role, Scope, require
from esrlink.clock import Clock, today
from esrlink.db import Database
from esrlink.errors import Invalid, NotFound
from esrlink.http import problem_responses
from esrlink.http.downloads import FILES, AcceptHeader, Form, FormatQuery, file_answer, form_of, sheet
from jobplan_adapter.api.delivery_answers import DeliveryAnswer, GroupAnswer, group_answer, person_answer
from jobplan_adapter.api.paths import DepartmentPath, EmployeePath, ProductPath, VpdPath
from jobplan_adapter.api.readers import Day, PlanReader, may_look_at, nobody
from jobplan_adapter.delivery.belonging import may_be_seen
from jobplan_adapter.delivery.departments import department_delivery, specialty_delivery, trust_delivery
from jobplan_adapter.delivery.figures import GroupDelivery, SortKey, in_order
from jobplan_adapter.delivery.person import delivery_of
from jobplan_adapter.delivery.tables import (
    LINE_COLUMNS,
    PERSON_COLUMNS,
    TOTAL_COLUMNS,
    line_rows,
    person_rows,
    total_rows,
)
from jobplan_adapter.trusts import get_trust

GroupReader = Annotated[
    Principal, Depends(require(Scope.JOBPLANS_READ, roles=(Role.ADMINISTRATOR, Role.VALIDATOR, Role.AUDITOR)))
]
FromQuery = Annotated[Day, Query(alias="from", description="First day.", examples=["2026-04-01"])]
ToQuery = Annotated[Day, Query(alias="to", description="Last day, included.", examples=["2026-06-30"])]

# Two years: more than any comparison of job plans looks at.
LONGEST_PERIOD_DAYS = 731


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people of many come first, how many of them, and in which form."""

    form: Form
    sort: SortKey
    category: str | None
    descending: bool
    limit: int
    offset: int


async def wanted(
    format_: FormatQuery = None,
    accept: AcceptHeader = "",
    sort: Annotated[SortKey, Query(description="`furthest`: who is furthest off first.")] = "furthest",
    category: Annotated[
        str | None, Query(max_length=20, description="Sort by this category.", examples=["DCC"])
    ] = None,
    descending: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=5000)] = 200,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Wanted:
    """What the query says of an answer about many people."""
    return Wanted(form_of(format_, accept), sort, category, descending, limit, offset)


WantedQuery = Annotated[Wanted, Depends(wanted)]


def router(database: Database, clock: Clock) -> APIRouter:
    """The routes of planned against delivered."""
    routes = APIRouter(prefix="/v1", tags=["delivery"], responses=problem_responses(401, 403, 404, 422))

    @routes.get(
        "/people/{vpd}/{employee_number}/delivery",
        summary="Planned against delivered",
        operation_id="getDelivery",
        response_model=DeliveryAnswer,
        responses={200: FILES},
    )
    async def of_person(
        vpd: VpdPath,
        employee_number: EmployeePath,
        principal: PlanReader,
        first: FromQuery,
        last: ToQuery,
        format_: FormatQuery = None,
        accept: AcceptHeader = "",
    ) -> DeliveryAnswer | Response:
        """PAs planned, delivered, displaced and extra of a period, by category, with the working line by line."""
        may_look_at(principal, vpd, employee_number)
        _check_period(first, last)
        async with database.read([vpd]) as tx:
            trust = await get_trust(tx, vpd)
            if not await may_be_seen(tx, vpd, employee_number, principal.departments):
                raise nobody()
            found = await delivery_of(
                tx,
                vpd,
                employee_number,
                first,
                last,
                allowed_leave=trust.settings.leave_within_working_weeks,
                today=today(clock),
            )
        form = form_of(format_, accept)
        if form != "json":
            table = sheet("Working", LINE_COLUMNS, line_rows(found.delivery))
            return file_answer(f"delivery-{employee_number}-{first}-{last}", [table], form)
        return person_answer(vpd, employee_number, first, last, found)

    @routes.get(
        "/departments/{vpd}/{product}/{department}/delivery",
        summary="Planned against delivered in a department",
        operation_id="getDepartmentDelivery",
        response_model=GroupAnswer,
        responses={200: FILES},
    )
    async def of_department(
        vpd: VpdPath,
        product: ProductPath,
        department: DepartmentPath,
        principal: GroupReader,
        first: FromQuery,
        last: ToQuery,
        want: WantedQuery,
    ) -> GroupAnswer | Response:
        """Of people with work put there in the period, or with a plan of one of its specialties; each with all their work."""
        principal.require_vpd(vpd)
        principal.require_department(product, department)
        _check_period(first, last)
        async with database.read([vpd]) as tx:
            trust = await get_trust(tx, vpd)
            if not trust.has_department(product, department):
                raise NotFound(f"There is no department {product}/{department} that you may see.", field="department")
            found = await department_delivery(tx, trust, product, department, first, last, today=today(clock))
        return _answer(vpd, found, want, f"{product}-{department}")

    @routes.get(
        "/specialties/{vpd}/delivery",
        summary="Planned against delivered in a specialty",
        operation_id="getSpecialtyDelivery",
        response_model=GroupAnswer,
        responses={200: FILES},
    )
    async def of_specialty(
        vpd: VpdPath,
        principal: GroupReader,
        specialty: Annotated[str, Query(min_length=1, max_length=200, examples=["Anaesthetics"])],
        first: FromQuery,
        last: ToQuery,
        want: WantedQuery,
    ) -> GroupAnswer | Response:
        """Of people with a plan of this specialty, as its provider writes it."""
        principal.require_vpd(vpd)
        _check_period(first, last)
        async with database.read([vpd]) as tx:
            trust = await get_trust(tx, vpd)
            found = await specialty_delivery(
                tx, trust, specialty, first, last, today=today(clock), departments=principal.departments
            )
        return _answer(vpd, found, want, "specialty")

    @routes.get(
        "/trusts/{vpd}/delivery",
        summary="Planned against delivered in a trust",
        operation_id="getTrustDelivery",
        response_model=GroupAnswer,
        responses={200: FILES},
    )
    async def of_trust(
        vpd: VpdPath, principal: GroupReader, first: FromQuery, last: ToQuery, want: WantedQuery
    ) -> GroupAnswer | Response:
        """Of everybody with a plan or with work in the period, whom the caller may see."""
        principal.require_vpd(vpd)
        _check_period(first, last)
        async with database.read([vpd]) as tx:
            trust = await get_trust(tx, vpd)
            found = await trust_delivery(tx, trust, first, last, today=today(clock), departments=principal.departments)
        return _answer(vpd, found, want, "trust")

    return routes


def _check_period(first: date, last: date) -> None:
    if not 0 <= (last - first).days < LONGEST_PERIOD_DAYS:
        raise Invalid(f"`to` must not be before `from`, nor {LONGEST_PERIOD_DAYS} days or more after it.", field="to")


def _answer(vpd: str, group: GroupDelivery, want: Wanted, name: str) -> GroupAnswer | Response:
    people = in_order(group.people, want.sort, category=want.category, descending=want.descending)
    if want.form != "json":
        sheets = [
            sheet("Totals", TOTAL_COLUMNS, total_rows(group)),
            sheet("People", PERSON_COLUMNS, person_rows(people)),
        ]
        return file_answer(f"delivery-{name}-{group.first}-{group.last}", sheets, want.form)
    return group_answer(vpd, group, people[want.offset : want.offset + want.limit])
