"""Operations that read dead letters: the same at every service.

A caller sees the letters of its trusts, and that there are letters of no known trust; what is in those is for the command
line alone, because they could be anybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from esrlink.bus.dead_letters import (
    Letter,
    count_waiting,
    earlier_of_the_same,
    find_letter,
    find_letters,
    history,
)
from esrlink.bus.dead_letters_deciding import letter_of_a_trust, look_inside
from esrlink.bus.retrying import Retrying
from esrlink.http.dead_letters_answers import (
    LettersAnswer,
    LetterWithHistory,
    MessageAnswer,
    count_answer,
    letter_answer,
    letter_with_history,
    message_answer,
)
from esrlink.http.dead_letters_callers import CanAct, CanSee, Wanted
from esrlink.http.problems import problem_responses
from esrlink.http.spreadsheet import csv_answer

COLUMNS = (
    "id", "topic", "vpd", "event_id", "reason_class", "reason", "state", "attempts", "is_edited", "parked_at", "settled_at",
)  # fmt: skip


def dead_letters_router(retrying: Retrying) -> APIRouter:
    """Reading under `/v1/dead-letters`."""
    api = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])
    database = retrying.database

    @api.get(
        "",
        operation_id="findDeadLetters",
        summary="Find dead letters",
        description="Messages that could not be taken into effect, newest first. As CSV by `Accept: text/csv` or `format=csv`.",
        response_model=LettersAnswer,
        responses={**problem_responses(401, 403, 404, 422), 200: {"content": {"text/csv": {}}}},
    )
    async def find(
        principal: CanSee,
        wanted: Wanted,
        vpd: Annotated[
            str | None, Query(pattern=r"^[0-9]{3}$", description="One trust only.", examples=["277"])
        ] = None,
        cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        accept: Annotated[str, Header()] = "application/json",
        format_: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
    ) -> LettersAnswer | Response:
        if vpd is not None:
            principal.require_vpd(vpd)
        async with database.read([vpd] if vpd else principal.vpds) as tx:
            found, following = await find_letters(tx, wanted, cursor=cursor, limit=limit)
            waiting = await count_waiting(tx)
        if format_ == "csv" or (format_ is None and "text/csv" in accept):
            return csv_of(found)
        return LettersAnswer(
            letters=[letter_answer(letter) for letter in found],
            next=following,
            waiting=[count_answer(one) for one in waiting],
        )

    @api.get(
        "/{letter_id}",
        operation_id="readDeadLetter",
        summary="Read a dead letter and its history",
        description="Why the message was parked and what people did with it since; not what is in it.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanSee, letter_id: UUID) -> LetterWithHistory:
        async with database.read(principal.vpds) as tx:
            letter = await find_letter(tx, letter_id)
            steps = await history(tx, letter_id)
            return letter_with_history(letter, steps, await earlier_of_the_same(tx, letter_id))

    @api.get(
        "/{letter_id}/message",
        operation_id="readDeadLetterMessage",
        summary="Look inside a dead letter",
        description=(
            "The message as it came, and what somebody put in its place. It may hold personal data, so each look is a step in "
            "the letter's history. 403 `no_known_trust` for a message that does not say whose it is."
        ),
        responses=problem_responses(401, 403, 404, 422),
    )
    async def look(principal: CanAct, letter_id: UUID) -> MessageAnswer:
        async with database.write(principal.vpds) as tx:
            await letter_of_a_trust(tx, letter_id)
            return message_answer(await look_inside(tx, letter_id, principal.subject))

    return api


def csv_of(letters: Sequence[Letter]) -> Response:
    """The letters as a file for a spreadsheet: a topic or a reason may come from a stranger's message."""
    return csv_answer("dead-letters.csv", COLUMNS, ([getattr(letter, name) for name in COLUMNS] for letter in letters))
