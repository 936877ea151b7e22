"""A trust's settings: put whole, read back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path

from esrlink.auth import Principal, Role, Scope, require
from esrlink.http import problem_responses
from submittals import examples
from submittals.api.work import PartsOf
from submittals.trusts import settings as trusts
from submittals.trusts.settings import TrustAnswer, TrustSettings

trusts_router = APIRouter(prefix="/v1/trusts", tags=["trusts"])

VpdPath = Annotated[str, Path(pattern=r"^[0-9]{3}$", description="The trust.", examples=["277"])]


@trusts_router.put(
    "/{vpd}",
    summary="Put a trust's settings",
    description="The whole of them. The same put twice changes nothing; the version grows with each change.",
    operation_id="put_trust",
    responses=problem_responses(400, 401, 403, 404, 413, 422),
)
async def put_trust(
    vpd: VpdPath,
    settings: Annotated[TrustSettings, Body(examples=[examples.TRUST])],
    principal: Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=(Role.ADMINISTRATOR,)))],
    parts: PartsOf,
) -> TrustAnswer:
    """Store the settings."""
    principal.require_vpd(vpd)
    async with parts.database.write([vpd]) as tx:
        return await trusts.store(tx, vpd, settings, parts.clock.now())


@trusts_router.get(
    "/{vpd}",
    summary="Read a trust's settings",
    operation_id="get_trust",
    responses=problem_responses(401, 403, 404, 422),
)
async def get_trust(
    vpd: VpdPath,
    principal: Annotated[
        Principal, Depends(require(Scope.TRUSTS_WRITE, roles=(Role.ADMINISTRATOR, Role.PAYROLL_OFFICER, Role.AUDITOR)))
    ],
    parts: PartsOf,
) -> TrustAnswer:
    """Read the settings."""
    principal.require_vpd(vpd)
    async with parts.database.read([vpd]) as tx:
        return await trusts.load(tx, vpd)
