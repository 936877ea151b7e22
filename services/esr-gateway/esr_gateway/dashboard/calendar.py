"""The payroll calendar: each trust's periods with their cut-offs, and a new calendar by CSV: checked first, then taken."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.dashboard.run_desk import Planner, may
from esr_gateway.to_esr.calendar_csv import COLUMNS
from esr_gateway.to_esr.calendar_upload import Mode, check_calendar, take_calendar, text_of
from esr_gateway.to_esr.calendar_view import calendar_of, holidays_of
from esr_gateway.to_esr.missed import waits_for_person
from esr_gateway.trusts import all_trusts, find_trust
from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts.types import Vpd
from esrlink.errors import EsrLinkError
from esrlink.web.desk import Said, told

_PAST_SHOWN = 6  # runs whose cut-off has passed; the others are in the list of runs
_SAID = {
    "taken": "The calendar is taken. Records that wait were told of their runs.",
    "same": "The calendar is the same as before. Nothing was changed.",
    "send": "The missed run is being closed now, with what was approved before its cut-off.",
    "roll": "The missed run is left out. What was approved for it goes with the next run.",
}
_Text = Annotated[str, Form(max_length=1_000_000)]


def router(desk: Desk) -> APIRouter:
    """The page at `/calendar`, and its forms."""
    page = APIRouter(prefix="/calendar")

    @page.get("")
    async def calendar(request: Request, person: Viewer, said: Said = None) -> HTMLResponse:
        return await _page(desk, request, person, flash=told(said, _SAID))

    @page.post("/{vpd}/check")
    async def check(
        request: Request,
        person: Planner,
        vpd: Annotated[Vpd, Path()],
        mode: Annotated[Mode, Form()] = "add",
        file: UploadFile | None = None,
    ) -> HTMLResponse:
        person.require_vpd(vpd)
        text = text_of(await file.read()) if file is not None and file.filename else ""
        if not text.strip():
            return await _page(desk, request, person, refused="Choose a CSV file that is not empty.", status=422)
        return await _checked(desk, request, person, vpd, text, mode)

    @page.post("/{vpd}/import", response_model=None)
    async def take(
        request: Request,
        person: Planner,
        vpd: Annotated[Vpd, Path()],
        text: _Text,
        revision: Annotated[int, Form(ge=0, le=2**31 - 1)],
        mode: Annotated[Mode, Form()] = "add",
    ) -> HTMLResponse | RedirectResponse:
        person.require_vpd(vpd)
        now = desk.parts.clock.now()
        try:
            async with desk.database.write([vpd]) as tx:
                plan = await take_calendar(tx, vpd, text, mode, revision=revision, by=person.subject, now=now)
        except EsrLinkError as refused:
            if refused.status not in {409, 422}:
                raise
            return await _checked(desk, request, person, vpd, text, mode, refused=refused)
        return desk.to("calendar", said="same" if plan.is_empty else "taken")

    return page


async def _page(desk: Desk, request: Request, person: Principal, **context: Any) -> HTMLResponse:
    vpds, now = vpds_shown(request, person), desk.parts.clock.now()
    async with desk.database.read(vpds) as tx:
        periods = await calendar_of(tx, vpds, now)
        trusts = {one.vpd: one for one in await all_trusts(tx) if one.vpd in vpds}
    by_trust = {vpd: list(some) for vpd, some in groupby(periods, lambda one: one.vpd)}
    shown = {vpd: _near(by_trust.get(vpd, [])) for vpd in vpds}
    days = [one.pay_date for some in shown.values() for one in some] or [now.date()]
    return await desk.render(
        request,
        "calendar.html",
        person,
        section="calendar",
        title="Payroll calendar",
        calendars=shown,
        to_decide=[
            one
            for some in by_trust.values()
            for one in some
            if one.state == "late" and waits_for_person(trusts[one.vpd], one, now)
        ],
        holidays=[(day, name) for day, name in holidays_of(now.date(), max(days)) if day >= now.date()],
        columns=COLUMNS,
        **may(person),
        **context,
    )


def _near(periods: list[Any]) -> list[Any]:
    past = [one for one in periods if one.state not in {"open", "late"}]
    return [*past[-_PAST_SHOWN:], *(one for one in periods if one.state in {"open", "late"})]


async def _checked(
    desk: Desk,
    request: Request,
    person: Principal,
    vpd: str,
    text: str,
    mode: Mode,
    refused: EsrLinkError | None = None,
) -> HTMLResponse:
    async with desk.database.read([vpd]) as tx:
        checked = await check_calendar(tx, await find_trust(tx, vpd), text, mode)
    return await desk.render(
        request,
        "calendar_check.html",
        person,
        section="calendar",
        title="Check of a calendar",
        above=(("calendar", "Payroll calendar"),),
        status=200 if refused is None else refused.status,
        vpd=vpd,
        text=text,
        mode=mode,
        checked=checked,
        refused=refused,
    )
