"""The pages of profile-sync, one module for each: how well profiles are joined, and the people whom they are joined to.

They work without scripts. Names are for those who decide on links; an operator runs the service without them.
"""

from __future__ import annotations

from fastapi import APIRouter

from esrlink.http.audit_page import audit_page
from esrlink.runtime import Parts
from esrlink.web import Pages
from profile_sync.dashboard import (
    cohort,
    cohort_upload,
    cohorts,
    duplicates,
    link,
    overview,
    people,
    person,
    registrations,
    review_bulk,
    review_files,
    reviews,
    rule_runs,
    webhooks,
)
from profile_sync.dashboard.desk import Desk

_PAGES = (
    overview,
    reviews,
    review_files,
    review_bulk,
    link,
    people,
    person,
    registrations,
    duplicates,
    cohorts,
    cohort_upload,
    cohort,
    rule_runs,
    webhooks,
)


def router(parts: Parts, pages: Pages) -> APIRouter:
    """All pages."""
    desk, site = Desk.of(parts, pages), APIRouter(include_in_schema=False)
    for page in _PAGES:
        site.include_router(page.router(desk))
    site.include_router(audit_page(desk.database, desk.render, home=desk.home, frame="profiles_shell.html"))
    return site
