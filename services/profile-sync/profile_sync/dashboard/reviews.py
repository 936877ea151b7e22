"""The review queue: what waits for a person, decided one by one, and a way back from what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.errors import EsrLinkError, Invalid
from profile_sync.dashboard.desk import Decider, Desk, NameReader
from profile_sync.dashboard.review_filter import asked_of, filter_of
from profile_sync.dashboard.review_forms import NO_NUL, Back, Key, Typed, read_key, wish_of
from profile_sync.dashboard.review_page import Refused, on_with, show_queue
from profile_sync.dashboard.typed import Kept
from profile_sync.reviews.acting import MOST_AT_ONCE
from profile_sync.reviews.acting import act as act_on
from profile_sync.reviews.acting import undo as undo_all


def router(desk: Desk) -> APIRouter:
    """The page at `/reviews` and its forms."""
    page = APIRouter()

    @page.get("/reviews")
    async def reviews(
        request: Request,
        reader: NameReader,
        done: Annotated[Sequence[UUID], Query(max_length=MOST_AT_ONCE)] = (),
        left: Annotated[int, Query(ge=0, le=MOST_AT_ONCE)] = 0,
    ) -> HTMLResponse:
        return await show_queue(desk, request, reader, asked_of(desk, request, reader), done=done, left=left)

    @page.post("/reviews/filter")
    async def narrow(
        request: Request,
        reader: NameReader,
        text: Annotated[str, Form(max_length=100, pattern=NO_NUL)] = "",
    ) -> RedirectResponse:
        typed, look = text.strip(), desk.typed.new_look()
        chosen = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        asked = replace(filter_of(chosen), look=look if typed else "", cursor="")
        answer = RedirectResponse(f"{desk.home}reviews{f'?{asked.address}' if asked.address else ''}", status_code=303)
        if typed:
            desk.typed.remember(request, answer, reader, look, Kept(typed))
        return answer

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
        asked = asked_of(desk, request, reader, back)
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
        request: Request,
        reader: Decider,
        decision: Annotated[list[UUID], Form(max_length=MOST_AT_ONCE)],
        back: Back = "",
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
        return on_with(desk, asked_of(desk, request, reader, back), outcome.decided)

    return page
