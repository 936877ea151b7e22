"""The HTTP API of jobplan-adapter: one module of routes for each noun, all under `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from esrlink.http.audit import audit_router
from esrlink.runtime import Parts
from jobplan_adapter.api import availability, batch, delivery, embed, people, providers, trusts, uploads, work
from jobplan_adapter.polling.polls import Polls
from jobplan_adapter.settings import Settings


def routers(parts: Parts, settings: Settings, polls: Polls) -> list[APIRouter]:
    """All routers of the API."""
    database, clock = parts.database, parts.clock
    return [
        trusts.router(database, clock, settings),
        providers.router(database, clock, polls),
        uploads.router(parts, settings, polls),
        people.router(database, clock),
        batch.router(database, clock),
        availability.router(database, clock),
        embed.router(database, clock, settings),
        work.router(database, clock),
        delivery.router(database, clock),
        audit_router(database),
    ]
