"""Wires profile-sync: the only place that knows all its parts."""

from __future__ import annotations

from pathlib import Path

from esrlink.bus import Handler
from esrlink.contracts import Event, ProfileImported
from esrlink.http import create_app
from esrlink.runtime import Definition, Loop, Parts, Service
from esrlink.web import Pages
from profile_sync import dashboard
from profile_sync.api import links, links_bulk, links_explained, people, profiles, rules, trusts
from profile_sync.events import on_profile_imported
from profile_sync.people.revisions import Forgetting
from profile_sync.settings import Settings
from profile_sync.status import status_of
from profile_sync.tables import metadata

_HERE = Path(__file__).parent
_DESCRIPTION = (
    "One person, many profiles. Takes people from ESR and profiles from rota products, links them by ESR number, "
    "suggests the rest to a person, and never changes what a person decided."
)


def build(settings: Settings, parts: Parts) -> Service:
    """The service, wired."""
    pages = Pages(settings, _HERE / "templates")
    handlers: dict[type[Event], Handler] = {ProfileImported: on_profile_imported(parts.clock, parts.new_id)}
    app = create_app(
        name=service.name,
        title=service.title,
        description=_DESCRIPTION,
        settings=settings,
        database=parts.database,
        auth=parts.auth,
        pages=pages,
        routers=[
            trusts.router(parts),
            profiles.router(parts, batch_limit=settings.batch_limit),
            people.router(parts),
            links.router(parts),
            links_explained.router(parts),
            links_bulk.router(parts),
            rules.router(parts),
            dashboard.router(parts, pages),
        ],
        status=status_of(parts),
        handlers=handlers,
    )
    forgetting = Forgetting(parts.database, parts.clock, settings.keep_history)
    return Service(app=app, handlers=handlers, loops=[Loop("history", forgetting.run)])


service = Definition(
    name="profile-sync",
    title="Profiles",
    settings=Settings,
    metadata=metadata,
    migrations=_HERE / "migrations",
    build=build,
)
