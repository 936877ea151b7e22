"""The overview's routes: the page, and the part of it that refreshes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.auth import AnyPerson
from esrlink.auth.trust_choice import chosen_vpd, vpds_shown
from esrlink.overview.reports import TIME_OUT, ask_all, cut_offs, names, summary
from esrlink.settings import ServiceSettings
from esrlink.web.pages import Pages
from esrlink.web.places import DEAD_LETTER_READERS, PLACES


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def create_overview(
    settings: ServiceSettings,
    services: Mapping[str, str],
    *,
    http: httpx.AsyncClient | None = None,
    now: Callable[[], datetime] = _wall_clock,
) -> APIRouter:
    """The router of `/` and `/overview/services`, to be included in the site's root app.

    `services` maps a service's name to the base address of its app (`http://127.0.0.1:8700/esr-gateway`). The app needs
    `app.state.auth`. `now` is the product's clock.
    """
    pages = Pages(settings, Path(__file__).parent / "templates")
    router = APIRouter(include_in_schema=False)

    async def context(request: Request, person: AnyPerson) -> dict[str, Any]:
        vpd = chosen_vpd(request, person)
        if http is not None:
            views = await ask_all(http, services, request.cookies, vpd)
        else:
            async with httpx.AsyncClient(timeout=TIME_OUT) as client:
                views = await ask_all(client, services, request.cookies, vpd)
        shown = set(vpds_shown(request, person))
        sentence, tone = summary(views)
        return {
            "views": views,
            "cut_offs": [cut for cut in cut_offs(views) if cut.vpd in shown],
            "trust_names": names(views),
            "sees_dead_letters": bool(person.roles & DEAD_LETTER_READERS),
            "open_places": {place.name for place in PLACES if place.is_open_to(person)},
            "sentence": sentence,
            "tone": tone,
            "asked_at": now(),
            "now": now(),
            "principal": person,
        }

    @router.get("/")
    async def overview(request: Request, person: AnyPerson) -> HTMLResponse:
        return pages.render(request, "overview.html", title="Overview", **await context(request, person))

    @router.get("/overview/services")
    async def overview_services(request: Request, person: AnyPerson) -> HTMLResponse:
        return pages.render(request, "overview_services.html", **await context(request, person))

    return router
