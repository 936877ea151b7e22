"""Operations on a trust's settings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from esrlink.contracts.types import Vpd
from esrlink.http import problem_responses
from esrlink.runtime import Parts
from profile_sync.api.callers import CanConfigure, by_api
from profile_sync.trail import note
from profile_sync.trusts import TrustSettings, get_trust, put_trust


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/trusts`."""
    api = APIRouter(prefix="/v1/trusts", tags=["trusts"])

    @api.put(
        "/{vpd}",
        operation_id="putTrust",
        summary="Set up a trust: its name, departments and rules",
        description="The same put again changes nothing. A department that has profiles cannot be left out.",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def put(principal: CanConfigure, vpd: Annotated[Vpd, Path()], body: TrustSettings) -> TrustSettings:
        principal.require_vpd(vpd)
        async with parts.database.write([vpd]) as tx:
            changed = await put_trust(tx, vpd, body, now := parts.clock.now())
            if changed:
                await note(tx, vpd, by_api(principal), "trust.put", vpd, now, changed=changed)
        return body

    @api.get(
        "/{vpd}",
        operation_id="readTrust",
        summary="Read a trust's settings",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanConfigure, vpd: Annotated[Vpd, Path()]) -> TrustSettings:
        principal.require_vpd(vpd)
        async with parts.database.read([vpd]) as tx:
            return await get_trust(tx, vpd)

    return api
