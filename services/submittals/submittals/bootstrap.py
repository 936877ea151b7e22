"""Wires the submittals service: the only place that does."""

from __future__ import annotations

from pathlib import Path

from esrlink.auth import Principal
from esrlink.http import create_app
from esrlink.http.audit import audit_router
from esrlink.runtime import Definition, Loop, Parts, Service
from esrlink.status import StatusReport
from esrlink.web import Pages
from submittals import events
from submittals.api import routers
from submittals.dashboard import dashboard_router, status_of
from submittals.flow.forgetting import ForgettingAnswers
from submittals.settings import Settings
from submittals.tables import metadata

_HERE = Path(__file__).parent


def build(settings: Settings, parts: Parts) -> Service:
    """The service on the parts that it is given."""
    pages = Pages(settings, _HERE / "templates")

    async def status(principal: Principal) -> StatusReport:
        return await status_of(principal, parts)

    handlers = events.handlers(parts.clock)
    app = create_app(
        name="submittals",
        title="Submittals",
        description="Absence and attendance from the rotas, on their way to payroll: put, enrich, validate, approve,"
        " and see what became of each.",
        settings=settings,
        database=parts.database,
        auth=parts.auth,
        pages=pages,
        routers=[*routers(), audit_router(parts.database), dashboard_router(pages, parts)],
        status=status,
        handlers=handlers,
    )
    app.state.parts = parts
    loops = [Loop("old answers", ForgettingAnswers(parts.database, parts.clock).run)]
    return Service(app=app, handlers=handlers, loops=loops)


service = Definition(
    name="submittals",
    title="Submittals",
    settings=Settings,
    metadata=metadata,
    migrations=_HERE / "migrations",
    build=build,
)
