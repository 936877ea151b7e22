"""The corrections of what was sent, the newest first: which wait for a second person, and what became of the others."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from submittals.corrections.correction import Correction, CorrectionState, listed
from submittals.dashboard.desk import Desk, PayrollViewer

MOST = 100
"""Corrections of a trust that are shown."""


def router(desk: Desk) -> APIRouter:
    """The page at `/corrections`."""
    page = APIRouter()

    @page.get("/corrections")
    async def corrections(
        request: Request, person: PayrollViewer, state: Annotated[CorrectionState | None, Query()] = None
    ) -> HTMLResponse:
        vpds = vpds_shown(request, person)
        found: list[Correction] = []
        async with desk.database.read(vpds) as tx:
            departments = await desk.department_names(tx, vpds)
            for vpd in vpds:
                found += await listed(tx, vpd, person.departments, state, MOST)
        found.sort(key=lambda one: (one.state != "proposed", -one.proposed_at.timestamp()))
        return await desk.render(
            request,
            "corrections.html",
            person,
            section="corrections",
            title="Corrections",
            corrections=found[:MOST],
            departments=departments,
        )

    return page
