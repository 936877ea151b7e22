"""The review queue: what waits for a person, decided one by one; the same as a file, and a way back from what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth.trust_choice import vpds_shown
from esrlink.errors import EsrLinkError, Invalid
from esrlink.http.spreadsheet import csv_answer
from profile_sync.dashboard.desk import Decider, Desk, NameReader
from profile_sync.dashboard.review_filter import filter_back, filter_of
from profile_sync.dashboard.review_forms import Back, Key, Typed, read_key, wish_of
from profile_sync.dashboard.review_page import Refused, on_with, show_queue
from profile_sync.reviews.acting import MOST_AT_ONCE
from profile_sync.reviews.acting import act as act_on
from profile_sync.reviews.acting import undo as undo_all
from profile_sync.reviews.queue import waiting
from profile_sync.reviews.reading import Item, departments_of, read_items
from profile_sync.rules.reasons import in_words

_MOST_ROWS = 5_000
_COLUMNS = (
    *("trust", "product", "department", "department_name", "profile_id", "state", "why", "waiting_since"),
    *("title", "given_name", "family_name", "esr_number", "registration_number", "email", "grade"),
    *("suggested_1", "score_1", "suggested_2", "score_2", "suggested_3", "score_3"),
)


def router(desk: Desk) -> APIRouter:
    """The page at `/reviews`, its forms and its file."""
    page = APIRouter()

    @page.get("/reviews")
    async def reviews(
        request: Request,
        reader: NameReader,
        done: Annotated[Sequence[UUID], Query(max_length=MOST_AT_ONCE)] = (),
        left: Annotated[int, Query(ge=0, le=MOST_AT_ONCE)] = 0,
    ) -> HTMLResponse:
        return await show_queue(desk, request, reader, filter_of(request.query_params), done=done, left=left)

    @page.get("/reviews.csv")
    async def download(request: Request, reader: NameReader) -> Response:
        wanted = filter_of(request.query_params).wanted(desk.parts.clock.now())
        vpds = vpds_shown(request, reader)
        async with desk.database.read(vpds) as tx:
            found, _ = await waiting(tx, vpds, reader.departments, wanted, limit=_MOST_ROWS)
            items = await read_items(tx, found)
            names = await departments_of(tx, vpds)
        rows = [
            [*_cells(one, names[one.profile.vpd, one.profile.place.product, one.profile.place.department])]
            for one in items
        ]
        return csv_answer("reviews.csv", _COLUMNS, rows)

    @page.post("/reviews/decide")
    async def decide(
        request: Request,
        reader: Decider,
        key: Key,
        act: Annotated[str, Form(max_length=50)] = "",
        reason: Typed = "",
        employee_number: Typed = "",
        back: Back = "",
    ) -> Response:
        asked = filter_back(back)
        spot, revision = read_key(key, reader)
        new_id, now = desk.parts.new_id, desk.parts.clock.now()
        try:
            wish = wish_of(
                act, typed=employee_number, reason=reason, by=reader.subject, revision=revision, decision_id=new_id()
            )
            outcome = await act_on(desk.database, {spot: wish}, now=now, new_id=new_id)
            if spot in outcome.refused:
                raise outcome.refused[spot]
        except EsrLinkError as error:
            kept = Refused(key.rpartition("/")[0], error.detail, reason, employee_number)
            return await show_queue(desk, request, reader, asked, refused=kept, status=error.status)
        return on_with(desk, asked, outcome.decided)

    @page.post("/reviews/undo")
    async def undo(
        reader: Decider, decision: Annotated[list[UUID], Form(max_length=MOST_AT_ONCE)], back: Back = ""
    ) -> RedirectResponse:
        outcome = await undo_all(
            desk.database,
            sorted(reader.vpds),
            decision,
            departments=reader.departments,
            by=reader.subject,
            reason="Taken back from the review queue",
            now=desk.parts.clock.now(),
            new_id=desk.parts.new_id,
        )
        if not outcome.decided:
            raise next(iter(outcome.refused.values()), Invalid("There is nothing to undo.", field="decision"))
        return on_with(desk, filter_back(back), outcome.decided)

    return page


def _cells(item: Item, department: str) -> Iterator[object]:
    one, facts = item.profile, item.profile.facts
    yield from (one.vpd, one.place.product, one.place.department, department, one.place.profile_id)
    yield from (one.state, in_words(one.reason), one.review_since.isoformat() if one.review_since else None)
    yield from (facts.title, facts.given_name, facts.family_name, facts.employee_number, facts.registration_number)
    yield from (facts.email, facts.grade)
    for candidate in one.candidates if one.state == "possible" else ():
        yield from (candidate.employee_number, candidate.score)
