"""Registrations that expire soon, or have: by department, one by one, and as a file. Names only for those who may see names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import today
from esrlink.http.spreadsheet import csv_answer
from esrlink.web.wording import counted
from profile_sync.dashboard.desk import Desk, Viewer, sees_names
from profile_sync.people.expiring import WITHIN, Ending, count_ending, ending_registrations
from profile_sync.reviews.reading import departments_of

_SHOWN = 50
_LONGEST = max(WITHIN)
_MOST_ROWS = 5_000
_PLAIN = ("trust", "esr_number", "body", "expires", "days_left", "departments")
_NAMED = ("title", "given_name", "family_name", "registration_number")
NOBODY = "-"
"""The department of people without a linked profile."""

Within = Annotated[int, Query(ge=0, le=max(WITHIN))]
Department = Annotated[str, Query(max_length=110, pattern=r"^[^\x00]*$")]


def router(desk: Desk) -> APIRouter:
    """The page at `/registrations`, and the same as a file."""
    page = APIRouter()

    @page.get("/registrations")
    async def registrations(
        request: Request,
        reader: Viewer,
        within: Within = _LONGEST,
        department: Department = "",
        cursor: Annotated[str | None, Query(max_length=2_000)] = None,
    ) -> HTMLResponse:
        vpds, day = vpds_shown(request, reader), today(desk.parts.clock)
        async with desk.database.read(vpds) as tx:
            counts = await count_ending(tx, vpds, reader.departments, day)
            found, following = await ending_registrations(
                tx,
                vpds,
                reader.departments,
                day,
                within=within,
                department=department,
                cursor=desk.typed.found(cursor),
                limit=_SHOWN,
            )
            names = await departments_of(tx, vpds)
        query = {"within": str(within), **({"department": department} if department else {})}
        return await desk.render(
            request,
            "registrations.html",
            reader,
            section="registrations",
            title="Registrations",
            counts=[one for one in counts if one.department],
            found=[(one, *expiry_words(one.expires, day)) for one in found],
            department_names={f"{vpd}/{key}/{name}": names[vpd, key, name] for vpd, key, name in names},
            choices=_choices(names),
            within=within,
            department=department,
            query=urlencode(query),
            first=f"?{urlencode(query)}" if cursor else None,
            following=f"?{urlencode({**query, 'cursor': desk.typed.hide(following)})}" if following else None,
        )

    @page.get("/registrations.csv")
    async def download(
        request: Request, reader: Viewer, within: Within = _LONGEST, department: Department = ""
    ) -> Response:
        vpds, day = vpds_shown(request, reader), today(desk.parts.clock)
        async with desk.database.read(vpds) as tx:
            found, _ = await ending_registrations(
                tx, vpds, reader.departments, day, within=within, department=department, limit=_MOST_ROWS
            )
        named = sees_names(reader)
        columns = _PLAIN + (_NAMED if named else ())
        return csv_answer("registrations.csv", columns, [_cells(one, day, named=named) for one in found])

    return page


def expiry_words(expires: date, day: date) -> tuple[str, str]:
    """The tone and the words of how long a registration still holds."""
    left = (expires - day).days
    if left < 0:
        return "bad", f"Expired {counted(-left, 'day')} ago"
    return "warning" if left <= min(WITHIN) else "neutral", f"In {counted(left, 'day')}" if left else "Today"


def _choices(names: Any) -> list[tuple[str, str]]:
    known = {f"{product}/{department}": name for (_, product, department), name in names.items()}
    return [*sorted(known.items(), key=lambda pair: pair[1]), (NOBODY, "No linked profile")]


def _cells(one: Ending, day: date, *, named: bool) -> Sequence[object]:
    plain = (one.vpd, one.employee_number, one.body, one.expires, (one.expires - day).days, " ".join(one.linked))
    return (*plain, one.title, one.given_name, one.family_name, one.number) if named else plain
