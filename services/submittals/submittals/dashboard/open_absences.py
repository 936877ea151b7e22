"""The open absences that somebody has to say more about: the person was expected back, a statement ended, or no end is known."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import today
from esrlink.errors import NotFound
from esrlink.status import Figure
from submittals.absences.chase import WORDS, ChaseQuery, Lacking, OpenAbsence, counts, open_absences
from submittals.dashboard.chase import VIEWS
from submittals.dashboard.desk import Desk, Viewer
from submittals.trusts import editions

MOST = 100
"""Absences of a trust that are shown, the longest first."""
_SHORT = {
    Lacking.END_PASSED: "Expected back",
    Lacking.CERTIFICATE_ENDED: "Statement ended",
    Lacking.NO_END: "No end yet",
}
_TONES = {Lacking.END_PASSED: "bad", Lacking.CERTIFICATE_ENDED: "warning", Lacking.NO_END: "neutral"}


@dataclass(frozen=True, slots=True)
class View:
    """A trust's open absences as the page shows them."""

    vpd: str
    figures: list[Figure]
    absences: list[OpenAbsence]
    count: int


def router(desk: Desk) -> APIRouter:
    """The page at `/chase/absences`."""
    page = APIRouter()

    @page.get("/chase/absences")
    async def absences(request: Request, person: Viewer) -> HTMLResponse:
        vpds, day = vpds_shown(request, person), today(desk.parts.clock)
        views = []
        async with desk.database.read(vpds) as tx:
            departments = await desk.department_names(tx, vpds)
            for vpd in vpds:
                try:
                    trust = await editions.in_force(
                        tx, vpd, desk.parts.clock.now(), ("general", "absence_types", "rules")
                    )
                except NotFound:
                    continue
                query = ChaseQuery(vpd, day, person.departments, limit=MOST)
                lacking = await counts(tx, query, trust)
                views.append(View(vpd, _figures(lacking), await open_absences(tx, query, trust), sum(lacking.values())))
        return await desk.render(
            request,
            "open_absences.html",
            person,
            section="chase",
            title="Open absences",
            views=VIEWS,
            found=views,
            most=MOST,
            words=WORDS,
            short=_SHORT,
            tones=_TONES,
            departments=departments,
        )

    return page


def _figures(lacking: dict[Lacking, int]) -> list[Figure]:
    return [
        Figure(
            label=words,
            value=lacking.get(one, 0),
            tone="warning" if lacking.get(one) and one != "no_end" else "neutral",
        )
        for one, words in _SHORT.items()
    ]
