"""The pages of dead letters, the same at every service: `/dead-letters`, and one page for each letter.

They work without scripts: every action is a form, answered by a redirect to a page that says what came of it. What is in a
message is on a page of its own, because each look is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from esrlink.bus.dead_letters import (
    LetterFilter,
    LetterState,
    count_letters,
    count_waiting,
    earlier_of_the_same,
    find_letter,
    find_letters,
    history,
)
from esrlink.bus.fuse import blown_fuses
from esrlink.bus.reasons import ReasonClass
from esrlink.bus.retrying import Retrying
from esrlink.bus.retrying_jobs import find_job, newest_jobs
from esrlink.db import trust_names
from esrlink.http.dead_letters_forms import forms_router
from esrlink.http.dead_letters_message_page import message_router
from esrlink.http.dead_letters_place import Place, Viewer
from esrlink.web.pages import Pages

_SHOWN = 50
Said = Annotated[str | None, Query(max_length=50)]


async def page_filter(
    state: Annotated[str | None, Query(max_length=50)] = LetterState.PARKED.value,
    topic: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    reason_class: Annotated[str | None, Query(alias="class", max_length=50)] = None,
    words: Annotated[str | None, Query(alias="q", max_length=200, pattern=r"^[^\x00]*$")] = None,
) -> LetterFilter:
    """The filter in a page's address: the letters that wait, unless it says otherwise. What is unknown or empty is no filter."""
    return LetterFilter(
        LetterState(state) if state in set(LetterState) else None,
        topic or None,
        ReasonClass(reason_class) if reason_class in set(ReasonClass) else None,
        words or None,
    )


Wanted = Annotated[LetterFilter, Depends(page_filter)]


def dead_letters_pages(retrying: Retrying, pages: Pages, title: str) -> APIRouter:
    """The pages of the service `title`, and their forms."""
    place = Place(retrying, pages, title)
    router = APIRouter(include_in_schema=False)
    router.include_router(_list_router(place))
    router.include_router(_letter_router(place))
    router.include_router(message_router(place))
    router.include_router(forms_router(place))
    return router


def _list_router(place: Place) -> APIRouter:
    router = APIRouter()

    @router.get("/dead-letters")
    async def letters(
        request: Request,
        person: Viewer,
        wanted: Wanted,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        said: Said = None,
    ) -> HTMLResponse:
        shown = vpds_shown(request, person)
        async with place.database.read(shown) as tx:
            found, following = await find_letters(tx, wanted, cursor=cursor or None, limit=_SHOWN)
            matching, waiting = await count_letters(tx, wanted), await count_waiting(tx)
            fuses = await blown_fuses(tx, place.retrying.consumer)
            jobs = await newest_jobs(tx, shown)
            names = await trust_names(tx, person.vpds)
        return place.pages.render(
            request,
            "dead_letters.html",
            title="Dead letters",
            service_title=place.title,
            letters=found,
            matching=matching,
            waiting=waiting,
            fuses=fuses,
            jobs=jobs,
            trust_names=names,
            wanted=wanted,
            states=list(LetterState),
            classes=list(ReasonClass),
            topics=sorted({one.topic for one in waiting} | {wanted.topic} - {None}),
            query=_query(wanted),
            csv_href=f"{place.home}v1/dead-letters?{urlencode({**_api_query(wanted), 'format': 'csv', 'limit': 1_000})}",
            next_cursor=following,
            is_first=not cursor,
            **place.shared(person, said),
        )

    @router.get("/dead-letters/jobs/{job_id}")
    async def job(request: Request, person: Viewer, job_id: UUID) -> HTMLResponse:
        """The part of the page that refreshes itself while a job runs."""
        async with place.database.read() as tx:
            found = await find_job(tx, job_id, person.vpds)
        return place.pages.render(request, "dead_letters_job.html", job=found, **place.shared(person))

    return router


def _letter_router(place: Place) -> APIRouter:
    router = APIRouter()

    @router.get("/dead-letters/{letter_id}")
    async def letter(request: Request, person: Viewer, letter_id: UUID, said: Said = None) -> HTMLResponse:
        async with place.database.read(person.vpds) as tx:
            found = await find_letter(tx, letter_id)
            steps = await history(tx, letter_id)
            earlier = await earlier_of_the_same(tx, letter_id) if found.state is LetterState.PARKED else None
            names = await trust_names(tx, person.vpds)
        return place.pages.render(
            request,
            "dead_letter.html",
            title="Dead letter",
            letter=found,
            steps=steps,
            earlier=earlier,
            trust_names=names,
            has_failed_again=said == "failed" and found.state is LetterState.PARKED,
            **place.shared(person, said, ("Dead letters", place.base)),
        )

    return router


def _query(wanted: LetterFilter) -> Mapping[str, Any]:
    """The filter as the fields of an address."""
    fields = {"state": wanted.state or "all", "topic": wanted.topic, "class": wanted.reason_class, "q": wanted.words}
    return {name: str(value) for name, value in fields.items() if value}


def _api_query(wanted: LetterFilter) -> dict[str, Any]:
    """The same for the API, where no state is all states."""
    return {name: value for name, value in _query(wanted).items() if value != "all"}
