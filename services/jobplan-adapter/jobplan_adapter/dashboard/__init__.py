"""The pages of jobplan-adapter, one module for each: they work without scripts, and each asks for a role."""

from __future__ import annotations

from fastapi import APIRouter

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.web import Pages
from jobplan_adapter.dashboard import overview


def router(database: Database, clock: Clock, pages: Pages) -> APIRouter:
    """All pages of the service."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(overview.router(database, clock, pages))
    return routes
