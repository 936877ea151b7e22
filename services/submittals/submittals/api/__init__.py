"""The HTTP API of the submittals service, under `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from submittals.api.absences import absences_router
from submittals.api.checking import checking_router
from submittals.api.commands import commands_router
from submittals.api.corrections import corrections_router
from submittals.api.deadlines import deadlines_router
from submittals.api.reading import reading_router
from submittals.api.records import records_router
from submittals.api.reminders import reminders_router
from submittals.api.reports import reports_router
from submittals.api.settings import settings_router
from submittals.api.splitting import splitting_router
from submittals.api.trusts import trusts_router

__all__ = ["routers"]


def routers() -> list[APIRouter]:
    """All routers. Fixed paths come before those with a placeholder in the same place."""
    return [
        trusts_router,
        settings_router,
        reading_router,
        records_router,
        checking_router,
        deadlines_router,
        reminders_router,
        reports_router,
        absences_router,
        commands_router,
        corrections_router,
        splitting_router,
    ]
