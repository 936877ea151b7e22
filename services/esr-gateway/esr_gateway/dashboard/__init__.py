"""The pages of esr-gateway, one module for each: what comes from ESR, what goes to ESR, and what needs a person.

They work without scripts: every action is a form that asks for a role, is written to the audit trail, and is answered by a
redirect to a page that says what came of it.
"""

from __future__ import annotations

from fastapi import APIRouter

from esr_gateway.dashboard import exchanges, file, files, issues, overview, payroll, person, search
from esr_gateway.dashboard.desk import Desk
from esr_gateway.gateway import Gateway
from esrlink.http.audit_page import audit_page
from esrlink.runtime import Parts
from esrlink.web import Pages

_PAGES = (overview, exchanges, files, file, issues, payroll, search, person)


def router(parts: Parts, pages: Pages, gateway: Gateway) -> APIRouter:
    """All pages."""
    desk, site = Desk(parts, pages, gateway), APIRouter(include_in_schema=False)
    for page in _PAGES:
        site.include_router(page.router(desk))
    site.include_router(audit_page(desk.database, desk.render, home=desk.home, frame="gateway_shell.html"))
    return site
