"""The page with what is in a dead letter, and the form to edit it: for operators of the letter's trust, each look remembered.

An edit that is wrong is shown again as it was written, with what is wrong in it.
"""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.auth import Principal
from esrlink.bus.dead_letters import LetterState, find_letter
from esrlink.bus.dead_letters_content import Content, EditRefused, content_of, type_of, types_for
from esrlink.bus.dead_letters_deciding import edit, look_inside
from esrlink.db import trust_names
from esrlink.http.dead_letters_answers import text_of
from esrlink.http.dead_letters_place import Operator, Place


def message_router(place: Place) -> APIRouter:
    """The page and its form."""
    router = APIRouter(prefix="/dead-letters/{letter_id}")

    @router.get("/message")
    async def message(request: Request, person: Operator, letter_id: UUID) -> HTMLResponse:
        await place.own_letter(person, letter_id)
        async with place.database.write(person.vpds) as tx:
            content = await look_inside(tx, letter_id, person.subject)
        return await _page(place, request, person, content)

    @router.post("/edit", response_model=None)
    async def edit_one(
        request: Request,
        person: Operator,
        letter_id: UUID,
        value: Annotated[str, Form()] = "",
        event_type: Annotated[str, Form(alias="type", max_length=200)] = "",
    ) -> HTMLResponse | RedirectResponse:
        letter = await place.own_letter(person, letter_id)
        try:
            async with place.database.write(person.vpds) as tx:
                await edit(tx, letter_id, value, person.subject, event_type=event_type or None)
        except EditRefused as refused:
            async with place.database.read(person.vpds) as tx:
                content = await content_of(tx, letter_id)
            return await _page(place, request, person, content, refused, value)
        return await place.retried(letter, person)

    return router


async def _page(
    place: Place,
    request: Request,
    person: Principal,
    content: Content,
    refused: EditRefused | None = None,
    typed: str | None = None,
) -> HTMLResponse:
    async with place.database.read(person.vpds) as tx:
        letter = await find_letter(tx, content.letter_id)
        names = await trust_names(tx, person.vpds)
    original, encoding = text_of(content.message.value)
    types = types_for(letter.topic)
    if typed is None:
        typed = _pretty(content.edited or (original if encoding == "text" else ""))
    return place.pages.render(
        request,
        "dead_letter_message.html",
        title="What is in the message",
        status=200 if refused is None else refused.status,
        letter=letter,
        content=content,
        original=_pretty(original),
        encoding=encoding,
        edited=_pretty(content.edited) if content.edited is not None else None,
        can_edit=letter.state is LetterState.PARKED and bool(types),
        types=types,
        chosen_type=type_of(content) if types else "",
        typed=typed,
        refused=refused,
        trust_names=names,
        **place.shared(
            person, None, ("Dead letters", place.base), ("Dead letter", f"{place.base}/{content.letter_id}")
        ),
    )


def _pretty(text: str) -> str:
    """JSON with an indent, as people read it; other text as it is."""
    try:
        told = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        told.encode()  # half a surrogate pair can be written in JSON, but not on a page
    except (ValueError, RecursionError):
        return text
    return told
