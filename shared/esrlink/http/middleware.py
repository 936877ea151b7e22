"""What happens around every request: its trace, its time, its log line, and the limit on its body. Pure ASGI, no buffering."""

from __future__ import annotations

import time
from http import HTTPMethod

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esrlink.errors import TooLarge
from esrlink.http.problems import answer, handle
from esrlink.observability import metrics
from esrlink.observability.tracing import continue_trace

log = structlog.get_logger()

_METHODS = frozenset(HTTPMethod)


class RequestContext:
    """Gives each request a trace, measures it by route (never by address: that may name a person) and logs it.

    An error that nobody expected is answered here, inside, so that it has its trace like any other answer.
    """

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = dict(scope["headers"])
        traceparent = continue_trace(headers.get(b"traceparent", b"").decode("latin-1") or None)
        begun, status, started = time.perf_counter(), 500, False

        async def watch(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                message["headers"] = [*message["headers"], (b"traceparent", traceparent.encode())]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if started:
                raise
            response = await handle(Request(scope, receive), error)
            await response(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "(none)")
            seconds = time.perf_counter() - begun
            metrics.REQUESTS.labels(self._service, _known(scope["method"]), route, status).observe(seconds)
            if status >= 500:
                log.warning(
                    "request", service=self._service, method=_known(scope["method"]), route=route, status=status
                )
        return None


def _known(method: str) -> str:
    """The method, if HTTP has it: a caller may invent any number, and each would be a time series for ever."""
    return method if method in _METHODS else "OTHER"


class BodyLimit:
    """Refuses a body over `limit` bytes, whether it says so beforehand or not."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with 413."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self._limit:
            return await self._refuse(scope, receive, send)
        seen, over, started = 0, False, False

        async def counted() -> Message:
            nonlocal seen, over
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                over = True
                raise self._too_large()
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            # The framework turns the error of `counted` into one of its own; ours tells what to do.
            if not over:
                started = True
                await send(message)

        try:
            await self._app(scope, counted, noted)
        except TooLarge:
            if started:
                raise
        if over and not started:
            await self._refuse(scope, receive, send)
        return None

    def _too_large(self) -> TooLarge:
        megabytes = self._limit / 1024 / 1024
        return TooLarge(f"The body is larger than {megabytes:.0f} MB. Send fewer records at a time.")

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(self._too_large())(scope, receive, send)
