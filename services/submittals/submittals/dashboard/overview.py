"""The dashboard: how many records stand where, what waits for whom, what came back and why, and the next cut-off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.bus import backlog
from esrlink.db import trust_names
from esrlink.runtime import Parts
from esrlink.status import CutOff, Figure, Notice, StatusReport
from esrlink.version import VERSION
from esrlink.web.wording import counted
from submittals.dashboard.desk import Desk, Viewer
from submittals.dashboard.words import WAITS_FOR
from submittals.esr import cut_offs
from submittals.esr.cut_offs import Closing
from submittals.records import reading
from submittals.records.reading import StateCount
from submittals.records.state import State

# Enough to see what goes wrong today; the API lists the rest.
_RETURNED_SHOWN = 20
STATES = tuple(state for state in State if state is not State.SUPERSEDED)


def totals(counts: Iterable[StateCount]) -> dict[State, int]:
    """Counts by state, over trusts and departments."""
    found: Counter[State] = Counter()
    for one in counts:
        found[State(one.state)] += one.count
    return dict(found)


def router(desk: Desk) -> APIRouter:
    """The page at the service's root."""
    page = APIRouter()

    @page.get("/")
    async def dashboard(request: Request, person: Viewer) -> HTMLResponse:
        vpds, now = vpds_shown(request, person), desk.parts.clock.now()
        async with desk.database.read(vpds) as tx:
            counts = await reading.counts(tx, vpds, person.departments)
            returned = await reading.returned(tx, vpds, person.departments, _RETURNED_SHOWN)
            coming = await cut_offs.coming(tx, vpds, now)
            department_names = await desk.department_names(tx, vpds)
            names = await trust_names(tx, person.vpds)
        by_state = totals(counts)
        oldest = {state: min(one.oldest for one in counts if one.state == state) for state in by_state}
        departments: dict[tuple[str, str, str], Counter[State]] = {}
        for one in counts:
            departments.setdefault((one.vpd, one.product, one.department), Counter())[State(one.state)] += one.count
        return await desk.render(
            request,
            "submittals.html",
            person,
            section="",
            title="Submittals",
            department_names=department_names,
            figures=figures(by_state),
            states=[state for state in STATES if by_state.get(state)],
            departments=departments,
            waiting=[
                (words, by_state[state], state, oldest[state])
                for state, words in WAITS_FOR.items()
                if by_state.get(state)
            ],
            returned=returned,
            coming=_cut_offs(coming, names),
        )

    return page


async def status_of(principal: Principal, parts: Parts) -> StatusReport:
    """The status report, of the caller's trusts and departments only."""
    vpds, now = sorted(principal.vpds), parts.clock.now()
    async with parts.database.read(vpds) as tx:
        by_state = totals(await reading.counts(tx, vpds, principal.departments))
        coming = await cut_offs.coming(tx, vpds, now)
        names = await trust_names(tx, vpds)
        behind = await backlog(tx, service="submittals")
    unknown = by_state.get(State.UNKNOWN, 0)
    said = f"What became of {counted(unknown, 'sent record')} is unknown: payroll must find out."
    return StatusReport(
        service="submittals",
        title="Submittals",
        version=VERSION,
        figures=figures(by_state) if by_state else [],
        backlog=behind,
        notices=[Notice(tone="bad", text=said, href="/submittals/")] if unknown else [],
        next_cut_offs=_cut_offs(coming, names),
    )


def _cut_offs(coming: Mapping[str, Closing], names: Mapping[str, str]) -> list[CutOff]:
    found = [
        CutOff(vpd=vpd, trust=names.get(vpd, f"Trust {vpd}"), at=closing.at, pay=closing.pay_name)
        for vpd, closing in coming.items()
    ]
    return sorted(found, key=lambda cut: (cut.at, cut.vpd))


def figures(by_state: Mapping[State, int]) -> list[Figure]:
    """The headline numbers."""
    to_check = by_state.get(State.ENRICHED, 0) + by_state.get(State.VALIDATED, 0)
    to_mend = by_state.get(State.RETURNED, 0) + by_state.get(State.REJECTED, 0)
    on_their_way = sum(
        by_state.get(state, 0) for state in (State.APPROVED, State.SCHEDULED, State.SENT, State.ACCEPTED)
    )
    return [
        Figure(label="To enrich", value=by_state.get(State.PENDING, 0)),
        Figure(label="To validate or approve", value=to_check),
        Figure(label="To mend", value=to_mend, href="/submittals/#to-mend", tone="warning" if to_mend else "neutral"),
        Figure(label="On their way", value=on_their_way),
        Figure(label="Landed", value=by_state.get(State.LANDED, 0), tone="good"),
    ]
