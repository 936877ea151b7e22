"""The page on which a person's plan is found: by ESR number, or in the list of all plans by state and specialty."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts import PlanState
from esrlink.http.downloads import FileForm, file_answer, sheet
from esrlink.web.desk import Said, told
from jobplan_adapter.dashboard.desk import Desk, PlanReader
from jobplan_adapter.dashboard.place import Cursor, key_at, place_of
from jobplan_adapter.lists.people import Listed, people_with_plans, specialties, trusts_that_know

Typed = Annotated[str, Query(max_length=500, pattern=r"^[^\x00]*$")]
"""A specialty in an address, as a provider writes it."""

COLUMNS = (
    *("trust", "employee_number", "provider", "plan_id", "version", "state", "effective_from", "effective_to"),
    *("core_pas", "specialty", "post"),
)
_SAID = {
    "number": "That is no ESR number: type eight digits, zeros in front too. Names are not searched here.",
    "nobody": "No person of that ESR number is known here that you may see.",
}
_NUMBER = re.compile(r"[0-9A-Z]{1,30}")
_SHOWN = 50
# A file for a spreadsheet; what is over is narrowed by state or specialty.
_MOST = 20_000
# As ESR writes numbers: eight digits, zeros in front.
_WIDTH = 8


def router(desk: Desk) -> APIRouter:
    """The page at `/people`, the form that leads to a person, and the list as a file."""
    page = APIRouter()

    @page.get("/people")
    async def people(
        request: Request,
        reader: PlanReader,
        state: PlanState | None = None,
        specialty: Typed = "",
        cursor: Cursor = "",
        said: Said = None,
    ) -> HTMLResponse:
        found, choice = await _read(desk, request, reader, state, specialty, cursor, _SHOWN + 1)
        query = {name: value for name, value in (("state", state or ""), ("specialty", specialty)) if value}
        more = len(found) > _SHOWN
        return await desk.render(
            request,
            "people.html",
            reader,
            section="people",
            title="People",
            found=found[:_SHOWN],
            state=state or "",
            states=list(PlanState),
            specialty=specialty,
            specialties=choice,
            refused=told(said, _SAID),
            address=urlencode(query),
            first=f"?{urlencode(query)}" if cursor else None,
            following=f"?{urlencode({**query, 'cursor': place_of(found[_SHOWN - 1].key)})}" if more else None,
        )

    @page.post("/people")
    async def find(
        reader: PlanReader, number: Annotated[str, Form(max_length=100, pattern=r"^[^\x00]*$")] = ""
    ) -> RedirectResponse:
        typed = number.strip().upper()
        if not _NUMBER.fullmatch(typed):
            return desk.to("people", said="number")
        wanted = typed.zfill(_WIDTH) if typed.isdecimal() else typed
        vpds = sorted(reader.vpds)
        async with desk.database.read(vpds) as tx:
            known = await trusts_that_know(tx, vpds, wanted)
        return desk.to(f"people/{known[0]}/{wanted}") if known else desk.to("people", said="nobody")

    @page.get("/people.{format_}")
    async def download(
        request: Request,
        reader: PlanReader,
        format_: FileForm,
        state: PlanState | None = None,
        specialty: Typed = "",
    ) -> Response:
        found, _ = await _read(desk, request, reader, state, specialty, "", _MOST)
        rows = [
            (
                *(one.vpd, one.employee_number, one.provider, one.plan_id, one.version, one.state),
                *(one.effective_from, one.effective_to),
                *(one.core_pas if one.core_raw is None else one.core_raw, one.specialty, one.post),
            )
            for one in found
        ]
        return file_answer("job-plans", [sheet("Job plans", COLUMNS, rows)], format_)

    return page


async def _read(
    desk: Desk,
    request: Request,
    reader: Principal,
    state: PlanState | None,
    specialty: str,
    cursor: str,
    limit: int,
) -> tuple[list[Listed], list[str]]:
    """A page of the list, and the specialties to choose from: two statements."""
    vpds = vpds_shown(request, reader)
    departments = None if reader.departments is None else sorted(reader.departments)
    async with desk.database.read(vpds) as tx:
        found = await people_with_plans(
            tx, vpds, departments, state=state or "", specialty=specialty, after=key_at(cursor), limit=limit
        )
        choice = await specialties(tx, vpds)
    return found, choice
