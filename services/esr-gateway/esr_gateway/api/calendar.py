"""Operations on a trust's payroll calendar: read it, check a new one row by row, take it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response

from esr_gateway.api.calendar_answers import (
    CSV_BODY,
    CalendarAnswer,
    CalendarCheckAnswer,
    CalendarTakenAnswer,
    calendar_answer,
    check_answer,
    taken_answer,
)
from esr_gateway.api.callers import CanPlan, CanRead
from esr_gateway.to_esr.calendar_csv import write_calendar_csv
from esr_gateway.to_esr.calendar_upload import Mode, check_calendar, take_calendar, text_of
from esr_gateway.to_esr.calendar_view import calendar_of
from esr_gateway.trusts import find_trust
from esrlink.contracts.types import Vpd
from esrlink.http import problem_responses
from esrlink.http.if_match import IfMatch, etag, expected_version
from esrlink.runtime import Parts

_Mode = Annotated[
    Mode,
    Query(
        description="`add` keeps periods that the file does not name; `replace` removes them, but never one whose run was made."
    ),
]
"""How the file goes into the calendar."""


def router(parts: Parts) -> APIRouter:
    """The operations on `/v1/trusts/{vpd}/calendar`."""
    api = APIRouter(prefix="/v1/trusts/{vpd}", tags=["calendar"])

    @api.get(
        "/calendar",
        operation_id="readCalendar",
        summary="Read a trust's payroll calendar",
        description=(
            "Each period with its cut-off, what is odd about it (a bank holiday, a weekend), and the state of its run; and the "
            "bank holidays of England and Wales. As CSV by `Accept: text/csv` or `format=csv`, in the form in which it is taken."
        ),
        response_model=CalendarAnswer,
        responses={**problem_responses(401, 403, 404, 422), 200: {"content": {"text/csv": {}}}},
    )
    async def read(
        principal: CanRead,
        vpd: Annotated[Vpd, Path()],
        response: Response,
        accept: Annotated[str, Header()] = "application/json",
        format_: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
    ) -> CalendarAnswer | Response:
        principal.require_vpd(vpd)
        now = parts.clock.now()
        async with parts.database.read([vpd]) as tx:
            trust = await find_trust(tx, vpd)
            periods = await calendar_of(tx, [vpd], now)
        headers = {"ETag": etag(trust.calendar_revision)} if trust.calendar_revision else {}
        if format_ == "csv" or (format_ is None and "text/csv" in accept):
            headers["Content-Disposition"] = f'attachment; filename="{vpd}-payroll-calendar.csv"'
            text = write_calendar_csv(trust.settings.calendar)
            return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
        response.headers.update(headers)
        return calendar_answer(trust, periods, now)

    @api.post(
        "/calendar:check",
        operation_id="checkCalendar",
        summary="Check a payroll calendar before it is taken",
        description=(
            "Answers with every wrong row, what is worth a look, and what would be added, changed and removed. Changes nothing."
        ),
        openapi_extra=CSV_BODY,
        responses=problem_responses(401, 403, 404, 413, 422),
    )
    async def check(
        principal: CanPlan, vpd: Annotated[Vpd, Path()], request: Request, mode: _Mode = "add"
    ) -> CalendarCheckAnswer:
        principal.require_vpd(vpd)
        text = text_of(await request.body())
        async with parts.database.read([vpd]) as tx:
            return check_answer(await check_calendar(tx, await find_trust(tx, vpd), text, mode))

    @api.post(
        "/calendar:import",
        operation_id="importCalendar",
        summary="Take a payroll calendar",
        description=(
            "All of the file or nothing: 422 with every wrong row, 409 `calendar_refused` when it would change one whose run "
            "was made, 409 `stale_version` when the calendar is no longer the one in `If-Match`. The new calendar is published "
            "as `esr.calendar.changed`, and records that wait are told of their new runs. The same again changes nothing."
        ),
        openapi_extra=CSV_BODY,
        responses=problem_responses(401, 403, 404, 409, 413, 422),
    )
    async def take(
        principal: CanPlan,
        vpd: Annotated[Vpd, Path()],
        request: Request,
        mode: _Mode = "add",
        if_match: IfMatch = None,
    ) -> CalendarTakenAnswer:
        principal.require_vpd(vpd)
        text, revision = text_of(await request.body()), expected_version(if_match)
        async with parts.database.write([vpd]) as tx:
            plan = await take_calendar(
                tx, vpd, text, mode, revision=revision, by=principal.subject, now=parts.clock.now()
            )
            return taken_answer(plan, (await find_trust(tx, vpd)).calendar_revision)

    return api
