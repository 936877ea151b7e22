"""The page on which a payroll officer signs a frozen run, and the form that takes a run apart again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.dashboard.run import SHOWN, run_of
from esr_gateway.dashboard.run_desk import Decider, Officer, amount_of, may
from esr_gateway.to_esr.advice import what_to_do
from esr_gateway.to_esr.reopening import reopen
from esr_gateway.to_esr.run_files import files_of_run
from esr_gateway.to_esr.run_look import held_from, runs_before
from esr_gateway.to_esr.signing import find_signature, may_sign, sign, statement_of
from esr_gateway.to_esr.totals import totals_of_run
from esr_gateway.trust_lock import trust_lock
from esr_gateway.trusts import find_trust
from esrlink.auth import Principal
from esrlink.errors import Conflict, EsrLinkError, Invalid


def router(desk: Desk) -> APIRouter:
    """The page at `/runs/{run_id}/sign`, and the forms."""
    page = APIRouter(prefix="/runs/{run_id}")

    @page.get("/sign")
    async def look(request: Request, person: Viewer, run_id: UUID) -> HTMLResponse:
        return await _page(desk, request, person, run_id)

    @page.post("/sign", response_model=None)
    async def sign_run(
        request: Request,
        person: Officer,
        run_id: UUID,
        pack_sha256: Annotated[str, Form(max_length=64)] = "",
        agreed: Annotated[str, Form(max_length=10)] = "",
    ) -> HTMLResponse | RedirectResponse:
        if agreed != "yes":
            unsigned = Invalid("Tick the box if you agree to the sentence; then sign.", field="agreed")
            return await _page(desk, request, person, run_id, refused=unsigned)
        async with desk.database.read(person.vpds) as tx:
            vpd = (await run_of(tx, run_id)).vpd
        try:
            async with desk.database.write([vpd]) as tx:
                trust, now = await find_trust(tx, vpd), desk.parts.clock.now()
                await sign(tx, trust, run_id, subject=person.subject, pack_sha256=pack_sha256, now=now)
        except Conflict as refused:
            return await _page(desk, request, person, run_id, refused=refused)
        return desk.to(f"runs/{run_id}", said="signed")

    @page.post("/reopen", response_model=None)
    async def reopen_run(
        request: Request, person: Decider, run_id: UUID, reason: Annotated[str, Form(max_length=500)] = ""
    ) -> HTMLResponse | RedirectResponse:
        async with desk.database.read(person.vpds) as tx:
            row = await run_of(tx, run_id)
        try:
            # Nobody may begin to send meanwhile.
            async with (
                trust_lock(desk.database, row.vpd, wait=desk.gateway.lock_wait),
                desk.database.write([row.vpd]) as tx,
            ):
                trust = await find_trust(tx, row.vpd)
                await reopen(tx, trust, run_id, by=person.subject, reason=reason, now=desk.parts.clock.now())
        except (Conflict, Invalid) as refused:
            return await _page(desk, request, person, run_id, refused=refused)
        return desk.to(f"runs/open/{row.vpd}/{row.run_code}", said="reopened")

    return page


async def _page(
    desk: Desk, request: Request, person: Principal, run_id: UUID, refused: EsrLinkError | None = None
) -> HTMLResponse:
    async with desk.database.read(person.vpds) as tx:
        row = await run_of(tx, run_id)
        trust = await find_trust(tx, row.vpd)
        files = await files_of_run(tx, row.vpd, run_id)
        totals = await totals_of_run(tx, row.vpd, run_id, "element")
        departments = await totals_of_run(tx, row.vpd, run_id, "department")
        before = await runs_before(tx, row.vpd, row.run_code, row.cut_off)
        held = await held_from(tx, row.vpd, row.run_code, limit=SHOWN)
        signed = await find_signature(tx, row.vpd, run_id)
    return await desk.render(
        request,
        "run_sign.html",
        person,
        section="runs",
        title=f"Sign {row.pay_name}",
        above=(("runs", "Payroll runs"), (f"runs/{run_id}", row.pay_name)),
        status=200 if refused is None else refused.status,
        run=row,
        amount=amount_of(row),
        files=files,
        totals=totals,
        departments=departments,
        before=before,
        held=held,
        advice=what_to_do,
        statement=statement_of(row),
        signed=signed,
        refused=refused,
        is_named=may_sign(trust, person.subject),
        officers=trust.settings.officers,
        is_unsigned=trust.settings.sign == "unsigned",
        **may(person),
    )
