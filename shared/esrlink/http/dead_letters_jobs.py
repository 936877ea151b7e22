"""Operations on many dead letters at once, and on the fuses: retry all as a job, and let a stopped topic go on."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from esrlink.bus.dead_letters import LetterFilter
from esrlink.bus.fuse import blown_fuses, reset_fuse
from esrlink.bus.retrying import Retrying
from esrlink.bus.retrying_jobs import cancel_job, find_job, request_job
from esrlink.db.database import Database
from esrlink.errors import NotFound
from esrlink.http.dead_letters_answers import (
    FusesAnswer,
    JobAnswer,
    ResetAnswer,
    RetryAll,
    fuse_answer,
    job_answer,
)
from esrlink.http.dead_letters_callers import CanAct, CanSee
from esrlink.http.problems import problem_responses


def retry_all_router(database: Database) -> APIRouter:
    """`/v1/dead-letters:retry-all` and `/v1/dead-letters/jobs`."""
    api = APIRouter(tags=["dead letters"])

    @api.post(
        "/v1/dead-letters:retry-all",
        operation_id="retryAllDeadLetters",
        summary="Retry all dead letters that wait, or those of a topic or class",
        description=(
            "A job: oldest first, in order for each person. When one fails, the later ones of that person are left out, and so "
            "are letters of class `ambiguous`. Only letters of your trusts. The address of the job is in `Location`."
        ),
        status_code=202,
        responses=problem_responses(401, 403, 404, 422),
    )
    async def retry_all(principal: CanAct, body: RetryAll, response: Response) -> JobAnswer:
        if body.vpd is not None:
            principal.require_vpd(body.vpd)
        async with database.write([body.vpd] if body.vpd else principal.vpds) as tx:
            job = await request_job(
                tx, LetterFilter(topic=body.topic, reason_class=body.reason_class), principal.subject
            )
        response.headers["Location"] = f"dead-letters/jobs/{job.id}"
        return job_answer(job)

    @api.get(
        "/v1/dead-letters/jobs/{job_id}",
        operation_id="readRetryJob",
        summary="Read how far a job has come",
        description="How many letters it took into effect, how many failed again, and how many it left out.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read_job(principal: CanSee, job_id: UUID) -> JobAnswer:
        async with database.read() as tx:
            return job_answer(await find_job(tx, job_id, principal.vpds))

    @api.post(
        "/v1/dead-letters/jobs/{job_id}/cancel",
        operation_id="cancelRetryJob",
        summary="Stop a job where it is",
        description="What it did stays. 409 `wrong_state` when it has ended.",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def cancel(principal: CanAct, job_id: UUID) -> JobAnswer:
        async with database.write() as tx:
            return job_answer(await cancel_job(tx, job_id, principal.vpds))

    return api


def fuses_router(retrying: Retrying) -> APIRouter:
    """`/v1/fuses`."""
    api = APIRouter(prefix="/v1/fuses", tags=["dead letters"])

    @api.get(
        "",
        operation_id="readFuses",
        summary="Read which topics are not consumed",
        description=(
            "When too many messages of a topic in a row fail, the service stops taking them: what follows is neither parked nor "
            "lost, it waits on the bus. One message is tried now and then; its success lets the topic go on."
        ),
        responses=problem_responses(401, 403),
    )
    async def read_fuses(_: CanSee) -> FusesAnswer:
        async with retrying.database.read() as tx:
            return FusesAnswer(fuses=[fuse_answer(fuse) for fuse in await blown_fuses(tx, retrying.consumer)])

    @api.post(
        "/{topic}/reset",
        operation_id="resetFuse",
        summary="Let a topic go on",
        description="After its cause is mended. If messages still fail, it stops again after as many.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def reset(
        _: CanAct, topic: Annotated[str, Path(max_length=200, pattern=r"^[^\x00]*$", examples=["esr.profile.imported"])]
    ) -> ResetAnswer:
        async with retrying.database.write() as tx:
            if not await reset_fuse(tx, retrying.consumer, topic):
                raise NotFound("That topic is not stopped here.", field="topic")
        return ResetAnswer(topic=topic)

    return api
