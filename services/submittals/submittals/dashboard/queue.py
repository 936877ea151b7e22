"""A queue's page, and what is done with several of its records at once: ticked, looked at as they would become, then done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.errors import Invalid, NotFound
from submittals.dashboard.acting import Key, Wish, act
from submittals.dashboard.desk import Desk, Viewer
from submittals.dashboard.queue_filter import filter_back, filter_of
from submittals.dashboard.queue_page import Row, Sitting, on_with, row_of, show_queue
from submittals.dashboard.queues import NEEDS_REASON, QUEUES, Queue, bulk_acts
from submittals.lists.queues import lines
from submittals.records.results import Result

MOST_AT_ONCE = 100
_KEY = re.compile(r"([0-9]{3})/([0-9a-f-]{36})/([0-9]{1,9})")
_COUNT = Annotated[int, Query(ge=0, le=100_000)]
_NO_NUL = r"^[^\x00]*$"
Typed = Annotated[str, Form(max_length=500, pattern=_NO_NUL)]
Back = Annotated[str, Form(max_length=1_000, pattern=_NO_NUL)]
Ticks = Annotated[list[Annotated[str, Form(max_length=60)]], Form(max_length=MOST_AT_ONCE)]
_NONE_TICKED = "Tick the records that you mean, and choose what becomes of them."
_WHY = "Say why, in 3 letters or more: the department and payroll will read it."
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Look:
    """A record on the preview: what it would become, or why it would stay."""

    row: Row
    becomes: str | None
    refused: str | None


def router(desk: Desk) -> APIRouter:
    """The pages at `/queues/{name}`, and their forms."""
    page = APIRouter(prefix="/queues")

    @page.get("/{name}")
    async def queue(
        request: Request,
        person: Viewer,
        name: str,
        done: _COUNT = 0,
        just: _COUNT = 0,
        left: _COUNT = 0,
        act: Annotated[str, Query(max_length=20)] = "",
    ) -> HTMLResponse:
        sitting = Sitting(done, just, left, act)
        return await show_queue(desk, request, person, _queue(name), filter_of(request.query_params), sitting=sitting)

    @page.post("/{name}/preview")
    async def look(
        request: Request,
        person: Viewer,
        name: str,
        tick: Ticks = [],  # noqa: B006 - never changed
        command: Annotated[str, Form(max_length=20)] = "",
        reason: Typed = "",
        done: Annotated[int, Form(ge=0, le=100_000)] = 0,
        back: Back = "",
    ) -> HTMLResponse:
        queue, asked = _queue(name), filter_back(back)
        try:
            keys, wish = _read(queue, person, tick, command, reason)
        except Invalid as error:
            return await show_queue(desk, request, person, queue, asked, refused=error.detail, status=error.status)
        looks = await _looks(desk, request, person, keys, await act(desk, person, keys, wish, meant=False))
        return await desk.render(
            request,
            "queue_preview.html",
            person,
            section=f"queues/{queue.name}",
            title="What would happen",
            above=((f"queues/{queue.name}?{asked.address}".rstrip("?"), queue.title),),
            queue=queue,
            wish=wish,
            verb=bulk_acts(queue, person)[wish.command],
            looks=looks,
            would=[one for one in looks if one.becomes],
            done=done,
            back=asked.address,
        )

    @page.post("/{name}/apply")
    async def apply(
        request: Request,
        person: Viewer,
        name: str,
        tick: Ticks = [],  # noqa: B006 - never changed
        command: Annotated[str, Form(max_length=20)] = "",
        reason: Typed = "",
        done: Annotated[int, Form(ge=0, le=100_000)] = 0,
        back: Back = "",
    ) -> Response:
        queue, asked = _queue(name), filter_back(back)
        try:
            keys, wish = _read(queue, person, tick, command, reason)
        except Invalid as error:
            return await show_queue(desk, request, person, queue, asked, refused=error.detail, status=error.status)
        became = await act(desk, person, keys, wish)
        good = sum(result.error is None for result in became.values())
        return on_with(desk, queue, asked, Sitting(done + good, good, len(became) - good, wish.command))

    return page


def _queue(name: str) -> Queue:
    if name not in QUEUES:
        raise NotFound("There is no such queue.")
    return QUEUES[name]


def _read(queue: Queue, person: Principal, tick: Sequence[str], command: str, reason: str) -> tuple[list[Key], Wish]:
    """What a form asks for. Raises `Invalid` with a sentence for whoever sent it."""
    chosen = next((one for one in bulk_acts(queue, person) if one == command), None)
    if not tick or chosen is None:
        raise Invalid(_NONE_TICKED, field="tick")
    said = reason.strip()
    if chosen in NEEDS_REASON and len(said) < _SHORTEST:
        raise Invalid(_WHY, field="reason")
    return [read_key(one) for one in dict.fromkeys(tick)], Wish(chosen, said or None)


def read_key(key: str) -> Key:
    """The record that a form names, and the version that was looked at. Raises `Invalid`."""
    found = _KEY.fullmatch(key)
    try:
        vpd, submittal_id, version = found.groups() if found else ("", "", "")
        return vpd, UUID(submittal_id), int(version)
    except ValueError as error:
        raise Invalid("The form names no record. Load the page again.", field="tick") from error


async def _looks(
    desk: Desk, request: Request, person: Principal, keys: Sequence[Key], became: dict[Key, Result]
) -> list[Look]:
    vpds = vpds_shown(request, person)
    # A record of another department was refused as if it did not exist: nothing of it is shown.
    there = {key: result for key, result in became.items() if result.record is not None}
    async with desk.database.read(vpds) as tx:
        rows = {line.id: line for line in await lines(tx, vpds, [key[1] for key in there])}
        departments = await desk.department_names(tx, vpds)
    found = []
    for key in keys:
        result = there.get(key)
        if result is None or result.record is None or key[1] not in rows:
            continue
        refused = result.error.detail if result.error else None
        becomes = None if refused else str(result.record.standing.state)
        found.append(Look(row_of(rows[key[1]], departments), becomes, refused))
    return found
