"""The page of a run that is still open, as it would be now; a supplementary run; and what becomes of a missed cut-off."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.dashboard.run_desk import Decider, may
from esr_gateway.exchange.port import ExchangeRefused, ExchangeUnavailable
from esr_gateway.to_esr.advice import what_to_do
from esr_gateway.to_esr.hindrances import Despite
from esr_gateway.to_esr.missed import Decision, decide_missed, waits_for_person
from esr_gateway.to_esr.periods import find_period
from esr_gateway.to_esr.preview import preview
from esr_gateway.to_esr.run_look import runs_before
from esr_gateway.to_esr.totals import BY, By
from esr_gateway.trusts import find_trust
from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts.types import Vpd
from esrlink.errors import Conflict
from esrlink.web.desk import Said, told

RunCode = Annotated[str, Path(pattern=r"^[WMLB][NS][0-9]{4}$")]
_SHOWN = 100
_SAID = {
    "reopened": "The run is open again, and its records wait. Decide below when it is made anew.",
}


def router(desk: Desk) -> APIRouter:
    """The pages at `/runs/open/...`, and the form on missed cut-offs."""
    page = APIRouter()

    @page.get("/runs/open/{run_code}", response_model=None)
    async def of_any_trust(request: Request, person: Viewer, run_code: RunCode) -> RedirectResponse:
        """Where a place names a run without its trust: the one trust that is shown, or the list."""
        vpds = vpds_shown(request, person)
        return desk.to(f"runs/open/{vpds[0]}/{run_code}") if len(vpds) == 1 else desk.to("runs")

    @page.get("/runs/open/{vpd}/{run_code}", response_model=None)
    async def open_run(
        request: Request,
        person: Viewer,
        vpd: Annotated[Vpd, Path()],
        run_code: RunCode,
        by: Annotated[str, Query(max_length=50)] = BY[0],
        said: Said = None,
    ) -> HTMLResponse | RedirectResponse:
        person.require_vpd(vpd)
        try:
            return await _page(desk, request, person, vpd, run_code, by, said)
        except Conflict:
            return desk.to("runs")  # it was closed since the link was made

    @page.post("/calendar/{vpd}/missed/{run_code}")
    async def decide(
        person: Decider, vpd: Annotated[Vpd, Path()], run_code: RunCode, decision: Annotated[Decision, Form()]
    ) -> RedirectResponse:
        person.require_vpd(vpd)
        async with desk.database.write([vpd]) as tx:
            now = desk.parts.clock.now()
            await decide_missed(tx, vpd, run_code, decision=decision, by=person.subject, now=now)
        return desk.to("calendar", said=decision)

    @page.post("/runs/open/{vpd}/close")
    async def close(
        person: Decider, vpd: Annotated[Vpd, Path()], reason: Annotated[str, Form(max_length=500)] = ""
    ) -> RedirectResponse:
        """Close what is due although withdrawals may be missing: a person takes that upon themselves."""
        person.require_vpd(vpd)
        async with desk.database.read([vpd]) as tx:
            trust = await find_trust(tx, vpd)
        despite = Despite(person.subject, reason)
        # Frozen it is in any case; it is sent as soon as ESR answers, and its page says so.
        with suppress(ExchangeUnavailable, ExchangeRefused):
            await desk.gateway.closer.close_due(trust, wait=desk.gateway.lock_wait, despite=despite)
        return desk.to("runs", said="closed")

    return page


async def _page(
    desk: Desk, request: Request, person: Principal, vpd: str, run_code: str, by: str, said: str | None
) -> HTMLResponse:
    now = desk.parts.clock.now()
    async with desk.database.read([vpd]) as tx:
        trust = await find_trust(tx, vpd)
        seen = await preview(tx, trust, run_code, now, shown=_SHOWN)
        period = await find_period(tx, vpd, run_code)
        before = await runs_before(tx, vpd, run_code, seen.cut_off)
    chosen: By = next((one for one in BY if one == by), BY[0])
    totals = {"element": seen.by_element, "department": seen.by_department, "assignment": seen.by_assignment}[chosen]
    amounts = [one.amount for one in seen.by_element if one.amount is not None]
    return await desk.render(
        request,
        "run_preview.html",
        person,
        section="runs",
        title=f"{seen.pay_name}, trust {vpd}",
        above=(("runs", "Payroll runs"),),
        flash=told(said, _SAID),
        vpd=vpd,
        seen=seen,
        is_late=seen.cut_off <= now,
        waits=seen.cut_off <= now and waits_for_person(trust, period, now),
        reopened_by=period.missed_by if period is not None and period.missed == "reopened" else None,
        totals=totals,
        amount=sum(amounts) if amounts else None,
        before=before,
        by=chosen,
        ways=BY,
        advice=what_to_do,
        is_signed=trust.settings.sign == "named_officer",
        has_exchange=trust.settings.exchange is not None,
        **may(person),
    )
