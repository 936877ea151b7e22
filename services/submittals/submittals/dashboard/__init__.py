"""The pages of the submittals service, one module for each.

They work without scripts: every action is a form that asks for a role, goes through the flow like a rota product's command,
and is answered by a redirect to a page that says what came of it.
"""

from __future__ import annotations

from fastapi import APIRouter

from esrlink.runtime import Parts
from esrlink.web import Pages
from submittals.dashboard import (
    chase,
    correcting,
    corrections,
    ending_absences,
    mine,
    open_absences,
    overview,
    payroll,
    queue,
    record,
    reminders,
    settings,
    splitting,
)
from submittals.dashboard.desk import Desk
from submittals.dashboard.overview import status_of

__all__ = ["dashboard_router", "status_of"]

_PAGES = (
    overview,
    mine,
    queue,
    record,
    correcting,
    splitting,
    ending_absences,
    chase,
    open_absences,
    payroll,
    corrections,
    reminders,
    settings,
)


def dashboard_router(pages: Pages, parts: Parts) -> APIRouter:
    """All pages."""
    desk, site = Desk(parts, pages), APIRouter(include_in_schema=False)
    for page in _PAGES:
        site.include_router(page.router(desk))
    return site
