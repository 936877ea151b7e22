"""Operations that decide what becomes of one dead letter: retry, edit, discard, reopen."""

from __future__ import annotations

import json
from uuid import UUID

from fastapi import APIRouter

from esrlink.auth import Principal
from esrlink.bus.dead_letters import Letter, find_letter
from esrlink.bus.dead_letters_deciding import discard, edit, letter_of_a_trust, reopen
from esrlink.bus.retrying import Retrying
from esrlink.http.dead_letters_answers import Discard, Edit, LetterAnswer, RetryAnswer, letter_answer, retry_answer
from esrlink.http.dead_letters_callers import CanAct
from esrlink.http.problems import problem_responses


def dead_letters_acting_router(retrying: Retrying) -> APIRouter:
    """Deciding under `/v1/dead-letters/{letter_id}`."""
    api = APIRouter(prefix="/v1/dead-letters/{letter_id}", tags=["dead letters"])
    database = retrying.database

    async def own_letter(principal: Principal, letter_id: UUID) -> Letter:
        async with database.read(principal.vpds) as tx:
            return await letter_of_a_trust(tx, letter_id)

    @api.post(
        "/retry",
        operation_id="retryDeadLetter",
        summary="Take a dead letter's event into effect after all",
        description="Answers with what came of it: a retry that fails is no error of the request. The letter then stays parked.",
        responses=problem_responses(401, 403, 404, 409, 422, 503),
    )
    async def retry_one(principal: CanAct, letter_id: UUID) -> RetryAnswer:
        done = await retrying.retry(await own_letter(principal, letter_id), principal.subject)
        return retry_answer(done.letter, done.failure)

    @api.post(
        "/edit",
        operation_id="editDeadLetter",
        summary="Put another value in the place of the message's own, and retry",
        description=(
            "The value is checked against the event's model first; a field that is wrong is named, and nothing is kept. The "
            "original stays. The trust, person, profile or plan that the event is about cannot be changed."
        ),
        responses=problem_responses(401, 403, 404, 409, 422, 503),
    )
    async def edit_one(principal: CanAct, letter_id: UUID, body: Edit) -> RetryAnswer:
        letter = await own_letter(principal, letter_id)
        async with database.write(principal.vpds) as tx:
            await edit(tx, letter_id, json.dumps(body.value), principal.subject, event_type=body.type)
        done = await retrying.retry(letter, principal.subject)
        return retry_answer(done.letter, done.failure)

    @api.post(
        "/discard",
        operation_id="discardDeadLetter",
        summary="Decide that a dead letter shall not take effect",
        description="It is kept with your reason, and can be reopened.",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def discard_one(principal: CanAct, letter_id: UUID, body: Discard) -> LetterAnswer:
        await own_letter(principal, letter_id)
        async with database.write(principal.vpds) as tx:
            await discard(tx, letter_id, body.reason, principal.subject)
            return letter_answer(await find_letter(tx, letter_id))

    @api.post(
        "/reopen",
        operation_id="reopenDeadLetter",
        summary="Take the discard of a dead letter back",
        description="It waits again.",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def reopen_one(principal: CanAct, letter_id: UUID) -> LetterAnswer:
        await own_letter(principal, letter_id)
        async with database.write(principal.vpds) as tx:
            await reopen(tx, letter_id, principal.subject)
            return letter_answer(await find_letter(tx, letter_id))

    return api
