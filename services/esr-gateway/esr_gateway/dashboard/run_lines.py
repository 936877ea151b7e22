"""The lines of one run, searched and page by page."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from esr_gateway.dashboard.desk import Desk, Typed, Viewer
from esr_gateway.dashboard.run import run_of
from esr_gateway.from_esr.proof import proof_of, sight_of
from esr_gateway.to_esr.run_files import files_of_run
from esr_gateway.to_esr.run_lines import CHANGES, LineFilter, count_lines, find_lines, states_of_lines
from esr_gateway.trusts import find_trust

_SHOWN = 50


def router(desk: Desk) -> APIRouter:
    """The page at `/runs/{run_id}/lines`."""
    page = APIRouter()

    @page.get("/runs/{run_id}/lines")
    async def lines(
        request: Request,
        person: Viewer,
        run_id: UUID,
        text: Typed = "",
        change: Annotated[str, Query(max_length=50)] = "",
        state: Annotated[str, Query(max_length=50)] = "",
        file_name: Typed = "",
        number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    ) -> HTMLResponse:
        async with desk.database.read(person.vpds) as tx:
            row = await run_of(tx, run_id)
            states = await states_of_lines(tx, row.vpd, run_id)
            files = await files_of_run(tx, row.vpd, run_id)
            wanted = LineFilter(
                text=text.strip() or None,
                change=next((one for one in CHANGES if one == change), None),
                state=state if state in states else None,
                file_name=next((one.file_name for one in files if one.file_name == file_name), None),
            )
            found = await find_lines(tx, row.vpd, run_id, wanted, limit=_SHOWN + 1, offset=(number - 1) * _SHOWN)
            sight = await sight_of(tx, await find_trust(tx, row.vpd))
            matching = await count_lines(tx, row.vpd, run_id, wanted)
        query = {"text": wanted.text, "change": wanted.change, "state": wanted.state, "file_name": wanted.file_name}
        return await desk.render(
            request,
            "run_lines.html",
            person,
            section="runs",
            title=f"Lines of {row.pay_name}",
            above=(("runs", "Payroll runs"), (f"runs/{run_id}", row.pay_name)),
            run=row,
            lines=[(one, proof_of(one, sight).sentence) for one in found[:_SHOWN]],
            matching=matching,
            wanted=wanted,
            query={name: value for name, value in query.items() if value},
            states=states,
            changes=CHANGES,
            files=[one.file_name for one in files],
            page=number,
            first=(number - 1) * _SHOWN + 1,
            has_more=len(found) > _SHOWN,
        )

    return page
