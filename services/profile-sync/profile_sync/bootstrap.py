"""Wires profile-sync: the only place that knows all its parts."""

from __future__ import annotations

from pathlib import Path

from esrlink.bus import Handler
from esrlink.contracts import Event, ProfileImported
from esrlink.http import create_app
from esrlink.http.audit import audit_router
from esrlink.runtime import Definition, Loop, Parts, Service
from esrlink.settings import Mode
from esrlink.web import Pages
from profile_sync import dashboard
from profile_sync.api import (
    changes,
    cohort_onboarding,
    cohort_people,
    cohorts,
    links,
    links_bulk,
    links_explained,
    people,
    profiles,
    rule_runs,
    rules,
    system,
    trusts,
    webhook_deliveries,
    webhooks,
)
from profile_sync.changes.forgetting import forgetting_changes
from profile_sync.changes.numbering import Bell, Numbering
from profile_sync.changes.recording import events_recorded
from profile_sync.changes.waiting import WaitingRoom
from profile_sync.cohorts.applying import Applying
from profile_sync.events import on_profile_imported
from profile_sync.people.revisions import forgetting_history
from profile_sync.rule_runs.working import RuleRuns
from profile_sync.settings import Settings
from profile_sync.status import status_of
from profile_sync.tables import metadata
from profile_sync.webhooks.addresses import Guard
from profile_sync.webhooks.delivering import Delivering
from profile_sync.webhooks.sending import Sender

_HERE = Path(__file__).parent
_DESCRIPTION = (
    "One person, many profiles. Takes people from ESR and profiles from rota products, links them by ESR number, "
    "suggests the rest to a person, and never changes what a person decided."
)


def build(settings: Settings, parts: Parts) -> Service:
    """The service, wired."""
    pages = Pages(settings, _HERE / "templates")
    bell = Bell()
    parts.database.along_with_events = events_recorded
    guard = Guard(settings.webhook_networks, is_tryout=settings.mode is Mode.TRYOUT)
    sender = Sender(guard)
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
            changes.router(parts, bell, WaitingRoom(settings.changes_waiting, settings.changes_waiting_each)),
            webhooks.router(parts, guard),
            webhook_deliveries.router(parts, sender),
            system.router(settings),
            links.router(parts),
            links_explained.router(parts),
            links_bulk.router(parts),
            rule_runs.router(parts),
            rules.router(parts),
            cohorts.router(parts),
            cohort_people.router(parts),
            cohort_onboarding.router(parts),
            audit_router(parts.database),
            dashboard.router(parts, pages),
        ],
        status=status_of(parts),
        handlers=handlers,
    )
    forgetting = forgetting_history(parts.database, parts.clock, settings.keep_history)
    numbering = Numbering(parts.database, bell)
    old_changes = forgetting_changes(parts.database, parts.clock, settings.keep_changes)
    delivering = Delivering(
        parts.database,
        parts.clock,
        sender,
        new_id=parts.new_id,
        body_of=webhooks.body_of,
        tries=settings.webhook_tries,
    )
    loops = [
        Loop("history", forgetting.run),
        Loop("rule runs", RuleRuns(parts.database, parts.clock, parts.new_id).run),
        Loop("changes", numbering.run),
        Loop("old changes", old_changes.run),
        Loop("webhooks", delivering.run),
        Loop("cohorts", Applying(parts.database, parts.clock, parts.new_id).run),
    ]
    return Service(app=app, handlers=handlers, loops=loops)


service = Definition(
    name="profile-sync",
    title="Profiles",
    settings=Settings,
    metadata=metadata,
    migrations=_HERE / "migrations",
    build=build,
)
