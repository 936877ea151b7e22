"""The page of jobplan-adapter: providers with their state, age and match rate, users without a person, plans by state."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from esrlink.auth import Principal, signed_in
from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import Clock
from esrlink.db import Database, trust_names
from esrlink.web import Pages
from esrlink.web.places import roles_for
from jobplan_adapter.polling.figures import headline, notices, plans_by_state
from jobplan_adapter.polling.state import states_of, unmatched_users

Viewer = Annotated[Principal, Depends(signed_in(*roles_for("jobplan-adapter")))]

# A page, not a report: the API lists all of a provider's.
_SHOWN = 20


def router(database: Database, clock: Clock, pages: Pages) -> APIRouter:
    """The page's route."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/", response_class=HTMLResponse)
    async def dashboard(request: Request, person: Viewer) -> HTMLResponse:
        shown = vpds_shown(request, person)
        async with database.read(shown) as tx:
            states = await states_of(tx, shown)
            plans = await plans_by_state(tx, shown)
            unmatched = [(one, user) for one in states for user in await unmatched_users(tx, one.vpd, one.name)]
            names = await trust_names(tx, person.vpds)
        now = clock.now()
        return pages.render(
            request,
            "jobplans.html",
            title="Job plans",
            principal=person,
            now=now,
            trust_names=names,
            providers=states,
            unmatched=unmatched[:_SHOWN],
            unmatched_count=len(unmatched),
            plans=sorted(plans.items()),
            figures=headline(states, plans),
            notices=notices(states, now),
        )

    return routes
