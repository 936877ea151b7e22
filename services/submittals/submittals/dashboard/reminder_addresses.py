"""The forms that give addresses for reminders, take them away, and let somebody who said no have reminders again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from esrlink.auth import Principal
from esrlink.db import WriteTx
from esrlink.errors import Invalid
from submittals.content import Actor
from submittals.dashboard.desk import Desk
from submittals.dashboard.reminders_page import Administrator, Typed, VpdPath, done
from submittals.deadlines import administering
from submittals.deadlines.address_file import read_addresses
from submittals.deadlines.addresses import ADDRESS, Given

_ACTOR: TypeAdapter[str] = TypeAdapter(Actor)


def router(desk: Desk) -> APIRouter:
    """The forms at `/reminders/{vpd}/addresses`."""
    page = APIRouter()

    @page.post("/{vpd}/addresses")
    async def one(
        request: Request,
        person: Administrator,
        vpd: VpdPath,
        department: Typed = "",
        approver: Typed = "",
        address: Typed = "",
    ) -> Response:
        async def work(tx: WriteTx) -> str:
            await _take(desk, tx, person, vpd, [_given(department, approver.strip(), address.strip())])
            return "taken"

        return await done(desk, request, person, vpd, work)

    @page.post("/{vpd}/addresses/file")
    async def many(request: Request, person: Administrator, vpd: VpdPath, file: UploadFile) -> Response:
        content = await file.read()

        async def work(tx: WriteTx) -> str:
            await _take(desk, tx, person, vpd, read_addresses(content))
            return "taken"

        return await done(desk, request, person, vpd, work)

    @page.post("/{vpd}/addresses/{act}")
    async def change(
        request: Request,
        person: Administrator,
        vpd: VpdPath,
        act: Literal["remove", "subscribe"],
        product: Typed = "",
        department: Typed = "",
        approver: Typed = "",
    ) -> Response:
        async def work(tx: WriteTx) -> str:
            person.require_department(product, department)
            place, now = (product, department, approver), desk.parts.clock.now()
            if act == "remove":
                await administering.take_away(tx, vpd, place, by=person.subject, now=now)
                return "removed"
            await administering.subscribe_again(tx, vpd, place, by=person.subject, now=now)
            return "subscribed"

        return await done(desk, request, person, vpd, work)

    return page


async def _take(desk: Desk, tx: WriteTx, person: Principal, vpd: str, given: Sequence[Given]) -> None:
    await administering.take_addresses(
        tx,
        vpd,
        given,
        may_touch=person.may_touch_department,
        by=person.subject,
        new_id=desk.parts.new_id,
        now=desk.parts.clock.now(),
    )


def _given(department: str, approver: str, address: str) -> Given:
    """An address as it is typed. Raises `Invalid`; what was typed is not repeated."""
    product, _, key = department.partition("/")
    if not ADDRESS.fullmatch(address):
        raise Invalid("This is no e-mail address.", field="address")
    try:
        return Given(product, key, _ACTOR.validate_python(approver) if approver else "", address)
    except ValidationError as error:
        raise Invalid("Name the approver as the validation groups do.", field="approver") from error
