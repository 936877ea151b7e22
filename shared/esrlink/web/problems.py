"""An error said as a page, for people; machines get problem details from the HTTP edge."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from esrlink.auth.authenticator import Authenticator
from esrlink.errors import EsrLinkError
from esrlink.web.pages import Pages


def wants_page(request: Request) -> bool:
    """Whether the caller is a browser that shows a page: it accepts HTML by name, and asks for no part of a page."""
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers


def render_problem(request: Request, error: EsrLinkError, pages: Pages) -> HTMLResponse:
    """The page of an error: its title, its sentence, and a way on. Status and headers are the error's."""
    auth: Authenticator | None = getattr(request.app.state, "auth", None)
    session = auth.session(request) if auth else None
    return pages.render(
        request,
        "problem.html",
        principal=session.principal if session else None,
        status=error.status,
        headers=error.headers,
        error=error,
    )
