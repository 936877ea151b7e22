"""The page of a service's audit trail: who did what to what, and whether the trail is as it was written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from esrlink import audit
from esrlink.auth import Principal, signed_in
from esrlink.auth.trust_choice import vpds_shown
from esrlink.db import Database, ReadTx
from esrlink.http.audit import AUDITORS
from esrlink.http.spreadsheet import csv_answer

Auditor = Annotated[Principal, Depends(signed_in(*sorted(AUDITORS)))]
"""May read who did what."""

Typed = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
"""A text in an address, as somebody typed it."""

_SHOWN = 50
_MOST = 10_000


Render = Callable[..., Awaitable[HTMLResponse]]


def audit_page(database: Database, render: Render, *, home: str, frame: str) -> APIRouter:
    """The page at `/audit` under `home` (with a slash at its end), and the same as a file.

    `render` makes a page of the service in its section, in the template `frame` that all of them are in.
    """
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
        async with database.read(vpds) as tx:
            found = await audit.entries(tx, vpds, wanted, before=_place(behind), limit=_SHOWN + 1)
            actions = await audit.actions(tx, vpds)
            chains = await _chains(tx, vpds) if check else None
        query = {"about": wanted.about or "", "actor": wanted.actor or "", "action": wanted.action or ""}
        last = found[_SHOWN - 1] if len(found) > _SHOWN else None
        return await render(
            request,
            "audit.html",
            person,
            section="audit",
            title="Audit",
            frame=frame,
            entries=found[:_SHOWN],
            action_pairs=[(name, _words(name)) for name in actions],
            action_words=_words,
            chains=chains,
            wanted=wanted,
            csv=f"{home}audit.csv?{urlencode(query)}",
            first=f"?{urlencode(query)}" if behind else None,
            older=f"?{urlencode({**query, 'behind': f'{last.vpd}-{last.number}'})}" if last else None,
        )

    @page.get("/audit.csv")
    async def download(
        request: Request, person: Auditor, about: Typed = "", actor: Typed = "", action: Typed = ""
    ) -> Response:
        vpds = vpds_shown(request, person)
        wanted = audit.AuditFilter(about.strip() or None, actor.strip() or None, action.strip() or None)
        async with database.read(vpds) as tx:
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
