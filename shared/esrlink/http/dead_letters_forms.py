"""The forms of the dead letters' pages, for operators: what becomes of a letter, of many, and of a stopped topic.

Each is answered by a redirect, so that loading the page again sends nothing twice.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from esrlink.auth.trust_choice import vpds_shown
from esrlink.bus.dead_letters import LetterFilter
from esrlink.bus.dead_letters_deciding import discard, reopen
from esrlink.bus.fuse import reset_fuse
from esrlink.bus.reasons import ReasonClass
from esrlink.bus.retrying_jobs import cancel_job, request_job
from esrlink.http.dead_letters_place import Operator, Place

Topic = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]


def forms_router(place: Place) -> APIRouter:
    """The forms of all pages."""
    router = APIRouter()
    router.include_router(_letter_forms(place))
    router.include_router(_list_forms(place))
    return router


def _list_forms(place: Place) -> APIRouter:
    router = APIRouter()

    @router.post("/dead-letters/retry-all")
    async def retry_all(
        request: Request,
        person: Operator,
        topic: Topic = "",
        reason_class: Annotated[str, Form(alias="class", max_length=50)] = "",
    ) -> RedirectResponse:
        chosen = ReasonClass(reason_class) if reason_class in set(ReasonClass) else None
        async with place.database.write(vpds_shown(request, person)) as tx:
            await request_job(tx, LetterFilter(topic=topic or None, reason_class=chosen), person.subject)
        return place.to(said="asked")

    @router.post("/dead-letters/jobs/{job_id}/cancel")
    async def cancel(person: Operator, job_id: UUID) -> RedirectResponse:
        async with place.database.write() as tx:
            await cancel_job(tx, job_id, person.vpds)
        return place.to(said="cancelled")

    @router.post("/dead-letters/fuses/reset")
    async def reset(_: Operator, topic: Topic) -> RedirectResponse:
        async with place.database.write() as tx:
            await reset_fuse(tx, place.retrying.consumer, topic)
        return place.to(said="reset")

    return router


def _letter_forms(place: Place) -> APIRouter:
    router = APIRouter(prefix="/dead-letters/{letter_id}")

    @router.post("/retry")
    async def retry_one(person: Operator, letter_id: UUID) -> RedirectResponse:
        return await place.retried(await place.own_letter(person, letter_id), person)

    @router.post("/discard")
    async def discard_one(
        person: Operator, letter_id: UUID, reason: Annotated[str, Form(max_length=2_000)] = ""
    ) -> RedirectResponse:
        await place.own_letter(person, letter_id)
        async with place.database.write(person.vpds) as tx:
            await discard(tx, letter_id, reason, person.subject)
        return place.to(letter_id, "discarded")

    @router.post("/reopen")
    async def reopen_one(person: Operator, letter_id: UUID) -> RedirectResponse:
        await place.own_letter(person, letter_id)
        async with place.database.write(person.vpds) as tx:
            await reopen(tx, letter_id, person.subject)
        return place.to(letter_id, "reopened")

    return router
