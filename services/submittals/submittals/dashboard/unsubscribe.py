"""The page behind the unsubscribe link of a reminder: no sign-in, one button; a mail program may press it by itself (RFC 8058).

Looking at it changes nothing, since mail programs and virus scanners follow every link.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.errors import NotFound
from esrlink.runtime import Parts
from esrlink.web import Pages
from submittals.deadlines.addresses import unsubscribe
from submittals.deadlines.unsubscribing import UnsubscribeLinks

_NOT_OURS = NotFound(
    "This link is not one of ours, or not whole. Ask the administrator of your trust to stop the reminders."
)


def unsubscribe_router(pages: Pages, parts: Parts, links: UnsubscribeLinks) -> APIRouter:
    """The page at `/unsubscribe/{token}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/unsubscribe/{token}")
    async def look(request: Request, token: str) -> HTMLResponse:
        if links.read(token) is None:
            raise _NOT_OURS
        return pages.render(request, "unsubscribe.html", done=False)

    @router.post("/unsubscribe/{token}")
    async def press(request: Request, token: str) -> HTMLResponse:
        read = links.read(token)
        if read is None:
            raise _NOT_OURS
        vpd, recipient_id = read
        async with parts.database.write([vpd]) as tx:
            # One that is gone gets no reminders either, and need not know.
            await unsubscribe(tx, vpd, recipient_id, parts.clock.now())
        return pages.render(request, "unsubscribe.html", done=True)

    return router
