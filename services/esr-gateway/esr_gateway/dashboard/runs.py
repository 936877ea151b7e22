"""The list of runs: the open ones with their countdown, then those that were closed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.dashboard.run_desk import amount_of, may
from esr_gateway.to_esr.run_list import CLOSED_STATES, closed_runs, files_of_runs, open_runs
from esr_gateway.trusts import all_trusts
from esrlink.auth.trust_choice import vpds_shown
from esrlink.web.desk import Said, told

_SHOWN = 25
_SAID = {
    "closed": "The run was closed. Your reason is in the audit trail.",
    "supplementary": "The supplementary run is open. Records that are approved before its cut-off go into it.",
}


def router(desk: Desk) -> APIRouter:
    """The page at `/runs`."""
    page = APIRouter()

    @page.get("/runs")
    async def runs(
        request: Request,
        person: Viewer,
        state: Annotated[str, Query(max_length=50)] = "",
        number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
        said: Said = None,
    ) -> HTMLResponse:
        vpds = vpds_shown(request, person)
        chosen = state if state in CLOSED_STATES else None
        async with desk.database.read(vpds) as tx:
            are_open = await open_runs(tx, vpds)
            rows = await closed_runs(tx, vpds, state=chosen, limit=_SHOWN + 1, offset=(number - 1) * _SHOWN)
            files = await files_of_runs(tx, vpds, [row.run_id for row in rows])
            to_sign = await closed_runs(tx, vpds, state="frozen", limit=_SHOWN)
            signed = {one.vpd for one in await all_trusts(tx) if one.settings.sign == "named_officer"}
        now = desk.parts.clock.now()
        # The next run of each trust and pay, what is late, and whatever records wait for; the rest is in the calendar.
        seen: set[tuple[str, str, str]] = set()
        near = []
        for one in are_open:
            kind = (one.vpd, one.run_code[0], one.run)
            if kind not in seen or one.waiting or one.cut_off <= now:
                near.append(one)
            if one.cut_off > now:
                seen.add(kind)
        return await desk.render(
            request,
            "runs.html",
            person,
            section="runs",
            title="Payroll runs",
            flash=told(said, _SAID),
            open=near,
            later=len(are_open) - len(near),
            runs=[(row, files[row.run_id], amount_of(row)) for row in rows[:_SHOWN]],
            to_sign=[row for row in to_sign if row.vpd in signed],
            state=chosen,
            states=CLOSED_STATES,
            page=number,
            has_more=len(rows) > _SHOWN,
            **may(person),
        )

    return page
