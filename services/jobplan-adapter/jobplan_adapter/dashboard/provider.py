"""A provider's page: its state and age, what could not be read, whom of its users nobody knows, and polling it now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.contracts.types import ExternalId, Vpd
from esrlink.db import ReadTx
from esrlink.errors import Conflict, NotFound
from esrlink.status import Figure
from esrlink.web.desk import Said, told
from esrlink.web.wording import counted, percent
from jobplan_adapter.dashboard.desk import POLLERS, Desk, Poller, Viewer, sees_names
from jobplan_adapter.dashboard.matters import REASONS, WHY
from jobplan_adapter.lists.faults import faults_of
from jobplan_adapter.people.unmatched import unmatched_users
from jobplan_adapter.polling.state import ProviderState, states_of
from jobplan_adapter.providers.port import ProviderRefused, ProviderUnavailable
from jobplan_adapter.trusts import get_trust

# A page, not a list: all of them stand under Exceptions.
_SHOWN = 20
_SAID = {
    "busy": "It is being polled just now. Look again in a minute.",
    "failed": "It did not answer as it should: what is wrong stands below. The plans that it showed last are kept.",
}


def router(desk: Desk) -> APIRouter:
    """The page at `/providers/{vpd}/{name}`, and the form that polls."""
    page = APIRouter(prefix="/providers/{vpd}/{name}")

    @page.get("")
    async def provider(
        request: Request,
        reader: Viewer,
        vpd: Annotated[Vpd, Path()],
        name: Annotated[ExternalId, Path()],
        said: Said = None,
        changed: Annotated[int | None, Query(ge=0, lt=10**6)] = None,
    ) -> HTMLResponse:
        reader.require_vpd(vpd)
        async with desk.database.read([vpd]) as tx:
            state = await _state(tx, vpd, name)
            faults = await faults_of(tx, vpd, name)
            unmatched = await unmatched_users(tx, vpd, name)
            settings = (await get_trust(tx, vpd)).provider(name)
        polled = f"It was polled: {counted(changed, 'plan')} changed." if changed is not None else None
        return await desk.render(
            request,
            "provider.html",
            reader,
            section="",
            title=f"Provider {name}",
            above=(("", "Overview"),),
            flash=polled if said == "polled" else told(said, _SAID),
            provider=state,
            figures=_figures(state),
            settings=settings,
            faults=faults,
            unmatched=unmatched[:_SHOWN],
            unmatched_count=len(unmatched),
            reasons=REASONS,
            why=WHY,
            may_poll=bool(reader.roles & POLLERS),
            uploads=settings.kind == "upload" and sees_names(reader),
            shows_names=sees_names(reader),
        )

    @page.post("/poll")
    async def poll(
        reader: Poller, vpd: Annotated[Vpd, Path()], name: Annotated[ExternalId, Path()]
    ) -> RedirectResponse:
        reader.require_vpd(vpd)
        here = f"providers/{vpd}/{name}"
        try:
            result = await desk.polls.poll_now(vpd, name)
        except (ProviderUnavailable, ProviderRefused):
            return desk.to(here, said="failed")
        except Conflict:
            return desk.to(here, said="busy")
        return desk.to(here, said="polled", changed=str(result.changed))

    return page


def _figures(state: ProviderState) -> list[Figure]:
    return [
        Figure(label="Live users", value=state.users),
        Figure(label="Match rate", value=percent(state.match_rate)),
        Figure(label="Without an ESR person", value=state.unmatched, tone="warning" if state.unmatched else "good"),
        Figure(label="Plans", value=state.plans),
        Figure(label="Records that cannot be read", value=state.faults, tone="warning" if state.faults else "good"),
    ]


async def _state(tx: ReadTx, vpd: str, name: str) -> ProviderState:
    """The provider's state. Raises `NotFound`."""
    for one in await states_of(tx, [vpd]):
        if one.name == name:
            return one
    raise NotFound(f"The trust has no job plan provider {name!r}.", field="name")
