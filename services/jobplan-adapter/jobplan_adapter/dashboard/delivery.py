"""A person's planned-against-delivered figures of a period, with every line of the working."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal
from esrlink.clock import today
from esrlink.errors import NotFound
from esrlink.http.downloads import FileForm, file_answer, sheet
from jobplan_adapter.dashboard.delivery_picture import Sides, draw_delivery
from jobplan_adapter.dashboard.desk import Desk, PlanReader
from jobplan_adapter.dashboard.period import Period, Typed, period_of, usual_periods
from jobplan_adapter.dashboard.person import NumberPath, VpdPath, words
from jobplan_adapter.dashboard.subject import Subject, person_of
from jobplan_adapter.delivery.person import PersonDelivery, delivery_of
from jobplan_adapter.delivery.tables import LINE_COLUMNS, line_rows
from jobplan_adapter.plans.at_once import plans_at_once
from jobplan_adapter.trusts import get_trust

LINE_KINDS = {
    "planned": "Planned",
    "delivered": "Delivered",
    "displaced": "Displaced",
    "extra": "Paid extra",
    "on_call": "On-call",
}
"""Kinds of lines of the working, in words."""
SUM_COLUMNS = ("category", "planned", "delivered", "difference", "displaced")
From = Annotated[Typed, Query(alias="from")]
To = Annotated[Typed, Query(alias="to")]
Kind = Annotated[str, Query(max_length=20)]
Number = Annotated[int, Query(ge=1, lt=10_000)]
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the period as it was typed, a kind of lines, and which page of them."""

    first: str = ""
    last: str = ""
    kind: str = ""
    number: int = 1


def router(desk: Desk) -> APIRouter:
    """The page at `/people/{vpd}/{employee_number}/delivery`, and its files."""
    page = APIRouter(prefix="/people/{vpd}/{employee_number}")

    @page.get("/delivery")
    async def delivery(
        request: Request,
        reader: PlanReader,
        vpd: VpdPath,
        employee_number: NumberPath,
        first: From = "",
        last: To = "",
        kind: Kind = "",
        number: Annotated[Number, Query(alias="page")] = 1,
    ) -> HTMLResponse:
        who = person_of(desk, reader, vpd, employee_number)
        return await show_delivery(desk, request, reader, who, Asked(first, last, kind, number))

    @page.get("/delivery.{format_}")
    async def download(
        reader: PlanReader,
        vpd: VpdPath,
        employee_number: NumberPath,
        format_: FileForm,
        first: From = "",
        last: To = "",
    ) -> Response:
        return await delivery_file(desk, person_of(desk, reader, vpd, employee_number), Asked(first, last), format_)

    return page


async def show_delivery(desk: Desk, request: Request, reader: Principal, who: Subject, asked: Asked) -> HTMLResponse:
    """The page."""
    day = today(desk.parts.clock)
    period, found = await _read(desk, who, asked)
    kinds = [one for one in LINE_KINDS if any(line.kind == one for line in found.delivery.lines)]
    kind = asked.kind if asked.kind in kinds else ""
    lines = [line for line in found.delivery.lines if kind in ("", line.kind)]
    begin = (asked.number - 1) * _SHOWN
    sides = [Sides(one.category, one.planned, one.delivered) for one in found.delivery.categories]
    return await desk.render(
        request,
        "delivery.html",
        reader,
        section=who.section,
        title=f"Planned and delivered {who.of}",
        above=who.above,
        who=who,
        period=period,
        usual=[(name, one.address) for name, one in usual_periods(day)],
        found=found.delivery,
        uncertain=found.uncertainty,
        picture=draw_delivery(sides),
        kinds=[(one, LINE_KINDS[one]) for one in kinds],
        kind=kind,
        lines=lines[begin : begin + _SHOWN],
        line_count=len(lines),
        line_kinds=LINE_KINDS,
        previous=_page(period, kind, asked.number - 1) if asked.number > 1 else None,
        following=_page(period, kind, asked.number + 1) if begin + _SHOWN < len(lines) else None,
        **words(),
    )


async def delivery_file(desk: Desk, who: Subject, asked: Asked, format_: FileForm) -> Response:
    """Every line of the working as a file."""
    period, found = await _read(desk, who, asked)
    name = f"delivery-{who.number}-{period.first}-{period.last}"
    sums = [
        (one.category, one.planned, one.delivered, one.difference, one.displaced) for one in found.delivery.categories
    ]
    working = sheet("Working", LINE_COLUMNS, line_rows(found.delivery))
    return file_answer(name, [sheet("By category", SUM_COLUMNS, sums), working], format_)


async def _read(desk: Desk, who: Subject, asked: Asked) -> tuple[Period, PersonDelivery]:
    """The figures. Raises `NotFound` for somebody of other departments, `Invalid` for what is no period."""
    day = today(desk.parts.clock)
    period = period_of(asked.first, asked.last, day)
    known = await plans_at_once(desk.database, who.vpd, [who.number], who.departments)
    if who.number not in known.people:
        raise NotFound("There is no such person that you may see.", field="employee_number")
    async with desk.database.read([who.vpd]) as tx:
        leave = (await get_trust(tx, who.vpd)).settings.leave_within_working_weeks
        found = await delivery_of(tx, who.vpd, who.number, period.first, period.last, allowed_leave=leave, today=day)
    return period, found


def _page(period: Period, kind: str, number: int) -> str:
    return f"?{period.address}&{urlencode({**({'kind': kind} if kind else {}), 'page': number})}#working"
