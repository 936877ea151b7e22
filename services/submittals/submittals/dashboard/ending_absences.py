"""An open absence goes on, or ends: a newer statement or another day that the person is expected back; or that they are back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from esrlink.auth import Principal
from esrlink.contracts.types import DayPart
from esrlink.errors import EsrLinkError, Invalid, NotFound
from submittals.absences.extending import Extension, extend
from submittals.absences.returning import closing_of
from submittals.dashboard.access import may_edit, record_for
from submittals.dashboard.desk import Anybody, Desk
from submittals.dashboard.record_page import From, Refused, show_record
from submittals.flow.intake import Person, take_in
from submittals.records import store
from submittals.records.locks import hold_trust
from submittals.records.record import Record

Typed = Annotated[str, Form(max_length=10, pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]


def router(desk: Desk) -> APIRouter:
    """The forms at `/records/{id}/extension` and `/records/{id}/return`."""
    page = APIRouter(prefix="/records/{submittal_id}")

    @page.post("/extension")
    async def go_on(
        request: Request,
        person: Anybody,
        submittal_id: UUID,
        certificate_until: Typed = "",
        return_expected: Typed = "",
    ) -> Response:
        record = await _open(desk, person, submittal_id)
        try:
            days = _day(certificate_until, "certificate_until"), _day(return_expected, "return_expected")
            async with desk.database.write([record.vpd]) as tx:
                await hold_trust(tx, record.vpd, alone=False)
                held = (await store.by_ids(tx, record.vpd, [submittal_id]))[submittal_id]
                extension = Extension(person.subject, *days)
                await extend(tx, held, extension, client=person.subject, now=desk.parts.clock.now())
        except EsrLinkError as error:
            return await _again(desk, request, person, submittal_id, Refused("extension", error, {}))
        return desk.to(f"records/{submittal_id}", said="extended")

    @page.post("/return")
    async def back(
        request: Request,
        person: Anybody,
        submittal_id: UUID,
        return_to_work: Typed = "",
        end_part: Annotated[DayPart, Form()] = "full",
    ) -> Response:
        record = await _open(desk, person, submittal_id)
        try:
            day = _day(return_to_work, "return_to_work")
            if day is None:
                raise Invalid("Say the first day back at work.", field="return_to_work")
            put = closing_of(
                record, by=person.subject, return_to_work=day, end_date=None, end_part=end_part, record_id=None
            )
            async with desk.database.write([record.vpd]) as tx:
                (result,) = await take_in(
                    tx,
                    record.vpd,
                    [replace(put, claimed_by=None)],
                    now=desk.parts.clock.now(),
                    new_id=desk.parts.new_id,
                    client=person.subject,
                    person=Person(person.subject, person.esr_number(record.vpd), person.roles),
                )
            if result.error is not None or result.record is None:
                raise result.error or NotFound("There is no such record that you may see.")
        except EsrLinkError as error:
            return await _again(desk, request, person, submittal_id, Refused("return", error, {}))
        return desk.to(f"records/{result.record.id}", said="closed")

    return page


def _day(typed: str, field: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Invalid("There is no such day.", field=field) from error


async def _open(desk: Desk, person: Principal, submittal_id: UUID) -> Record:
    """The record, when the person may change it. Raises `NotFound` for any other."""
    async with desk.database.read(person.vpds) as tx:
        record = await record_for(tx, person, submittal_id)
    if not may_edit(person, record):
        raise NotFound("There is no such record that you may change.", field="submittal_id")
    return record


async def _again(desk: Desk, request: Request, person: Principal, submittal_id: UUID, refused: Refused) -> Response:
    async with desk.database.read(person.vpds) as tx:
        record = await record_for(tx, person, submittal_id)
        return await show_record(desk, request, person, tx, record, opened_from=From(), refused=refused)
