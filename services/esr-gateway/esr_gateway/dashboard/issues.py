"""The pages of issues: what is wrong now, what to do about it, what was; and a person's word that one is done with."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk, Typed, Viewer
from esr_gateway.issues import KINDS, IssueFilter, close_by_hand, count_by_kind, find_issue, find_issues
from esrlink import audit
from esrlink.auth import Principal, Role, signed_in
from esrlink.auth.trust_choice import vpds_shown
from esrlink.web.desk import Said, told

Closer = Annotated[Principal, Depends(signed_in(Role.OPERATOR, Role.PAYROLL_OFFICER))]
"""May close an issue by hand."""

WORDS = {
    "exchange": "Exchange with ESR",
    "file": "File from ESR",
    "gap": "Missing file",
    "brake": "Import brake",
    "rows": "Rows set aside",
    "orphans": "Rows without parent",
    "cut_off": "Cut-off",
    "run": "Run",
    "file_sent": "File sent",
    "landing": "Proof of landing",
    "calendar": "Calendar",
}
_SAID = {"closed": "The issue is closed, and your reason is kept. It is raised anew if its cause is seen again."}
_SHOWN = 50
_STATES = {"open": True, "closed": False, "all": None}


def router(desk: Desk) -> APIRouter:
    """The list, one page for each issue, and its form."""
    page = APIRouter()
    page.include_router(_list(desk))
    page.include_router(_one(desk))
    return page


def _list(desk: Desk) -> APIRouter:
    page = APIRouter()

    @page.get("/issues")
    async def issues(
        request: Request,
        person: Viewer,
        state: Annotated[str, Query(max_length=20)] = "open",
        kind: Annotated[str, Query(max_length=20)] = "",
        q: Typed = "",
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> HTMLResponse:
        vpds = vpds_shown(request, person)
        state = state if state in _STATES else "open"
        wanted = IssueFilter(_STATES[state], kind if kind in KINDS else None, q.strip() or None)
        async with desk.database.read(vpds) as tx:
            found = await find_issues(tx, vpds, wanted, offset=offset, limit=_SHOWN + 1)
            of_kinds = await count_by_kind(tx, vpds, IssueFilter(wanted.is_open, None, wanted.words))
        query = {"state": state, "kind": wanted.kind or "", "q": wanted.words or ""}
        return await desk.render(
            request,
            "issues.html",
            person,
            section="issues",
            title="Issues",
            issues=found[:_SHOWN],
            kinds=of_kinds,
            words=WORDS,
            state=state,
            kind=wanted.kind,
            typed=wanted.words or "",
            newer=f"?{urlencode({**query, 'offset': max(0, offset - _SHOWN)})}" if offset else None,
            older=f"?{urlencode({**query, 'offset': offset + _SHOWN})}" if len(found) > _SHOWN else None,
        )

    return page


def _one(desk: Desk) -> APIRouter:
    page = APIRouter(prefix="/issues/{issue_id}")

    @page.get("")
    async def issue(request: Request, person: Viewer, issue_id: UUID, said: Said = None) -> HTMLResponse:
        async with desk.database.read(person.vpds) as tx:
            found = await find_issue(tx, issue_id)
            actions = await audit.entries(tx, [found.vpd], audit.AuditFilter(about=str(issue_id)))
        return await desk.render(
            request,
            "issue.html",
            person,
            section="issues",
            title="Issue",
            above=(("issues", "Issues"),),
            flash=told(said, _SAID),
            issue=found,
            actions=actions,
            words=WORDS,
            may_close=bool(person.roles & {Role.OPERATOR, Role.PAYROLL_OFFICER}),
        )

    @page.post("/close")
    async def close(
        person: Closer,
        issue_id: UUID,
        reason: Annotated[str, Form(min_length=3, max_length=500, pattern=r"^[^\x00]*$")],
    ) -> RedirectResponse:
        async with desk.database.write(person.vpds) as tx:
            await close_by_hand(tx, issue_id, by=person.subject, reason=reason.strip(), now=desk.parts.clock.now())
        return desk.to(f"issues/{issue_id}", said="closed")

    return page
