"""The form that opens a supplementary run: for what must not wait for the next normal pay."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk
from esr_gateway.dashboard.run_desk import Decider
from esr_gateway.to_esr.calendar_view import calendar_of
from esr_gateway.to_esr.pay_calendar import open_supplementary
from esr_gateway.trusts import find_trust
from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import LONDON
from esrlink.errors import EsrLinkError, Invalid

_LATEST = 12
Text = Annotated[str, Form(max_length=50, pattern=r"^[^\x00]*$")]


def router(desk: Desk) -> APIRouter:
    """The page at `/runs/supplementary`, and its form."""
    page = APIRouter()

    @page.get("/runs/supplementary")
    async def ask(request: Request, person: Decider) -> HTMLResponse:
        return await _page(desk, request, person)

    @page.post("/runs/supplementary", response_model=None)
    async def open_it(
        request: Request, person: Decider, after: Text = "", cut_off: Text = "", pay_date: Text = ""
    ) -> HTMLResponse | RedirectResponse:
        typed = {"after": after, "cut_off": cut_off, "pay_date": pay_date}
        try:
            vpd, _, run_code = after.partition("/")
            if not vpd or not run_code:
                return await _refused(desk, request, person, Invalid("Choose the run.", field="after"), typed)
            person.require_vpd(vpd)
            moment, day = _local(cut_off), _day(pay_date)
            async with desk.database.write([vpd]) as tx:
                await open_supplementary(
                    tx,
                    await find_trust(tx, vpd),
                    after_run_code=run_code,
                    cut_off=moment,
                    pay_date=day,
                    by=person.subject,
                    now=desk.parts.clock.now(),
                )
        except EsrLinkError as refused:
            if refused.status not in {409, 422}:
                raise
            return await _refused(desk, request, person, refused, typed)
        return desk.to("runs", said="supplementary")

    return page


async def _refused(
    desk: Desk, request: Request, person: Principal, refused: EsrLinkError, typed: dict[str, str]
) -> HTMLResponse:
    return await _page(desk, request, person, refused=refused, typed=typed, status=refused.status)


async def _page(desk: Desk, request: Request, person: Principal, **context: Any) -> HTMLResponse:
    vpds, now = vpds_shown(request, person), desk.parts.clock.now()
    async with desk.database.read(vpds) as tx:
        periods = [one for one in await calendar_of(tx, vpds, now) if one.run == "N"]
    return await desk.render(
        request,
        "run_supplementary.html",
        person,
        section="runs",
        title="Open a supplementary run",
        above=(("runs", "Payroll runs"),),
        periods=sorted(periods, key=lambda one: abs(one.cut_off - now))[:_LATEST],
        **context,
    )


def _local(text: str) -> datetime:
    """A local time as browsers send it (2026-08-12T12:00), aware. Raises `Invalid`."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=LONDON)
    except ValueError:
        sentence = "Say the cut-off as a day and a time, such as 2026-08-12T12:00."
        raise Invalid(sentence, field="cut_off") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("Say the pay date as a day, such as 2026-08-14.", field="pay_date") from None
