"""The app factory: every service's FastAPI app has the same edge.

Problem details for every error, a trace on every answer, a limit on every body, health, metrics and `/v1/status`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from esrlink.auth import Authenticator, Principal, Role, Scope, require
from esrlink.bus.applying import Handler
from esrlink.bus.retrying import Retrying
from esrlink.contracts import Event
from esrlink.db.database import Database
from esrlink.db.register import trust_names
from esrlink.errors import EsrLinkError
from esrlink.http.api_reference import reference_router
from esrlink.http.dead_letters import dead_letters_router
from esrlink.http.dead_letters_acting import dead_letters_acting_router
from esrlink.http.dead_letters_jobs import fuses_router, retry_all_router
from esrlink.http.dead_letters_pages import dead_letters_pages
from esrlink.http.documented import DocumentedApp
from esrlink.http.health import degraded, health_router, stopped_lanes
from esrlink.http.middleware import BodyLimit, RequestContext
from esrlink.http.problems import handle, problem_responses
from esrlink.settings import ServiceSettings
from esrlink.status import Notice, StatusReport
from esrlink.version import VERSION
from esrlink.web import Pages, SecurityHeaders

StatusOf = Callable[[Principal], Awaitable[StatusReport]]


def create_app(
    *,
    name: str,
    title: str,
    description: str,
    settings: ServiceSettings,
    database: Database,
    auth: Authenticator,
    pages: Pages,
    routers: Sequence[APIRouter],
    status: StatusOf,
    handlers: Mapping[type[Event], Handler] | None = None,
) -> FastAPI:
    """The app of the service `name`. `status` makes its report for a caller, of that caller's trusts only.

    `handlers` are what the service does with events: its dead letters are retried with them.
    """
    app = DocumentedApp(
        title=title,
        description=description,
        version=VERSION,
        # FastAPI's own pages load scripts from other people's servers; ours is made here.
        docs_url=None,
        redoc_url=None,
        # One schema for a model, whether it is sent or received: generated clients stay small.
        separate_input_output_schemas=False,
    )
    dress(app, name=name, settings=settings, auth=auth, pages=pages)
    app.include_router(health_router(database))
    app.include_router(_status_router(name, database, status))
    app.include_router(reference_router(pages))
    for router in routers:
        app.include_router(router)
    retrying = Retrying(name, database, handlers or {})
    app.include_router(dead_letters_router(retrying))
    app.include_router(dead_letters_acting_router(retrying))
    app.include_router(retry_all_router(database))
    app.include_router(fuses_router(retrying))
    app.include_router(dead_letters_pages(retrying, pages, title))
    return app


def dress(app: FastAPI, *, name: str, settings: ServiceSettings, auth: Authenticator, pages: Pages) -> None:
    """Give an app the common edge: who calls, errors as problems or pages, limits, traces, security headers."""
    app.state.auth, app.state.settings, app.state.pages = auth, settings, pages
    for kind in (EsrLinkError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)
    app.add_middleware(SecurityHeaders, https=settings.public_url.startswith("https:"))
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(RequestContext, service=name)


def with_backlog(report: StatusReport, name: str) -> StatusReport:
    """The report, with a word on what does not go on: the same for every service."""
    limps = degraded(report.backlog)
    if not limps:
        return report
    told = [Notice(tone="bad", text=words, href=f"/{name}/dead-letters") for words in stopped_lanes(report.backlog)]
    return report.model_copy(update={"state": "degraded", "notices": [*told, *report.notices]})


def _status_router(name: str, database: Database, status: StatusOf) -> APIRouter:
    router = APIRouter(tags=["status"])

    @router.get(
        "/v1/status",
        summary="How the service does, for its operators",
        description="Figures of all your trusts, or of the one that `vpd` names.",
        responses=problem_responses(401, 403, 404),
    )
    async def read_status(
        principal: Annotated[Principal, Depends(require(Scope.AUDIT_READ, roles=tuple(Role)))],
        vpd: Annotated[
            str | None, Query(pattern=r"^[0-9]{3}$", description="One trust only.", examples=["277"])
        ] = None,
    ) -> StatusReport:
        about = principal
        if vpd is not None:
            principal.require_vpd(vpd)
            about = replace(principal, vpds=frozenset({vpd}))
        report = await status(about)
        async with database.read() as tx:
            names = await trust_names(tx, principal.vpds)
        return with_backlog(report, name).model_copy(update={"trusts": names})

    return router
