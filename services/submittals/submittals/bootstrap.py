"""Wires the submittals service: the only place that does."""

from __future__ import annotations

from pathlib import Path

from esrlink.auth import Principal
from esrlink.auth.session import session_secret
from esrlink.http import create_app
from esrlink.http.audit import audit_router
from esrlink.runtime import Definition, Loop, Parts, Service
from esrlink.status import StatusReport
from esrlink.web import Pages
from submittals import events
from submittals.api import routers
from submittals.dashboard import dashboard_router, status_of
from submittals.dashboard.unsubscribe import unsubscribe_router
from submittals.deadlines.posting import MailLoop, Posting, ReminderLoop
from submittals.deadlines.reminding import Reminding
from submittals.deadlines.smtp import SmtpServer
from submittals.deadlines.troubles import notices_of_mail
from submittals.deadlines.unsubscribing import UnsubscribeLinks
from submittals.flow.forgetting import ForgettingAnswers
from submittals.settings import Settings
from submittals.tables import metadata

_HERE = Path(__file__).parent


def build(settings: Settings, parts: Parts) -> Service:
    """The service on the parts that it is given."""
    pages = Pages(settings, _HERE / "templates")

    async def status(principal: Principal) -> StatusReport:
        return await notices_of_mail(principal, parts.database, await status_of(principal, parts))

    links = UnsubscribeLinks(session_secret(settings), settings.public_url)
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
        routers=[
            *routers(),
            audit_router(parts.database),
            dashboard_router(pages, parts),
            unsubscribe_router(pages, parts, links),
        ],
        status=status,
        handlers=handlers,
    )
    app.state.parts = parts
    loops = [Loop("old answers", ForgettingAnswers(parts.database, parts.clock).run)]
    return Service(app=app, handlers=handlers, loops=[*loops, *_reminders(settings, parts, links)])


def _reminders(settings: Settings, parts: Parts, links: UnsubscribeLinks) -> list[Loop]:
    """The loop that makes reminders, and the one that sends them where a mail server is set."""
    home, place = f"{settings.public_url.rstrip('/')}/submittals/", settings.smtp_place
    reminding = Reminding(parts.database, parts.clock, parts.new_id, sends_mail=place is not None, home=home)
    loops = [Loop("reminders", ReminderLoop(reminding, settings.reminder_check).run)]
    if place is not None:
        server = SmtpServer(place)
        posting = Posting(parts.database, parts.clock, server, links, sender=place.sender, tries=settings.mail_tries)
        loops.append(Loop("mail", MailLoop(posting, settings.mail_check).run))
    return loops


service = Definition(
    name="submittals",
    title="Submittals",
    settings=Settings,
    metadata=metadata,
    migrations=_HERE / "migrations",
    build=build,
)
