"""The form that splits extra work over posts and cost codes: records of their own in place of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import ValidationError

from esrlink.errors import EsrLinkError, Invalid
from submittals.dashboard.access import is_own, record_for
from submittals.dashboard.desk import Anybody, Desk
from submittals.dashboard.record import plain_form
from submittals.dashboard.record_page import PARTS, From, Refused, show_record
from submittals.flow.asking import Ask
from submittals.flow.splitting import Part, split
from submittals.records.state import Command

_NAMES = ("units", "assignment_number", "cost_code", "note")
_FEWEST = 2


def router(desk: Desk) -> APIRouter:
    """The form at `/records/{id}/split`."""
    page = APIRouter(prefix="/records/{submittal_id}")

    @page.post("/split")
    async def apart(
        request: Request,
        person: Anybody,
        submittal_id: UUID,
        version: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
    ) -> Response:
        sent = plain_form(await request.form())
        async with desk.database.read(person.vpds) as tx:
            record = await record_for(tx, person, submittal_id)
        own = is_own(person, record)
        ask = Ask(
            submittal_id,
            Command.SPLIT,
            person.subject,
            expected_version=version,
            by_number=person.esr_number(record.vpd),
            roles=person.roles,
        )
        try:
            async with desk.database.write([record.vpd]) as tx:
                await split(
                    tx,
                    record.vpd,
                    ask,
                    parts_typed(sent),
                    now=desk.parts.clock.now(),
                    new_id=desk.parts.new_id,
                    client=person.subject,
                    may_touch=(lambda _product, _department: True) if own else person.may_touch_department,
                )
        except EsrLinkError as error:
            async with desk.database.read(person.vpds) as tx:
                again = await record_for(tx, person, submittal_id)
                refused = Refused(Command.SPLIT, error, sent)
                return await show_record(desk, request, person, tx, again, opened_from=From(), refused=refused)
        return desk.to(f"records/{submittal_id}", said="split")

    return page


def parts_typed(sent: Mapping[str, str]) -> Sequence[Part]:
    """The parts that a form has; rows that are left empty are none. Raises `Invalid`."""
    rows = [{name: sent.get(f"{name}_{number}", "").strip() or None for name in _NAMES} for number in PARTS]
    typed = [(number, row) for number, row in zip(PARTS, rows, strict=True) if any(row.values())]
    if len(typed) < _FEWEST:
        raise Invalid("Say how many units each of two parts or more has.", field="parts")
    return [_part(number, row) for number, row in typed]


def _part(number: int, row: Mapping[str, str | None]) -> Part:
    try:
        return Part.model_validate(row)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0]).replace("_", " ")
        raise Invalid(f"Part {number}: its {name} cannot be taken.", field="parts") from error
