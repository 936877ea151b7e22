"""Planned against delivered of many people: a department's, a specialty's or a trust's, sorted by who is furthest off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import today
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from esrlink.http.downloads import FileForm, file_answer, sheet
from esrlink.status import Figure
from jobplan_adapter.dashboard.delivery import From, Number, To
from jobplan_adapter.dashboard.delivery_picture import Sides, draw_delivery
from jobplan_adapter.dashboard.desk import Desk, PlanReader
from jobplan_adapter.dashboard.period import Period, period_of, usual_periods
from jobplan_adapter.dashboard.person import VpdPath, words
from jobplan_adapter.delivery.departments import department_delivery, specialty_delivery, trust_delivery
from jobplan_adapter.delivery.figures import GroupDelivery, PersonFigures, SortKey, in_order
from jobplan_adapter.delivery.tables import PERSON_COLUMNS, TOTAL_COLUMNS, person_rows, total_rows
from jobplan_adapter.lists.people import specialties
from jobplan_adapter.trusts import Trust, get_trust

Text = Annotated[str, Query(max_length=500, pattern=r"^[^\x00]*$")]

SORTS: dict[str, tuple[str, SortKey, bool]] = {
    "furthest": ("Who is furthest off", "furthest", False),
    "least": ("Most below the plan", "difference", False),
    "most": ("Most above the plan", "difference", True),
    "person": ("ESR number", "person", False),
    "specialty": ("Specialty", "specialty", False),
    "planned": ("Most planned", "planned", True),
    "delivered": ("Most delivered", "delivered", True),
    "extra": ("Most paid extra", "extra", True),
    "displaced": ("Most displaced", "displaced", True),
}
"""Ways to sort: words, the column, and whether the largest comes first."""
CATEGORIES = ("DCC", "SPA", "ANR+ED", "APA")
_SHOWN = 50
# So many stand in the picture: more is a wall of bars.
_DRAWN = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. `of` is "department:PRODUCT/DEPARTMENT", "specialty:NAME", or empty for everybody."""

    period: Period
    of: str = ""
    category: str = ""
    sort: str = "furthest"

    @property
    def address(self) -> str:
        """The same in an address."""
        told = {"of": self.of, "category": self.category, "sort": self.sort}
        return f"{self.period.address}&{urlencode({name: value for name, value in told.items() if value})}"


@dataclass(frozen=True, slots=True)
class Choice:
    """The groups of a trust that somebody may look at: (value of `of`, words)."""

    trust: Trust
    groups: Sequence[tuple[str, str]]

    def name(self, of: str) -> str:
        """A group in words. Raises `NotFound` for one that is not among them."""
        found = dict(self.groups).get(of)
        if found is None:
            raise NotFound("There is no such department or specialty that you may see.", field="of")
        return found


def router(desk: Desk) -> APIRouter:
    """The pages at `/departments`."""
    page = APIRouter(prefix="/departments")

    @page.get("")
    async def departments(request: Request, reader: PlanReader) -> HTMLResponse:
        vpds = vpds_shown(request, reader)
        async with desk.database.read(vpds) as tx:
            choices = [one for vpd in vpds if (one := await _choice(tx, reader, vpd))]
        return await desk.render(
            request,
            "departments.html",
            reader,
            section="departments",
            title="Departments",
            choices=[
                (one.trust.vpd, [(urlencode({"of": of}), of, name) for of, name in one.groups]) for one in choices
            ],
        )

    @page.get("/{vpd}")
    async def delivery(
        request: Request,
        reader: PlanReader,
        vpd: VpdPath,
        of: Text = "",
        first: From = "",
        last: To = "",
        category: Text = "",
        sort: Text = "",
        number: Annotated[Number, Query(alias="page")] = 1,
    ) -> HTMLResponse:
        wanted = _wanted(desk, of, first, last, category, sort)
        choice, found = await _read(desk, reader, vpd, wanted)
        ordered = _sorted(found.people, wanted)
        begin = (number - 1) * _SHOWN
        here = f"{desk.home}departments/{vpd}"
        sums = [Sides(one.category, one.planned, one.delivered) for one in found.totals]
        shown = ordered[begin : begin + _SHOWN]
        return await desk.render(
            request,
            "department.html",
            reader,
            section="departments",
            title=choice.name(of),
            above=(("departments", "Departments"),),
            vpd=vpd,
            here=here,
            wanted=wanted,
            period=wanted.period,
            usual=[(name, replace(wanted, period=one).address) for name, one in usual_periods(today(desk.parts.clock))],
            groups=choice.groups,
            chosen_categories=CATEGORIES,
            sorts=[(key, said) for key, (said, _, _) in SORTS.items()],
            found=found,
            figures=_figures(found),
            picture=draw_delivery(sums),
            people_picture=draw_delivery([_sides(one, wanted) for one in shown[:_DRAWN]]),
            people=shown,
            people_count=len(ordered),
            first=begin + 1,
            previous=f"{here}?{wanted.address}&page={number - 1}#people" if number > 1 else None,
            following=f"{here}?{wanted.address}&page={number + 1}#people" if begin + _SHOWN < len(ordered) else None,
            category_of=wanted.category or None,
            **words(),
        )

    @page.get("/{vpd}/delivery.{format_}")
    async def download(
        reader: PlanReader,
        vpd: VpdPath,
        format_: FileForm,
        of: Text = "",
        first: From = "",
        last: To = "",
        category: Text = "",
        sort: Text = "",
    ) -> Response:
        wanted = _wanted(desk, of, first, last, category, sort)
        _, found = await _read(desk, reader, vpd, wanted)
        name = f"delivery-{vpd}-{wanted.period.first}-{wanted.period.last}"
        people = sheet("People", PERSON_COLUMNS, person_rows(_sorted(found.people, wanted)))
        return file_answer(name, [sheet("By category", TOTAL_COLUMNS, total_rows(found)), people], format_)

    return page


def _wanted(desk: Desk, of: str, first: str, last: str, category: str, sort: str) -> Wanted:
    return Wanted(
        period_of(first, last, today(desk.parts.clock)),
        of,
        category if category in CATEGORIES else "",
        sort if sort in SORTS else "furthest",
    )


async def _choice(tx: ReadTx, reader: Principal, vpd: str) -> Choice | None:
    """The groups of a trust; none where it is not set up."""
    try:
        trust = await get_trust(tx, vpd)
    except NotFound:
        return None
    groups = [("", "Everybody" if reader.departments is None else "Everybody in your departments")]
    groups += [
        (f"department:{one.product}/{one.department}", one.name)
        for one in trust.settings.departments
        if reader.may_touch_department(one.product, one.department)
    ]
    groups += [(f"specialty:{one}", f"Specialty: {one}") for one in await specialties(tx, [vpd])]
    return Choice(trust, groups)


async def _read(desk: Desk, reader: Principal, vpd: str, wanted: Wanted) -> tuple[Choice, GroupDelivery]:
    """The figures. Raises `NotFound` for another trust or department, and for what is none."""
    reader.require_vpd(vpd)
    day, first, last = today(desk.parts.clock), wanted.period.first, wanted.period.last
    kind, _, key = wanted.of.partition(":")
    async with desk.database.read([vpd]) as tx:
        choice = await _choice(tx, reader, vpd)
        if choice is None:
            raise NotFound(f"The trust {vpd!r} is not set up for job plans.", field="vpd")
        choice.name(wanted.of)
        if kind == "department":
            product, _, department = key.partition("/")
            found = await department_delivery(tx, choice.trust, product, department, first, last, today=day)
        elif kind == "specialty":
            found = await specialty_delivery(
                tx, choice.trust, key, first, last, today=day, departments=reader.departments
            )
        else:
            found = await trust_delivery(tx, choice.trust, first, last, today=day, departments=reader.departments)
    return choice, found


def _sorted(people: Sequence[PersonFigures], wanted: Wanted) -> list[PersonFigures]:
    _, by, descending = SORTS[wanted.sort]
    return in_order(people, by, category=wanted.category or None, descending=descending)


def _sides(one: PersonFigures, wanted: Wanted) -> Sides:
    of = one.of(wanted.category or None)
    return Sides(one.employee_number, of.planned, of.delivered)


def _figures(found: GroupDelivery) -> list[Figure]:
    totals = found.totals
    planned, delivered = sum(one.planned for one in totals), sum(one.delivered for one in totals)
    left_out = sum(one.planned is None for one in found.people)
    return [
        Figure(label="People", value=len(found.people)),
        Figure(label="PAs planned", value=f"{planned:,.2f}"),
        Figure(label="PAs delivered", value=f"{delivered:,.2f}"),
        Figure(label="Difference", value=f"{delivered - planned:+,.2f}"),
        Figure(label="Paid extra", value=f"{found.extra:,.2f}"),
        Figure(
            label="People with a figure that cannot be read",
            value=left_out,
            tone="warning" if left_out else "good",
        ),
    ]
