"""A queue's page, and what is done with several of its records at once: ticked, looked at as they would become, then done."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.errors import Invalid, NotFound
from submittals.dashboard.acting import Key, Wish, act
from submittals.dashboard.desk import Desk, Viewer
from submittals.dashboard.queue_filter import filter_back, filter_of
from submittals.dashboard.queue_page import SHOWN, Row, Sitting, on_with, row_of, show_queue
from submittals.dashboard.queues import NEEDS_REASON, QUEUES, Queue, bulk_acts
from submittals.lists.queues import MOST_COUNTED, keys_waiting, lines
from submittals.records.results import Result

MOST_AT_ONCE = 100
_KEY = re.compile(r"([0-9]{3})/([0-9a-f-]{36})/([0-9]{1,9})")
_COUNT = Annotated[int, Query(ge=0, le=100_000)]
_NO_NUL = r"^[^\x00]*$"
_NONE_TICKED = "Tick the records that you mean, and choose what becomes of them."
_WHY = "Say why, in 3 letters or more: the department and payroll will read it."
_SHORTEST = 3


class BulkForm(BaseModel):
    """What is to become of several records: of those that are ticked, or of the whole filter as it was looked at."""

    command: str = Field(default="", max_length=20)
    which: Literal["ticked", "whole"] = "ticked"
    tick: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=MOST_AT_ONCE)
    reason: str = Field(default="", max_length=500, pattern=_NO_NUL)
    back: str = Field(default="", max_length=1_000, pattern=_NO_NUL)
    until: str = Field(default="", max_length=40)
    count: int = Field(default=0, ge=0, le=100_000)
    done: int = Field(default=0, ge=0, le=100_000)


@dataclass(frozen=True, slots=True)
class Look:
    """A record on the preview: what it would become, or why it would stay."""

    row: Row | None
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
        asked: Annotated[BulkForm, Form()],
    ) -> HTMLResponse:
        queue, back = _queue(name), filter_back(asked.back)
        try:
            wish, now = _wish(queue, person, asked), desk.parts.clock.now()
            keys = await _keys(desk, request, person, queue, asked, now)
        except Invalid as error:
            return await show_queue(desk, request, person, queue, back, refused=error.detail, status=error.status)
        most = SHOWN if asked.which == "whole" else MOST_AT_ONCE
        looks = await _looks(desk, request, person, await act(desk, person, keys, wish, meant=False), most)
        return await desk.render(
            request,
            "queue_preview.html",
            person,
            section=f"queues/{queue.name}",
            title="What would happen",
            above=((f"queues/{queue.name}?{back.address}".rstrip("?"), queue.title),),
            queue=queue,
            wish=wish,
            verb=bulk_acts(queue, person)[wish.command],
            looks=looks,
            most=most,
            would=[one for one in looks if one.becomes],
            stays=Counter(one.refused for one in looks if one.refused).most_common(),
            whole=asked.which == "whole",
            at_once=MOST_COUNTED,
            until=now.isoformat(),
            done=asked.done,
            back=back.address,
        )

    @page.post("/{name}/apply")
    async def apply(request: Request, person: Viewer, name: str, asked: Annotated[BulkForm, Form()]) -> Response:
        queue, back = _queue(name), filter_back(asked.back)
        try:
            wish = _wish(queue, person, asked)
            keys = await _keys(desk, request, person, queue, asked)
        except Invalid as error:
            return await show_queue(desk, request, person, queue, back, refused=error.detail, status=error.status)
        became = await act(desk, person, keys, wish)
        good = sum(result.error is None for result in became.values())
        left = len(became) - good
        if asked.which == "whole":
            # What the preview said would stay has stayed: only what was to be done counts as left.
            back, left = filter_back(back.first), max(asked.count - good, 0)
        return on_with(desk, queue, back, Sitting(asked.done + good, good, left, wish.command))

    return page


def _queue(name: str) -> Queue:
    if name not in QUEUES:
        raise NotFound("There is no such queue.")
    return QUEUES[name]


def _wish(queue: Queue, person: Principal, asked: BulkForm) -> Wish:
    """What a form asks for. Raises `Invalid` with a sentence for whoever sent it."""
    chosen = next((one for one in bulk_acts(queue, person) if one == asked.command), None)
    if chosen is None or not (asked.tick or asked.which == "whole"):
        raise Invalid(_NONE_TICKED, field="tick")
    said = asked.reason.strip()
    if chosen in NEEDS_REASON and len(said) < _SHORTEST:
        raise Invalid(_WHY, field="reason")
    return Wish(chosen, said or None)


async def _keys(
    desk: Desk, request: Request, person: Principal, queue: Queue, asked: BulkForm, now: datetime | None = None
) -> list[Key]:
    """The records that a form means: those that are ticked, or all under the filter as it is `now`, or was when looked at."""
    if asked.which != "whole":
        return [read_key(one) for one in dict.fromkeys(asked.tick)]
    vpds = vpds_shown(request, person)
    until = now or _moment(asked.until)
    wanted = filter_back(asked.back).wanted(queue, person, desk.parts.clock.now(), until)
    async with desk.database.read(vpds) as tx:
        return await keys_waiting(tx, vpds, wanted)


def _moment(text: str) -> datetime:
    """When a whole filter was looked at. Raises `Invalid`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("The form does not say when it was looked at. Load the page again.", field="until")
    return moment


def read_key(key: str) -> Key:
    """The record that a form names, and the version that was looked at. Raises `Invalid`."""
    found = _KEY.fullmatch(key)
    try:
        vpd, submittal_id, version = found.groups() if found else ("", "", "")
        return vpd, UUID(submittal_id), int(version)
    except ValueError as error:
        raise Invalid("The form names no record. Load the page again.", field="tick") from error


async def _looks(desk: Desk, request: Request, person: Principal, became: dict[Key, Result], most: int) -> list[Look]:
    """What would become of each; of the first `most` with what they say."""
    vpds = vpds_shown(request, person)
    # A record of another department was refused as if it did not exist: nothing of it is shown.
    there = {key: result for key, result in became.items() if result.record is not None}
    async with desk.database.read(vpds) as tx:
        shown = [key[1] for key in there][:most]
        rows = {line.id: line for line in await lines(tx, vpds, shown)}
        departments = await desk.department_names(tx, vpds)
    found = []
    for key, result in there.items():
        if result.record is None:
            continue
        row = row_of(rows[key[1]], departments) if key[1] in rows else None
        refused = result.error.detail if result.error else None
        becomes = None if refused else str(result.record.standing.state)
        found.append(Look(row, becomes, refused))
    return found
