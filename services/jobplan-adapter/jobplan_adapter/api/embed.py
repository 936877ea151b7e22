"""`/v1/embed-tokens` and `/embed`: a read-only panel that a rota product shows in a frame, opened once by a token."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal, Scope, require
from esrlink.clock import Clock, SystemClock, today
from esrlink.contracts.types import EmployeeNumber, Vpd
from esrlink.db import Database
from esrlink.errors import Invalid
from esrlink.http import problem_responses
from esrlink.web import Pages
from jobplan_adapter.api.readers import Day, nobody
from jobplan_adapter.embed.panel import STYLE, headers_for, posts_of
from jobplan_adapter.embed.tokens import Opened, issue, redeem, vpd_of
from jobplan_adapter.plans.at_once import plans_at_once
from jobplan_adapter.plans.summaries import summarise
from jobplan_adapter.settings import Settings
from jobplan_adapter.trusts import get_trust

Reader = Annotated[Principal, Depends(require(Scope.JOBPLANS_READ))]

# When a token ends is a matter of security: that follows the machine's clock, wherever the product's own stands.
_WALL = SystemClock()
_EXAMPLE = {"vpd": "277", "employee_number": "00000101", "origin": "https://rota.northcliffe.example"}


class EmbedRequest(BaseModel):
    """Whose plan the panel is to show, and where it is to stand."""

    model_config = ConfigDict(extra="forbid")
    vpd: Vpd = Field(examples=["277"])
    employee_number: EmployeeNumber = Field(examples=["00000101"])
    on: Day | None = Field(default=None, description="The day asked about; the day that it is shown when left out.")
    origin: str = Field(
        max_length=300,
        description="The web origin of the page that frames it; one of the trust's `embed_origins`.",
        examples=["https://rota.northcliffe.example"],
    )


class EmbedAnswer(BaseModel):
    """The address to put into a frame. It opens once, until `expires_at`."""

    url: str = Field(examples=["https://esr-link.example/jobplan-adapter/embed/job-plan/277-3q2-7wEX…"])
    expires_at: datetime


def router(database: Database, clock: Clock, settings: Settings) -> APIRouter:
    """The route that gives tokens, and the panel."""
    pages = Pages(settings, Path(__file__).parents[1] / "templates")
    routes = APIRouter(tags=["embed"], responses=problem_responses(401, 403, 404, 422))

    @routes.post(
        "/v1/embed-tokens",
        status_code=201,
        summary="Get an address that shows a job plan in a frame, once",
        operation_id="createEmbedToken",
    )
    async def create(
        body: Annotated[EmbedRequest, Body(openapi_examples={"today": {"value": _EXAMPLE}})], principal: Reader
    ) -> EmbedAnswer:
        """Ask for it when somebody opens the panel, from your server: the token is as good as a look at the plan."""
        principal.require_vpd(body.vpd)
        found = await plans_at_once(database, body.vpd, [body.employee_number], principal.departments)
        if body.employee_number not in found.people:
            raise nobody()
        now = _WALL.now()
        ends = now + settings.embed_token_lives
        async with database.write([body.vpd]) as tx:
            trust = await get_trust(tx, body.vpd)
            if body.origin not in trust.settings.embed_origins:
                raise Invalid("The trust's settings do not name this origin in `embed_origins`.", field="origin")
            token = await issue(tx, body.vpd, body.employee_number, body.on, body.origin, now=now, ends=ends)
        url = f"{settings.public_url.rstrip('/')}/jobplan-adapter/embed/job-plan/{token}"
        return EmbedAnswer(url=url, expires_at=ends)

    @routes.get("/embed/job-plan/{token}", include_in_schema=False, response_class=HTMLResponse)
    async def panel(token: str, request: Request) -> HTMLResponse:
        opened = await _opened(database, token)
        answer = None
        if opened is not None and opened.good:
            number = opened.employee_number
            found = await plans_at_once(database, opened.vpd, [number], None, whole=True)
            held = found.people[number].versions if number in found.people else []
            on = opened.day or today(clock)
            answer = summarise(opened.vpd, number, held, found.providers, on=on, now=clock.now(), full=True)
        return pages.render(
            request,
            "embed_panel.html",
            title="Job plan" if answer else "This panel is closed",
            now=clock.now(),
            status=200 if answer else 410,
            headers=headers_for(opened.origin if opened else None),
            style=Markup(STYLE),  # noqa: S704 - our own file
            answer=answer,
            posts=posts_of(answer) if answer else [],
        )

    return routes


async def _opened(database: Database, token: str) -> Opened | None:
    vpd = vpd_of(token)
    if vpd is None:
        return None
    async with database.write([vpd]) as tx:
        return await redeem(tx, vpd, token, now=_WALL.now())
