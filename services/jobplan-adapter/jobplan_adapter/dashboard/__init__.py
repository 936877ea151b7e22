"""The pages of jobplan-adapter, one module for each: they work without scripts, and each asks for a role.

People stand here under their ESR numbers. Names are for administrators, where a provider or ESR gives them.
"""

from __future__ import annotations

from fastapi import APIRouter

from esrlink.http.audit_page import audit_page
from esrlink.runtime import Parts
from esrlink.web import Pages
from jobplan_adapter.dashboard import (
    delivery,
    departments,
    exceptions,
    mine,
    overview,
    people,
    person,
    provider,
    uploads,
    versions,
)
from jobplan_adapter.dashboard.desk import Desk
from jobplan_adapter.polling.polls import Polls

_PAGES = (overview, mine, provider, people, person, versions, delivery, departments, exceptions, uploads)


def router(parts: Parts, pages: Pages, polls: Polls) -> APIRouter:
    """All pages of the service."""
    desk, site = Desk(parts, pages, polls), APIRouter(include_in_schema=False)
    for page in _PAGES:
        site.include_router(page.router(desk))
    site.include_router(audit_page(desk.database, desk.render, home=desk.home, frame="jobplans_shell.html"))
    return site
