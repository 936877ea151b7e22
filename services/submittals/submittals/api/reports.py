"""Reports of a pay: its figures, the pay pack with exactly what was sent, and what is not in it; as JSON, CSV or Excel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from esrlink.auth import Principal, Role, Scope, require
from esrlink.contracts.types import Department, Product
from esrlink.errors import Invalid
from esrlink.http import problem_responses
from esrlink.http.downloads import FILES, AcceptHeader, Form, FormatQuery, file_answer, form_of, sheet
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.http.workbook import Row, Sheet
from esrlink.runtime import Parts
from submittals.api.deadlines import departments_of
from submittals.api.report_answers import (
    LeftOutAnswer,
    LinesAnswer,
    MonthEndAnswer,
    PaysAnswer,
    month_end_answer,
    pay_answer,
)
from submittals.api.work import PartsOf
from submittals.reports import left_out, lines, totals
from submittals.reports.periods import Pay, pay_of, pays
from submittals.reports.totals import Total, together

reports_router = APIRouter(prefix="/v1/reports", tags=["reports"])

REPORT_READERS = (Role.ADMINISTRATOR, Role.PAYROLL_OFFICER, Role.AUDITOR)
"""Who may have the money of whole departments."""

Reader = Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=REPORT_READERS))]
RunCode = Annotated[
    str, Path(pattern=r"^[WMLB][NS][0-9]{4}$", description="The run, by the trust's calendar.", examples=["MN2705"])
]
ProductQuery = Annotated[Product | None, Query()]
DepartmentQuery = Annotated[Department | None, Query(description="Only this department's; with its product.")]
_RESPONSES = problem_responses(401, 403, 404, 422)
_WITH_FILES: dict[int | str, dict[str, Any]] = {**_RESPONSES, 200: FILES}


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which trust and departments a report is, and in which form."""

    vpd: str
    departments: frozenset[str] | None
    form: Form


async def _asked(
    principal: Reader,
    vpd: VpdQuery = None,
    product: ProductQuery = None,
    department: DepartmentQuery = None,
    format_: FormatQuery = None,
    accept: AcceptHeader = "application/json",
) -> Asked:
    departments = departments_of(principal, product, department)
    return Asked(trust_scope(principal, vpd), departments, form_of(format_, accept))


AskedOf = Annotated[Asked, Depends(_asked)]


@reports_router.get("", summary="The pays that have reports", operation_id="list_pays", responses=_RESPONSES)
async def list_pays(principal: Reader, parts: PartsOf, vpd: VpdQuery = None) -> PaysAnswer:
    """All pays that the trust's calendar ever told, earliest first."""
    trust = trust_scope(principal, vpd)
    async with parts.database.read([trust]) as tx:
        return PaysAnswer(pays=[pay_answer(one) for one in await pays(tx, trust)])


@reports_router.get(
    "/{run_code}",
    summary="The month-end report of a pay",
    description="By department and element: expected, approved by the cut-off, late, sent, carried in from earlier pays,"
    " rejected, and the money of each. As CSV or Excel by `format` or `Accept`; the workbook has further sheets with every"
    " line that was sent and every record that is not in the pay: for one department it is its pay pack.",
    operation_id="month_end_report",
    response_model=MonthEndAnswer,
    responses=_WITH_FILES,
)
async def month_end(
    run_code: RunCode,
    asked: AskedOf,
    parts: PartsOf,
) -> MonthEndAnswer | Response:
    """The figures of a pay."""
    async with parts.database.read([asked.vpd]) as tx:
        pay = await pay_of(tx, asked.vpd, run_code)
        found = await totals.totals(tx, pay, asked.departments, parts.clock.now())
    if asked.form == "json":
        return month_end_answer(pay, found)
    return pack_answer(parts, pay, asked.departments, found, asked.form)


@reports_router.get(
    "/{run_code}/lines",
    summary="Exactly what a run carried",
    description="Every line with its record and version, person and assignment, element, units, rate, amount and cost code,"
    " who enriched, validated and approved it, file and row, and what became of it. As CSV or Excel by `format` or `Accept`:"
    " then all.",
    operation_id="report_lines",
    response_model=LinesAnswer,
    responses=_WITH_FILES,
)
async def report_lines(
    run_code: RunCode,
    asked: AskedOf,
    parts: PartsOf,
    cursor: Annotated[str | None, Query(max_length=60, description="`next_cursor` of the part before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> LinesAnswer | Response:
    """The lines of a run."""
    async with parts.database.read([asked.vpd]) as tx:
        pay = await pay_of(tx, asked.vpd, run_code)
        found = await lines.lines(tx, pay, asked.departments, _place(cursor), limit) if asked.form == "json" else []
    if asked.form != "json":
        return file_answer(
            _name(pay, asked.departments, "lines"), [_lines_sheet(parts, pay, asked.departments)], asked.form
        )
    last = found[-1] if len(found) == limit else None
    return LinesAnswer(
        lines=found,
        next_cursor=f"{last.submittal_id}.{last.version}" if last else None,
    )


@reports_router.get(
    "/{run_code}/left-out",
    summary="What belongs to a pay and is not in it",
    description="With where each record stands and why. As CSV or Excel by `format` or `Accept`: then all.",
    operation_id="report_left_out",
    response_model=LeftOutAnswer,
    responses=_WITH_FILES,
)
async def report_left_out(
    run_code: RunCode,
    asked: AskedOf,
    parts: PartsOf,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> LeftOutAnswer | Response:
    """The records that are not in the pay."""
    async with parts.database.read([asked.vpd]) as tx:
        pay = await pay_of(tx, asked.vpd, run_code)
        found = await left_out.left_out(tx, pay, asked.departments, limit=limit + 1) if asked.form == "json" else []
    if asked.form != "json":
        return file_answer(
            _name(pay, asked.departments, "left-out"), [_left_out_sheet(parts, pay, asked.departments)], asked.form
        )
    return LeftOutAnswer(records=found[:limit], has_more=len(found) > limit)


def pack_answer(
    parts: Parts, pay: Pay, departments: frozenset[str] | None, found: Sequence[Total], form: Form
) -> Response:
    """The figures as CSV, or the whole pay pack as a workbook: figures, by element, what was sent, what is not in it."""
    figures = sheet("Figures", totals.COLUMNS, _cells(found, totals.COLUMNS))
    if form == "csv":
        return file_answer(_name(pay, departments, "figures"), [figures], form)
    by_element = together(found, "kind", "element")
    sheets = [
        figures,
        sheet("By element", totals.COLUMNS[2:], _cells([*by_element, *together(found)], totals.COLUMNS[2:])),
        _lines_sheet(parts, pay, departments),
        _left_out_sheet(parts, pay, departments),
    ]
    return file_answer(_name(pay, departments, "pay-pack"), sheets, form)


def _lines_sheet(parts: Parts, pay: Pay, departments: frozenset[str] | None) -> Sheet:
    blocks = lines.all_lines(parts.database, pay, departments)
    return Sheet("Sent", lines.COLUMNS, _rows(blocks, lines.COLUMNS))


def _left_out_sheet(parts: Parts, pay: Pay, departments: frozenset[str] | None) -> Sheet:
    blocks = left_out.all_left_out(parts.database, pay, departments)
    return Sheet("Not in this pay", left_out.COLUMNS, _rows(blocks, left_out.COLUMNS))


async def _rows(blocks: AsyncIterator[Sequence[object]], columns: Sequence[str]) -> AsyncIterator[Iterable[Row]]:
    async for block in blocks:
        yield _cells(block, columns)


def _cells(found: Iterable[object], columns: Sequence[str]) -> list[Row]:
    return [[getattr(one, name) for name in columns] for one in found]


def _name(pay: Pay, departments: frozenset[str] | None, what: str) -> str:
    """The file's name, with the department if it is about one only."""
    [only] = departments if departments is not None and len(departments) == 1 else [""]
    return "-".join(filter(None, (pay.vpd, pay.run_code, only.replace("/", "-"), what)))


def _place(cursor: str | None) -> tuple[UUID, int] | None:
    if cursor is None:
        return None
    submittal_id, _, version = cursor.partition(".")
    with suppress(ValueError):
        if len(version) <= 9 and version.isascii() and version.isdigit():
            return UUID(submittal_id), int(version)
    raise Invalid("This is no cursor that we gave.", field="cursor")
