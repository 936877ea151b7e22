"""Operations on a trust's settings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from esr_gateway.exchange.credentials import check_names
from esr_gateway.settings import Settings
from esr_gateway.to_esr.pay_calendar import change_calendar
from esr_gateway.trust_settings import TrustSettings
from esr_gateway.trusts import Trust, find_trust, put_trust
from esrlink import audit
from esrlink.auth import Principal, Role, Scope, require
from esrlink.contracts.types import Vpd
from esrlink.db import WriteTx
from esrlink.errors import NotFound
from esrlink.http import problem_responses
from esrlink.runtime import Parts

CanConfigure = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=(Role.ADMINISTRATOR,)))]


def router(parts: Parts, settings: Settings) -> APIRouter:
    """The operations under `/v1/trusts`."""
    api = APIRouter(prefix="/v1/trusts", tags=["trusts"])

    @api.put(
        "/{vpd}",
        operation_id="putTrust",
        summary="Set up a trust: its exchange with ESR, pay elements and payroll calendar",
        description=(
            "The same put again changes nothing. A changed calendar is published as `esr.calendar.changed`; a cut-off that "
            "has passed when it is first told is history, and no run is made for it. Leave `calendar` out to keep the one that "
            "is there, for instance when payroll sends it as CSV."
        ),
        responses=problem_responses(401, 403, 404, 422),
    )
    async def put(principal: CanConfigure, vpd: Annotated[Vpd, Path()], body: TrustSettings) -> TrustSettings:
        principal.require_vpd(vpd)
        if body.exchange is not None:
            check_names(body.exchange, vpd, settings.exchange_secrets)
        async with parts.database.write([vpd]) as tx:
            return await _put(tx, vpd, body, by=principal.subject, now=parts.clock.now())

    @api.get(
        "/{vpd}",
        operation_id="readTrust",
        summary="Read a trust's settings",
        description="Secrets are not in them: a password or key is named by the path of a file.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanConfigure, vpd: Annotated[Vpd, Path()]) -> TrustSettings:
        principal.require_vpd(vpd)
        async with parts.database.read([vpd]) as tx:
            return (await find_trust(tx, vpd)).settings

    return api


async def _put(tx: WriteTx, vpd: str, body: TrustSettings, *, by: str, now: datetime) -> TrustSettings:
    before = await _present(tx, vpd)
    if before is not None and "calendar" not in body.model_fields_set:
        body = body.model_copy(update={"calendar": before.settings.calendar})
    trust = await put_trust(tx, vpd, body)
    if before is not None and trust.version == before.version:
        return trust.settings
    if before is None or trust.calendar_revision != before.calendar_revision:
        await change_calendar(tx, trust, now)
    changed = [
        name
        for name in TrustSettings.model_fields
        if before is None or getattr(before.settings, name) != getattr(body, name)
    ]
    await audit.record(tx, vpd, actor=by, action="trust.put", about=vpd, at=now, detail={"changed": changed})
    return trust.settings


async def _present(tx: WriteTx, vpd: str) -> Trust | None:
    try:
        return await find_trust(tx, vpd)
    except NotFound:
        return None
