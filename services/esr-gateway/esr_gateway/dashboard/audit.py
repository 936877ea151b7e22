"""The page of the audit trail: who did what to what, and whether the trail is as it was written."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from esr_gateway.dashboard.desk import Auditor, Desk, Typed
from esrlink import audit
from esrlink.auth.trust_choice import vpds_shown
from esrlink.db import ReadTx
from esrlink.http.spreadsheet import csv_answer

_SHOWN = 50
_MOST = 10_000


def router(desk: Desk) -> APIRouter:
    """The page, and the same as a file."""
    page = APIRouter()

    @page.get("/audit")
    async def trail(
        request: Request,
        person: Auditor,
        about: Typed = "",
        actor: Typed = "",
        action: Typed = "",
        behind: Annotated[str, Query(max_length=30, pattern=r"^([0-9]{3}-[0-9]{1,18})?$")] = "",
        check: Annotated[bool, Query()] = False,
    ) -> Response:
        vpds = vpds_shown(request, person)
        wanted = audit.AuditFilter(about.strip() or None, actor.strip() or None, action.strip() or None)
        async with desk.database.read(vpds) as tx:
            found = await audit.entries(tx, vpds, wanted, before=_place(behind), limit=_SHOWN + 1)
            actions = await audit.actions(tx, vpds)
            chains = await _chains(tx, vpds) if check else None
        query = {"about": wanted.about or "", "actor": wanted.actor or "", "action": wanted.action or ""}
        last = found[_SHOWN - 1] if len(found) > _SHOWN else None
        return await desk.render(
            request,
            "audit.html",
            person,
            section="audit",
            title="Audit",
            entries=found[:_SHOWN],
            action_pairs=[(name, _words(name)) for name in actions],
            action_words=_words,
            chains=chains,
            wanted=wanted,
            csv=f"{desk.home}audit.csv?{urlencode(query)}",
            first=f"?{urlencode(query)}" if behind else None,
            older=f"?{urlencode({**query, 'behind': f'{last.vpd}-{last.number}'})}" if last else None,
        )

    @page.get("/audit.csv")
    async def download(
        request: Request, person: Auditor, about: Typed = "", actor: Typed = "", action: Typed = ""
    ) -> Response:
        vpds = vpds_shown(request, person)
        wanted = audit.AuditFilter(about.strip() or None, actor.strip() or None, action.strip() or None)
        async with desk.database.read(vpds) as tx:
            found = await audit.entries(tx, vpds, wanted, limit=_MOST)
        return csv_answer("audit.csv", audit.COLUMNS, [audit.cells(one) for one in found])

    return page


def _words(action: str) -> str:
    """`file.released` as people say it."""
    return action.replace(".", " ").replace("_", " ").capitalize()


def _place(behind: str) -> tuple[str, int] | None:
    vpd, _, number = behind.partition("-")
    return (vpd, int(number)) if number else None


async def _chains(tx: ReadTx, vpds: tuple[str, ...]) -> dict[str, audit.BrokenChain | int]:
    return {vpd: await audit.verify(tx, vpd) for vpd in vpds}
