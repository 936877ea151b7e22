"""Reminders before cut-offs: when they are made, whom they go to, and the e-mails on their way. For a trust's administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from esrlink.auth import Principal, Role, Scope, require
from esrlink.errors import Forbidden, Invalid
from esrlink.http import problem_responses
from esrlink.http.downloads import FILES, AcceptHeader, FormatQuery, file_answer, form_of, sheet
from esrlink.http.trust import VpdQuery, trust_scope
from submittals.api.reminder_models import (
    AddressAnswer,
    AddressesAnswer,
    AddressesIn,
    MailAnswer,
    MailList,
    PlaceIn,
    RemindersAnswer,
    RemindersIn,
    RoundAnswer,
    TakenAnswer,
)
from submittals.api.work import PartsOf
from submittals.deadlines import addresses, administering, mail
from submittals.deadlines.address_file import COLUMNS, read_addresses
from submittals.deadlines.lead_times import hours_before
from submittals.deadlines.rounds import rounds_made
from submittals.trusts import editions

reminders_router = APIRouter(prefix="/v1/deadlines", tags=["reminders"])

Administrator = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=(Role.ADMINISTRATOR,)))]
_RESPONSES = problem_responses(400, 401, 403, 404, 409, 413, 422)
_ROUNDS_SHOWN = 20
_CSV_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "product,department,approver,address\r\nclwrota,anaesthetics,lead2,lead2@trust.example\r\n",
            }
        },
    }
}


def _whole_trust(principal: Principal, vpd: str | None) -> str:
    """The trust, of a caller who looks after all of it."""
    if principal.departments is not None:
        raise Forbidden("This is about a whole trust, and you are set up for some of its departments only.")
    return trust_scope(principal, vpd)


@reminders_router.get(
    "/reminders", summary="When reminders are made", operation_id="get_reminders", responses=_RESPONSES
)
async def get_reminders(principal: Administrator, parts: PartsOf, vpd: VpdQuery = None) -> RemindersAnswer:
    """The hours before a cut-off, and the newest rounds that were made."""
    trust = trust_scope(principal, vpd)
    async with parts.database.read([trust]) as tx:
        await editions.in_force(tx, trust, parts.clock.now(), ["general"])
        hours = (await hours_before(tx, [trust]))[trust]
        made = await rounds_made(tx, trust, _ROUNDS_SHOWN)
    return RemindersAnswer(
        vpd=trust, hours_before=list(hours), rounds=[RoundAnswer.model_validate(one) for one in made]
    )


@reminders_router.put(
    "/reminders",
    summary="Set when reminders are made",
    description="Hours before each cut-off; an empty list for none. 120 and 24 unless a trust says otherwise.",
    operation_id="put_reminders",
    responses=_RESPONSES,
)
async def put_reminders(
    wanted: Annotated[RemindersIn, Body(examples=[{"hours_before": [120, 24]}])],
    principal: Administrator,
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> RemindersAnswer:
    """Set the hours of a trust."""
    trust, now = _whole_trust(principal, vpd), parts.clock.now()
    async with parts.database.write([trust]) as tx:
        hours = await administering.set_hours(tx, trust, wanted.hours_before, by=principal.subject, now=now)
        made = await rounds_made(tx, trust, _ROUNDS_SHOWN)
    return RemindersAnswer(
        vpd=trust, hours_before=list(hours), rounds=[RoundAnswer.model_validate(one) for one in made]
    )


@reminders_router.get(
    "/addresses",
    summary="Whom reminders go to",
    description="As CSV by `format` or `Accept` in the form that an import takes.",
    operation_id="list_addresses",
    response_model=AddressesAnswer,
    responses={**_RESPONSES, 200: FILES},
)
async def list_addresses(
    principal: Administrator,
    parts: PartsOf,
    vpd: VpdQuery = None,
    format_: FormatQuery = None,
    accept: AcceptHeader = "application/json",
) -> AddressesAnswer | Response:
    """The addresses of the departments that the caller may see."""
    trust = trust_scope(principal, vpd)
    async with parts.database.read([trust]) as tx:
        found = await addresses.recipients(tx, trust, principal.departments)
    if (form := form_of(format_, accept)) != "json":
        rows = ([*one.place, one.address] for one in found)
        return file_answer(f"{trust}-addresses", [sheet("Addresses", COLUMNS, rows)], form)
    return AddressesAnswer(
        addresses=[
            AddressAnswer(
                product=one.place[0],
                department=one.place[1],
                approver=one.place[2] or None,
                address=one.address,
                unsubscribed_at=one.unsubscribed_at,
                changed_at=one.changed_at,
            )
            for one in found
        ]
    )


@reminders_router.put(
    "/addresses",
    summary="Give addresses of approvers and departments",
    description="All of them or none. Whoever unsubscribed stays so. The same again changes nothing.",
    operation_id="put_addresses",
    responses=_RESPONSES,
)
async def put_addresses(
    given: Annotated[
        AddressesIn,
        Body(
            examples=[
                {
                    "addresses": [
                        {
                            "product": "clwrota",
                            "department": "anaesthetics",
                            "approver": "lead2",
                            "address": "lead2@trust.example",
                        }
                    ]
                }
            ]
        ),
    ],
    principal: Administrator,
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> TakenAnswer:
    """Take addresses over."""
    return await _take(principal, parts, trust_scope(principal, vpd), [one.given() for one in given.addresses])


@reminders_router.post(
    "/addresses:import",
    summary="Take addresses from a CSV file",
    description="Columns: product, department, approver (empty for the department itself), address. All of it or nothing.",
    operation_id="import_addresses",
    responses=_RESPONSES,
    openapi_extra=_CSV_BODY,
)
async def import_addresses(
    request: Request, principal: Administrator, parts: PartsOf, vpd: VpdQuery = None
) -> TakenAnswer:
    """Take addresses over from a file."""
    trust = trust_scope(principal, vpd)
    return await _take(principal, parts, trust, read_addresses(await request.body()))


async def _take(principal: Principal, parts: PartsOf, vpd: str, given: Sequence[addresses.Given]) -> TakenAnswer:
    async with parts.database.write([vpd]) as tx:
        changed = await administering.take_addresses(
            tx,
            vpd,
            given,
            may_touch=principal.may_touch_department,
            by=principal.subject,
            new_id=parts.new_id,
            now=parts.clock.now(),
        )
    return TakenAnswer(taken=len(given), changed=changed)


@reminders_router.post(
    "/addresses:remove",
    summary="Take an address away",
    operation_id="remove_address",
    status_code=204,
    responses=_RESPONSES,
)
async def remove_address(
    place: Annotated[
        PlaceIn, Body(examples=[{"product": "clwrota", "department": "anaesthetics", "approver": "lead2"}])
    ],
    principal: Administrator,
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> None:
    """No address for them any more."""
    trust, now = trust_scope(principal, vpd), parts.clock.now()
    principal.require_department(place.product, place.department)
    async with parts.database.write([trust]) as tx:
        await administering.take_away(tx, trust, place.place, by=principal.subject, now=now)


@reminders_router.post(
    "/addresses:subscribe-again",
    summary="Send reminders again to somebody who unsubscribed",
    description="Only when they ask for it: it is they who said no.",
    operation_id="subscribe_again",
    status_code=204,
    responses=_RESPONSES,
)
async def subscribe_again(
    place: Annotated[
        PlaceIn, Body(examples=[{"product": "clwrota", "department": "anaesthetics", "approver": "lead2"}])
    ],
    principal: Administrator,
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> None:
    """Reminders again for whoever has this address."""
    trust, now = trust_scope(principal, vpd), parts.clock.now()
    principal.require_department(place.product, place.department)
    async with parts.database.write([trust]) as tx:
        await administering.subscribe_again(tx, trust, place.place, by=principal.subject, now=now)


@reminders_router.get("/mail", summary="E-mails on their way", operation_id="list_mail", responses=_RESPONSES)
async def list_mail(
    principal: Administrator,
    parts: PartsOf,
    vpd: VpdQuery = None,
    state: Annotated[
        Literal["waiting", "sending", "sent", "parked", "unknown", "dropped"] | None, Query(description="Only these.")
    ] = None,
    before: Annotated[
        datetime | None, Query(description="Only older ones: `created_at` of the last one shown.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> MailList:
    """E-mails of a trust, newest first."""
    trust = _whole_trust(principal, vpd)
    if before is not None and before.tzinfo is None:
        raise Invalid("A moment needs its offset from UTC.", field="before")
    async with parts.database.read([trust]) as tx:
        rows = await mail.list_mail(tx, trust, state=state, before=before, limit=limit)
    return MailList(mails=[MailAnswer.model_validate(row) for row in rows])


@reminders_router.post(
    "/mail/{mail_id}/send-again",
    summary="Send a parked or unknown e-mail again",
    description="One that is unknown may have arrived already: a person decides, never a machine.",
    operation_id="send_mail_again",
    status_code=204,
    responses=_RESPONSES,
)
async def send_mail_again(mail_id: UUID, principal: Administrator, parts: PartsOf, vpd: VpdQuery = None) -> None:
    """Back into the queue."""
    trust, now = _whole_trust(principal, vpd), parts.clock.now()
    async with parts.database.write([trust]) as tx:
        await administering.send_again(tx, trust, mail_id, by=principal.subject, now=now)
