"""The pages of webhooks: how each does, its deliveries, and what may be done about them. No secret is ever on them."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts.types import Vpd
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError, Invalid
from profile_sync.dashboard import webhook_words as words
from profile_sync.dashboard.desk import Decider, Desk, Watcher, by_page
from profile_sync.webhooks.deliveries import list_deliveries, replay
from profile_sync.webhooks.registering import Wish, change_webhook, get_webhook, remove_webhook
from profile_sync.webhooks.watching import watched, watched_one

_SHOWN = 50
Act = Literal["pause", "resume", "replay", "remove"]
_SAID = {"pause": "paused", "resume": "resumed", "remove": "removed"}
Said = Annotated[str, Query(max_length=20)]
State = Annotated[str, Query(max_length=20)]


def router(desk: Desk) -> APIRouter:
    """The pages at `/webhooks` and `/webhooks/{vpd}/{webhook_id}`, and the forms of the second."""
    page = APIRouter(prefix="/webhooks")

    @page.get("")
    async def every(request: Request, person: Watcher, said: Said = "") -> HTMLResponse:
        vpds = vpds_shown(request, person)
        async with desk.database.read(vpds) as tx:
            found = await watched(tx, vpds)
        return await desk.render(
            request,
            "webhooks.html",
            person,
            section="webhooks",
            title="Webhooks",
            webhooks=found,
            words=words,
            flash=words.SAID.get(said),
        )

    @page.get("/{vpd}/{webhook_id}")
    async def one(
        request: Request,
        person: Watcher,
        vpd: Annotated[Vpd, Path()],
        webhook_id: UUID,
        state: State = "",
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        said: Said = "",
    ) -> HTMLResponse:
        return await _show(desk, request, person, (vpd, webhook_id), state=state, cursor=cursor, said=said)

    @page.post("/{vpd}/{webhook_id}/{act}")
    async def act_on(
        request: Request,
        person: Decider,
        vpd: Annotated[Vpd, Path()],
        webhook_id: UUID,
        act: Act,
        agreed: Annotated[str, Form(max_length=10)] = "",
    ) -> Response:
        person.require_vpd(vpd)
        try:
            if act == "remove" and agreed != "yes":
                raise Invalid("Tick the box to say that you mean it; then press the button.", field="agreed")
            async with desk.database.write([vpd]) as tx:
                said = await _do(desk, tx, person, (vpd, webhook_id), act)
        except EsrLinkError as refused:
            return await _show(desk, request, person, (vpd, webhook_id), refused=refused)
        path = "webhooks" if act == "remove" else f"webhooks/{vpd}/{webhook_id}"
        return RedirectResponse(f"{desk.home}{path}?said={said}", status_code=303)

    @page.post("/{vpd}/{webhook_id}/deliveries/{delivery_id}")
    async def again(
        person: Decider, vpd: Annotated[Vpd, Path()], webhook_id: UUID, delivery_id: UUID
    ) -> RedirectResponse:
        person.require_vpd(vpd)
        async with desk.database.write([vpd]) as tx:
            hook = await get_webhook(tx, vpd, None, webhook_id, hold=True)
            await replay(tx, hook, by=by_page(person), now=desk.parts.clock.now(), delivery_id=delivery_id)
        return RedirectResponse(f"{desk.home}webhooks/{vpd}/{webhook_id}?said=replayed", status_code=303)

    return page


async def _do(desk: Desk, tx: WriteTx, person: Principal, which: tuple[str, UUID], act: Act) -> str:
    """Do what a form asks for; which of the page's sentences says so."""
    (vpd, webhook_id), now, by = which, desk.parts.clock.now(), by_page(person)
    if act == "remove":
        await remove_webhook(tx, vpd, None, webhook_id, by=by, now=now)
    elif act == "replay":
        hook = await get_webhook(tx, vpd, None, webhook_id, hold=True)
        return "replayed" if await replay(tx, hook, by=by, now=now) else "nothing"
    else:
        row = await get_webhook(tx, vpd, None, webhook_id, hold=True)
        wish = Wish(row.url, row.topics, row.departments, paused=act == "pause")
        await change_webhook(tx, vpd, None, webhook_id, wish, None, contacts=None, by=by, now=now)
    return _SAID[act]


async def _show(
    desk: Desk,
    request: Request,
    person: Principal,
    which: tuple[str, UUID],
    *,
    state: str = "",
    cursor: str | None = None,
    said: str = "",
    refused: EsrLinkError | None = None,
) -> HTMLResponse:
    vpd, webhook_id = which
    person.require_vpd(vpd)
    wanted = state if state in words.STATES else None
    async with desk.database.read([vpd]) as tx:
        hook = await get_webhook(tx, vpd, None, webhook_id)
        one = await watched_one(tx, hook)
        deliveries, following = await list_deliveries(tx, hook, state=wanted, cursor=cursor, limit=_SHOWN)
    query = {"state": wanted} if wanted else {}
    return await desk.render(
        request,
        "webhook.html",
        person,
        section="webhooks",
        title=f"Webhook of {one.owner}",
        above=(("webhooks", "Webhooks"),),
        status=refused.status if refused else 200,
        one=one,
        words=words,
        deliveries=deliveries,
        states=[(name, text) for name, (_, text) in words.STATES.items()],
        state=wanted or "",
        here=f"{desk.home}webhooks/{vpd}/{webhook_id}",
        first=f"?{urlencode(query)}" if cursor else None,
        following=f"?{urlencode({**query, 'cursor': following})}" if following else None,
        flash=words.SAID.get(said),
        refused=refused,
    )
