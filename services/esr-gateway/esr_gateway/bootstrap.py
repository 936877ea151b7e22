"""Wires esr-gateway: the only place that knows all its parts."""

from __future__ import annotations

from pathlib import Path

from esr_gateway import dashboard
from esr_gateway.api import (
    calendar,
    exchanges,
    files,
    instructions,
    issues,
    open_runs,
    run_files,
    run_lines,
    run_signing,
    runs,
    search,
    trusts,
)
from esr_gateway.events import handlers
from esr_gateway.exchange.polling import PollLoop
from esr_gateway.gateway import assemble
from esr_gateway.settings import Settings
from esr_gateway.status import status_of
from esr_gateway.tables import metadata
from esr_gateway.to_esr.runs import CutOffLoop
from esrlink.http import create_app
from esrlink.http.audit import audit_router
from esrlink.runtime import Definition, Loop, Parts, Service
from esrlink.web import Pages

_HERE = Path(__file__).parent
_DESCRIPTION = (
    "The file exchange with ESR. Fetches ESR's outbound files, tells who really changed, gathers approved records into "
    "payroll files at each cut-off, and says what became of every one of them."
)


def build(settings: Settings, parts: Parts) -> Service:
    """The service, wired."""
    pages = Pages(settings, _HERE / "templates")
    gateway = assemble(settings, parts.database, parts.clock, parts.new_id, bus=parts.bus)
    taken = handlers(parts.clock)
    app = create_app(
        name=service.name,
        title=service.title,
        description=_DESCRIPTION,
        settings=settings,
        database=parts.database,
        auth=parts.auth,
        pages=pages,
        routers=[
            trusts.router(parts, settings),
            exchanges.router(parts, gateway, settings),
            files.router(parts, gateway),
            runs.router(parts, gateway),
            run_lines.router(parts),
            run_signing.router(parts, gateway),
            open_runs.router(parts),
            run_files.router(parts),
            instructions.router(parts),
            calendar.router(parts),
            issues.router(parts),
            search.router(parts),
            audit_router(parts.database),
            dashboard.router(parts, pages, gateway),
        ],
        status=status_of(parts),
        handlers=taken,
    )
    return Service(
        app=app,
        handlers=taken,
        loops=[
            Loop("poll", PollLoop(gateway.poller, settings.poll_check).run),
            Loop("cut-off", CutOffLoop(gateway.closer, settings.cut_off_check).run),
        ],
    )


service = Definition(
    name="esr-gateway",
    title="ESR gateway",
    settings=Settings,
    metadata=metadata,
    migrations=_HERE / "migrations",
    build=build,
)
