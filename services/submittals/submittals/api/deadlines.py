"""Deadlines: what waits for whom before the next cut-off, as lists to chase and record by record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from esrlink.auth import Principal, Scope, require
from esrlink.contracts.types import Department, EmployeeNumber, Product
from esrlink.errors import Invalid
from esrlink.http import problem_responses
from esrlink.http.downloads import FILES, AcceptHeader, FormatQuery, file_answer, form_of, sheet
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.http.workbook import Row, Sheet
from esrlink.runtime import Parts
from submittals.api.deadline_answers import (
    ChaseAnswer,
    ChaseLine,
    WaitingAnswer,
    WaitingList,
    chase_answer,
    chase_line,
    waiting_answer,
)
from submittals.api.work import READERS, PartsOf
from submittals.content import Actor
from submittals.deadlines.chase import By, Scene, Wanted, chase_list, records_waiting, scene_of
from submittals.deadlines.when import When

deadlines_router = APIRouter(prefix="/v1/deadlines", tags=["deadlines"])

Reader = Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=READERS))]
# A page looks through so many at a time, until it has enough of those that are wanted.
_PAGE = 1_000
_RESPONSES = {**problem_responses(401, 403, 404, 422), 200: FILES}


def departments_of(principal: Principal, product: str | None, department: str | None) -> frozenset[str] | None:
    """The departments that a caller may see and asks for, as "product/department" keys; none for all of the trust.

    Raises `Invalid` when one of the two is named without the other, `NotFound` for another's department.
    """
    if product is None and department is None:
        return principal.departments
    if product is None or department is None:
        raise Invalid(
            "Name a department by its product and its own name.", field="department" if product else "product"
        )
    principal.require_department(product, department)
    return frozenset({f"{product}/{department}"})


async def _scene(parts: Parts, vpd: str) -> Scene:
    async with parts.database.read([vpd]) as tx:
        return await scene_of(tx, vpd, parts.clock.now())


@deadlines_router.get(
    "/chase",
    summary="What waits for whom",
    description="By approver (whoever has it now: members of the group whose turn it is; else the department, or payroll), by"
    " department or by person. As CSV or Excel by `format` or `Accept`.",
    operation_id="chase",
    response_model=ChaseAnswer,
    responses=_RESPONSES,
)
async def chase(
    principal: Reader,
    parts: PartsOf,
    vpd: VpdQuery = None,
    by: Annotated[By, Query()] = "approver",
    product: Annotated[Product | None, Query()] = None,
    department: Annotated[Department | None, Query(description="Only this department's; with its product.")] = None,
    format_: FormatQuery = None,
    accept: AcceptHeader = "application/json",
) -> ChaseAnswer | Response:
    """The chase list of the departments that the caller may see."""
    trust = trust_scope(principal, vpd)
    departments = departments_of(principal, product, department)
    scene = await _scene(parts, trust)
    lines = [chase_line(line, scene) for line in await chase_list(parts.database, scene, by, departments)]
    if (form := form_of(format_, accept)) == "json":
        return chase_answer(scene, lines)
    columns = list(ChaseLine.model_fields)
    rows = ([getattr(line, name) for name in columns] for line in lines)
    return file_answer(f"{trust}-chase-by-{by}", [sheet("Chase", columns, rows)], form)


@deadlines_router.get(
    "/records",
    summary="Records that wait, each with its deadline",
    description='Each says which pay it is in if it is approved by when, and which pay it rolls to: "In the August 2026 pay if'
    ' approved by 12:00 on 2 September, else in the September 2026 pay." As CSV or Excel by `format` or `Accept`: then all.',
    operation_id="list_deadlines",
    response_model=WaitingList,
    responses=_RESPONSES,
)
async def list_deadlines(
    principal: Reader,
    parts: PartsOf,
    vpd: VpdQuery = None,
    product: Annotated[Product | None, Query()] = None,
    department: Annotated[Department | None, Query(description="Only this department's; with its product.")] = None,
    approver: Annotated[Actor | None, Query(description="Only what waits for them.")] = None,
    employee_number: Annotated[EmployeeNumber | None, Query(description="Only this person's.")] = None,
    when: Annotated[When | None, Query(description="Only late ones, due ones, or later ones.")] = None,
    cursor: Annotated[UUID | None, Query(description="`next_cursor` of the part before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    format_: FormatQuery = None,
    accept: AcceptHeader = "application/json",
) -> WaitingList | Response:
    """Records that wait in the departments that the caller may see, in the order in which they came in."""
    trust = trust_scope(principal, vpd)
    departments = departments_of(principal, product, department)
    scene, wanted = await _scene(parts, trust), Wanted(approver, employee_number, when)
    if (form := form_of(format_, accept)) != "json":
        sheet = Sheet("Deadlines", list(WaitingAnswer.model_fields), _rows(parts, scene, departments, wanted))
        return file_answer(f"{trust}-deadlines", [sheet], form)
    found: list[WaitingAnswer] = []
    turn = scene.turn
    async for records in records_waiting(parts.database, scene, departments, wanted, cursor, _PAGE):
        found += [waiting_answer(one, scene, turn) for one in records[: limit - len(found)]]
        if len(found) == limit:
            break
    return WaitingList(records=found, next_cursor=found[-1].submittal_id if len(found) == limit else None)


async def _rows(
    parts: Parts, scene: Scene, departments: frozenset[str] | None, wanted: Wanted
) -> AsyncIterator[Iterable[Row]]:
    turn = scene.turn
    async for records in records_waiting(parts.database, scene, departments, wanted):
        yield [_cells(waiting_answer(one, scene, turn)) for one in records]


def _cells(answer: WaitingAnswer) -> Row:
    values = {name: getattr(answer, name) for name in WaitingAnswer.model_fields}
    return list({**values, "waits_for": " ".join(answer.waits_for)}.values())
