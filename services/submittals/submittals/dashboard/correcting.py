"""Correcting what was sent: one payroll officer proposes it with a reason, another seconds or declines it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from esrlink.auth import Principal
from esrlink.errors import EsrLinkError, Invalid, NotFound
from submittals.corrections import correction as corrections
from submittals.corrections.correction import RunChoice
from submittals.corrections.proposing import propose
from submittals.corrections.seconding import decline, second
from submittals.dashboard.access import record_for
from submittals.dashboard.desk import Corrector, Desk
from submittals.dashboard.fields import changed_fields
from submittals.dashboard.record import plain_form
from submittals.dashboard.record_page import From, Refused, show_record
from submittals.flow.asking import Ask
from submittals.records.state import Command

Typed = Annotated[str, Form(max_length=500, pattern=r"^[^\x00]*$")]


def router(desk: Desk) -> APIRouter:
    """The forms at `/records/{id}/corrections` and `/records/{id}/corrections/{correction}`."""
    page = APIRouter(prefix="/records/{submittal_id}/corrections")

    @page.post("")
    async def begin(
        request: Request,
        person: Corrector,
        submittal_id: UUID,
        version: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
        instead: Annotated[Literal["", "yes"], Form()] = "",
        run: Annotated[RunChoice, Form()] = "next",
        why: Typed = "",
    ) -> Response:
        sent = plain_form(await request.form())
        async with desk.database.read(person.vpds) as tx:
            record = await record_for(tx, person, submittal_id)
        fields = changed_fields(record.kind, record.version.given, sent) if instead else {}
        ask = _ask(person, record.vpd, submittal_id, Command.CORRECT, why, fields, version)
        try:
            async with desk.database.write([record.vpd]) as tx:
                now, new_id = desk.parts.clock.now(), desk.parts.new_id
                await propose(
                    tx,
                    record.vpd,
                    ask,
                    run,
                    replaces=bool(instead),
                    now=now,
                    new_id=new_id,
                    client=person.subject,
                )
        except EsrLinkError as error:
            return await _again(desk, request, person, submittal_id, Refused(Command.CORRECT, error, sent))
        return desk.to(f"records/{submittal_id}", said="proposed")

    @page.post("/{correction_id}")
    async def decide(
        request: Request,
        person: Corrector,
        submittal_id: UUID,
        correction_id: UUID,
        act: Annotated[str, Form(max_length=20)] = "",
        why: Typed = "",
    ) -> Response:
        async with desk.database.read(person.vpds) as tx:
            record = await record_for(tx, person, submittal_id)
            one = await corrections.read(tx, correction_id)
        if submittal_id not in (one.submittal_id, one.reversal_id, one.replacement_id):
            raise NotFound("There is no such correction that you may see.", field="correction_id")
        now, new_id = desk.parts.clock.now(), desk.parts.new_id
        ask = _ask(person, record.vpd, one.submittal_id, Command.SECOND, why)
        try:
            if act not in ("second", "decline"):
                raise Invalid("Press one of the buttons: they say what happens.", field="act")
            async with desk.database.write([record.vpd]) as tx:
                if act == "second":
                    await second(tx, one.vpd, one.id, ask, now=now, new_id=new_id, client=person.subject)
                else:
                    await decline(tx, one.vpd, one.id, ask, now=now, client=person.subject)
        except EsrLinkError as error:
            return await _again(desk, request, person, submittal_id, Refused(act, error, {}))
        return desk.to(f"records/{submittal_id}", said=f"{act}ed".replace("eed", "ed"))

    return page


def _ask(
    person: Principal,
    vpd: str,
    submittal_id: UUID,
    command: Command,
    why: str,
    fields: dict[str, object] | None = None,
    version: int | None = None,
) -> Ask:
    return Ask(
        submittal_id,
        command,
        person.subject,
        fields or {},
        why.strip() or None,
        version,
        by_number=person.esr_number(vpd),
        roles=person.roles,
    )


async def _again(desk: Desk, request: Request, person: Principal, submittal_id: UUID, refused: Refused) -> Response:
    async with desk.database.read(person.vpds) as tx:
        record = await record_for(tx, person, submittal_id)
        return await show_record(desk, request, person, tx, record, opened_from=From(), refused=refused)
