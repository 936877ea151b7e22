"""Wires jobplan-adapter: the only place that knows all its parts."""

from __future__ import annotations

from pathlib import Path

from esrlink.auth import Principal
from esrlink.bus import backlog
from esrlink.http import create_app
from esrlink.runtime import Definition, Loop, Parts, Service
from esrlink.status import StatusReport
from esrlink.version import VERSION
from esrlink.web import Pages
from jobplan_adapter import api, dashboard
from jobplan_adapter.delivery.telling import Telling
from jobplan_adapter.events import HANDLERS
from jobplan_adapter.polling.connecting import connector
from jobplan_adapter.polling.figures import headline, notices, plans_by_state
from jobplan_adapter.polling.polls import Polls
from jobplan_adapter.polling.state import states_of
from jobplan_adapter.settings import Settings
from jobplan_adapter.tables import metadata

NAME, TITLE = "jobplan-adapter", "Job plans"
_DESCRIPTION = "Job plans by ESR number, from SARD and its like, and work delivered set against them."


def build(settings: Settings, parts: Parts) -> Service:
    """The service, on the parts it is given."""
    database, clock = parts.database, parts.clock
    pages = Pages(settings, Path(__file__).parent / "templates")
    polls = Polls(database, clock, connector(settings, database), tick=settings.tick, at_once=settings.polls_at_once)
    telling = Telling(database, clock, settings.reckon_every)

    async def status(principal: Principal) -> StatusReport:
        vpds = sorted(principal.vpds)
        async with database.read(vpds) as tx:
            states = await states_of(tx, vpds)
            plans = await plans_by_state(tx, vpds)
            behind = await backlog(tx, service=NAME)
        return StatusReport(
            service=NAME,
            title=TITLE,
            state="degraded" if any(one.state == "down" for one in states) else "up",
            version=VERSION,
            figures=headline(states, plans),
            backlog=behind,
            notices=notices(states, clock.now()),
        )

    app = create_app(
        name=NAME,
        title=TITLE,
        description=_DESCRIPTION,
        settings=settings,
        database=database,
        auth=parts.auth,
        pages=pages,
        routers=[*api.routers(parts, settings, polls), dashboard.router(parts, pages, polls)],
        status=status,
        handlers=HANDLERS,
    )
    return Service(app=app, handlers=HANDLERS, loops=[Loop("polls", polls.run), Loop("reckonings", telling.run)])


service = Definition(
    name=NAME,
    title=TITLE,
    settings=Settings,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    build=build,
)
