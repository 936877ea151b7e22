"""ESR numbers that may be one human's, trust by trust: shown, never merged. Names only for those who may see names."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from profile_sync.dashboard.desk import Desk, Viewer
from profile_sync.people.duplicates import possible_duplicates

_SHOWN = 100
_SHARED = {"nhs_unique_id": "NHS Unique ID", "registration": "registration number"}


def router(desk: Desk) -> APIRouter:
    """The page at `/duplicates`."""
    page = APIRouter()

    @page.get("/duplicates")
    async def duplicates(request: Request, reader: Viewer) -> HTMLResponse:
        vpds = vpds_shown(request, reader)
        async with desk.database.read(vpds) as tx:
            trusts = [(vpd, *await possible_duplicates(tx, vpd, _SHOWN)) for vpd in vpds]
        return await desk.render(
            request,
            "duplicates.html",
            reader,
            section="duplicates",
            title="Duplicates",
            trusts=[(vpd, groups, count) for vpd, groups, count in trusts if groups],
            shared=_SHARED,
        )

    return page
