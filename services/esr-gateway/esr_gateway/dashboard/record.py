"""The page of one approved record: where it came from, what carries it to ESR, and every fact that came in about it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.dashboard.run_desk import may
from esr_gateway.from_esr.proof import proof_of, sight_of
from esr_gateway.to_esr.advice import what_to_do
from esr_gateway.to_esr.record_trail import in_words, trail_of
from esr_gateway.trusts import find_trust
from esrlink.web.desk import Said, told

Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
_SAID = {
    "held": "The record is held back. It goes into no run until somebody releases it.",
    "released": "The record is released. It goes with the next run.",
    "withdrawn": "The record is withdrawn. It goes into no run.",
}


def router(desk: Desk) -> APIRouter:
    """The page at `/records/{submittal_id}/{version}`."""
    page = APIRouter()

    @page.get("/records/{submittal_id}/{version}")
    async def record(
        request: Request, person: Viewer, submittal_id: UUID, version: Version, said: Said = None
    ) -> HTMLResponse:
        async with desk.database.read(person.vpds) as tx:
            trail = await trail_of(tx, submittal_id, version)
            sight = await sight_of(tx, await find_trust(tx, trail.instruction.vpd))
        of = trail.instruction
        above = [("runs", "Payroll runs")]
        if trail.line is not None:
            above.append((f"runs/{trail.line.run_id}", trail.line.pay_name))
        return await desk.render(
            request,
            "record.html",
            person,
            section="runs",
            title=f"Record of {of.employee_number}",
            above=tuple(above),
            flash=told(said, _SAID),
            trail=trail,
            instruction=of,
            line=trail.line,
            approved=trail.approved,
            facts=[(one, in_words(one)) for one in trail.facts],
            proof=proof_of(trail.line, sight).sentence if trail.line is not None else None,
            advice=what_to_do(of.code) if of.state == "held" else None,
            **may(person),
        )

    return page
