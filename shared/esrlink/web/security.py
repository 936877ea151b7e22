"""What a browser is told not to do with our answers."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Pages load from this site alone and hold no inline script or style, so that a name which slips through as markup
# cannot run.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    # A page shows people's records: neither a shared computer's disk nor a proxy may keep it.
    "Cache-Control": "no-store",
}

# `same-origin`, not `no-referrer`: the latter makes browsers send `Origin: null` with our own forms.
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware that adds the headers which suit every answer.

    One that is set already stays; one that is set to nothing is left out.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        headers = dict(_EVERYWHERE)
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        self._headers = {name.lower().encode(): value.encode() for name, value in headers.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [one for one in message["headers"] if one[1] or one[0] not in self._headers]
                there = {name for name, _ in message["headers"]}
                message["headers"] = [*own, *(one for one in self._headers.items() if one[0] not in there)]
            await send(message)

        await self._app(scope, receive, with_headers)
