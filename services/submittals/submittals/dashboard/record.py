"""The page of one record, and what people do with it: enrich, validate, approve, return, withdraw, mend and send again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.errors import EsrLinkError, Invalid
from esrlink.web.desk import Said, told
from submittals.dashboard.access import is_own, record_for
from submittals.dashboard.acting import Wish, act
from submittals.dashboard.desk import Anybody, Desk
from submittals.dashboard.fields import changed_fields
from submittals.dashboard.queue_filter import Filter, filter_back, filter_of
from submittals.dashboard.queue_page import Sitting, on_with
from submittals.dashboard.queues import DONE, NEEDS_REASON, QUEUES
from submittals.dashboard.record_page import EDITING, From, Refused, show_record
from submittals.records.record import Record

_SAID = {
    **{str(command): f"The record is {words}." for command, words in DONE.items()},
    "split": "The record is split. Its parts go through the flow by themselves; this one is withdrawn.",
    "extended": "It is recorded how long the absence goes on.",
    "closed": "This is the closing of the absence. It goes through the department like every record.",
    "proposed": "The correction is proposed. Another payroll officer seconds or declines it.",
    "seconded": "The correction is seconded. Its records go with the next run.",
    "declined": "The correction is declined. What was sent stays as it is.",
}
_COMMANDS = {str(command): command for command in DONE}
_MOST_FIELDS = 40
_LONGEST = 600


def router(desk: Desk) -> APIRouter:
    """The page at `/records/{id}`, and its forms."""
    page = APIRouter(prefix="/records")

    @page.get("/{submittal_id}")
    async def record(
        request: Request, person: Anybody, submittal_id: UUID, queue: str = "", said: Said = None
    ) -> HTMLResponse:
        opened = _from(queue, filter_of(request.query_params))
        async with desk.database.read(person.vpds) as tx:
            found = await record_for(tx, person, submittal_id)
            return await show_record(desk, request, person, tx, found, opened_from=opened, flash=told(said, _SAID))

    @page.post("/{submittal_id}")
    async def do(
        request: Request,
        person: Anybody,
        submittal_id: UUID,
        command: Annotated[str, Form(max_length=20)] = "",
        version: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
        queue: Annotated[str, Form(max_length=20)] = "",
        back: Annotated[str, Form(max_length=1_000)] = "",
    ) -> Response:
        opened = _from(queue, filter_back(back))
        sent = plain_form(await request.form())
        async with desk.database.read(person.vpds) as tx:
            found = await record_for(tx, person, submittal_id)
        try:
            wish = _wish(command, found, sent)
            key = (found.vpd, found.id, version)
            result = (await act(desk, person, [key], wish, own=is_own(person, found)))[key]
            if result.error is not None:
                raise result.error
        except EsrLinkError as error:
            refused = Refused(command, error, sent if command in EDITING else {})
            async with desk.database.read(person.vpds) as tx:
                again = await record_for(tx, person, submittal_id)
                return await show_record(desk, request, person, tx, again, opened_from=opened, refused=refused)
        if opened.queue:
            return on_with(desk, QUEUES[opened.queue], opened.asked, Sitting(1, 1, 0, str(wish.command)))
        return desk.to(f"records/{submittal_id}", said=str(wish.command))

    return page


def _from(queue: str, asked: Filter) -> From:
    return From(queue, asked) if queue in QUEUES else From()


def plain_form(form: Mapping[str, object]) -> dict[str, str]:
    """The texts of a form. Raises `Invalid` for one that no page of ours has."""
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    if len(texts) > _MOST_FIELDS or any(len(value) > _LONGEST or "\x00" in value for value in texts.values()):
        raise Invalid("The form holds more than a record can.", field="form")
    return texts


def _wish(command: str, record: Record, sent: Mapping[str, str]) -> Wish:
    """What a form asks for. Raises `Invalid` for no button, and for no reason where one is needed."""
    chosen = _COMMANDS.get(command)
    if chosen is None:
        raise Invalid("Press one of the buttons: they say what happens.", field="command")
    reason = sent.get("why", "").strip() or None
    if chosen in NEEDS_REASON and reason is None:
        raise Invalid("Say why: the department and payroll will read it.", field="reason")
    fields = changed_fields(record.kind, record.version.given, sent) if chosen in EDITING else {}
    return Wish(chosen, reason, fields)
