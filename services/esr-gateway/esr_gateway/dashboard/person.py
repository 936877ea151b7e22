"""The page of what ESR's files say of one person, row by row: for those who mend what is wrong, and each look is remembered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse

from esr_gateway.dashboard.desk import Desk
from esr_gateway.from_esr.kept_rows import rows_of_person
from esrlink import audit
from esrlink.auth import Principal, Role, signed_in
from esrlink.contracts.types import Vpd
from esrlink.errors import NotFound

NAMES_FOR = (Role.OPERATOR, Role.ADMINISTRATOR, Role.PAYROLL_OFFICER)
"""Who may see what ESR says of a person beyond the ESR number."""

_Reader = Annotated[Principal, Depends(signed_in(*NAMES_FOR))]
_Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,30}$")]
_SHOWN = 50


def router(desk: Desk) -> APIRouter:
    """The page."""
    page = APIRouter()

    @page.get("/people/{vpd}/{number}")
    async def person(request: Request, reader: _Reader, vpd: Annotated[Vpd, Path()], number: _Number) -> HTMLResponse:
        reader.require_vpd(vpd)
        now = desk.parts.clock.now()
        async with desk.database.write([vpd]) as tx:
            found = await rows_of_person(tx, vpd, number)
            if not found:
                raise NotFound("ESR's files show no such person in a trust that you may see.", field="number")
            await audit.record(tx, vpd, actor=reader.subject, action="person.looked_at", about=number, at=now)
        return await desk.render(
            request,
            "person.html",
            reader,
            section="search",
            title=f"ESR number {number}",
            above=(("search", "Search"),),
            vpd=vpd,
            number=number,
            records=found,
            most=_SHOWN,
        )

    return page
