"""The payroll overview: what each pay holds, what of it is approved, late or refused, and its money by element."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from esrlink.http.spreadsheet import csv_answer
from esrlink.http.workbook import WORKBOOK, Sheet, workbook
from submittals.dashboard.desk import Desk, PayrollViewer
from submittals.dashboard.pay_picture import PARTS, Counts, ElementSums, Picture, by_element, counts_of, draw_pays
from submittals.esr import cut_offs
from submittals.lists.pay import Period, Share, periods_around, shares
from submittals.trusts import editions
from submittals.trusts.settings import TrustSettings

Run = Annotated[str, Query(max_length=20, pattern=r"^[A-Za-z0-9]*$")]
_COLUMNS = (
    *("trust", "run", "pay", "cut_off", "kind", "pay_element", "name", "stage", "late", "records", "units", "amount"),
)


@dataclass(frozen=True, slots=True)
class View:
    """A trust's pays as the page shows them, with one of them in full."""

    vpd: str
    counts: Sequence[Counts]
    picture: Picture | None
    chosen: Counts | None
    elements: Sequence[ElementSums]
    names: dict[str, str]

    @property
    def whole(self) -> ElementSums:
        """The elements summed up."""
        sums = self.elements
        return ElementSums(
            "All elements",
            sum(one.records for one in sums),
            sum(one.approved for one in sums),
            sum((one.units for one in sums), Decimal(0)),
            sum((one.approved_money for one in sums), Decimal(0)),
            sum((one.money for one in sums), Decimal(0)),
        )


def router(desk: Desk) -> APIRouter:
    """The page at `/payroll`, and its files."""
    page = APIRouter()

    @page.get("/payroll")
    async def payroll(request: Request, person: PayrollViewer, run: Run = "") -> HTMLResponse:
        read = await _read(desk, request, person)
        return await desk.render(
            request,
            "payroll.html",
            person,
            section="payroll",
            title="Payroll",
            views=[_view(desk, *one, run) for one in read],
            parts=list(PARTS.values()),
        )

    @page.get("/payroll.csv")
    async def as_csv(request: Request, person: PayrollViewer) -> Response:
        return csv_answer("payroll.csv", _COLUMNS, _rows(await _read(desk, request, person)))

    @page.get("/payroll.xlsx")
    async def as_workbook(request: Request, person: PayrollViewer) -> Response:
        rows = list(_rows(await _read(desk, request, person)))

        async def pieces() -> AsyncIterator[Iterable[Sequence[object]]]:
            yield rows

        return StreamingResponse(
            workbook([Sheet("Payroll", _COLUMNS, pieces())]),
            media_type=WORKBOOK,
            headers={"Content-Disposition": 'attachment; filename="payroll.xlsx"'},
        )

    return page


_Read = tuple[str, TrustSettings, list[Period], list[Share]]


async def _read(desk: Desk, request: Request, person: Principal) -> list[_Read]:
    """The pays of each trust that is shown and set up. Money of a trust is for those who may see all of it."""
    vpds = vpds_shown(request, person) if person.departments is None else ()
    async with desk.database.read(vpds) as tx:
        found = [await _of_trust(desk, tx, vpd) for vpd in vpds]
    return [one for one in found if one is not None]


async def _of_trust(desk: Desk, tx: ReadTx, vpd: str) -> _Read | None:
    now = desk.parts.clock.now()
    try:
        trust = await editions.in_force(tx, vpd, now, ("general", "pay_elements"))
    except NotFound:
        return None
    periods = periods_around(await cut_offs.load(tx, vpd, trust.period_type), now)
    return vpd, trust, periods, await shares(tx, vpd, periods, now)


def _view(desk: Desk, vpd: str, trust: TrustSettings, periods: list[Period], found: list[Share], run: str) -> View:
    counts, now = counts_of(periods, found), desk.parts.clock.now()
    chosen = next((one for one in counts if one.period.run_code == run), _telling(counts, now))
    elements = by_element(chosen.period, found) if chosen else []
    return View(vpd, counts, draw_pays(counts), chosen, elements, _names(trust))


def _telling(counts: Sequence[Counts], now: datetime) -> Counts | None:
    """The pay that comes next, or the last one that holds anything when that is still empty."""
    coming = [one for one in counts if one.period.cut_off > now]
    full = [one for one in counts if one.expected]
    return next((one for one in coming if one.expected), full[-1] if full else None)


def _names(trust: TrustSettings) -> dict[str, str]:
    return {element.code: element.name for element in trust.pay_elements}


def _rows(read: Iterable[_Read]) -> Iterable[Sequence[object]]:
    for vpd, trust, _, found in read:
        names = _names(trust)
        for one in found:
            yield (
                *(vpd, one.period.run_code, one.period.pay_name, one.period.cut_off),
                *(one.kind, one.element, names.get(one.element, ""), one.stage, "yes" if one.late else "no"),
                *(one.records, one.units, one.amount),
            )
