"""A trust's settings as a whole: put from the beginning or from a day on, read as they are on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal, Role, Scope, require
from esrlink.clock import today
from esrlink.db import ReadTx
from esrlink.http import problem_responses
from submittals import examples
from submittals.api.work import PartsOf
from submittals.content import Day
from submittals.setting_up.permitted import require_whole_trust
from submittals.setting_up.putting import put_settings
from submittals.trusts import editions
from submittals.trusts.dated import BEGINNING, TableName
from submittals.trusts.settings import TrustSettings

trusts_router = APIRouter(prefix="/v1/trusts", tags=["trusts"])

VpdPath = Annotated[str, Path(pattern=r"^[0-9]{3}$", description="The trust.", examples=["277"])]


class TrustAnswer(BaseModel):
    """A trust's settings as they are on a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TRUST_ANSWER]})

    vpd: str
    version: int = Field(description="Grows with each change of any edition.")
    on: date = Field(description="The day for which these settings are.")
    settings: TrustSettings
    editions: dict[TableName, list[date]] = Field(description="From which days on each table has an edition.")


@trusts_router.put(
    "/{vpd}",
    summary="Put a trust's settings",
    description="From the beginning of time, or as editions from a day on. What is left out stays as it is, so that editions"
    " of single tables are not lost; an empty list empties a table. The same put twice changes nothing.",
    operation_id="put_trust",
    responses=problem_responses(400, 401, 403, 404, 413, 422),
)
async def put_trust(
    vpd: VpdPath,
    settings: Annotated[TrustSettings, Body(examples=[examples.TRUST])],
    principal: Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=(Role.ADMINISTRATOR,)))],
    parts: PartsOf,
    effective_from: Annotated[Day, Query(description="In force from this day on.")] = BEGINNING,
) -> TrustAnswer:
    """Store the settings; answers them as they are from that day on."""
    require_whole_trust(principal, vpd)
    async with parts.database.write([vpd]) as tx:
        await put_settings(tx, vpd, settings, effective_from, by=principal.subject, now=parts.clock.now())
        return await _answer(tx, vpd, effective_from)


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
    on: Annotated[Day | None, Query(description="As they are on this day; today when left out.")] = None,
) -> TrustAnswer:
    """Read the settings of a day."""
    principal.require_vpd(vpd)
    async with parts.database.read([vpd]) as tx:
        return await _answer(tx, vpd, on or today(parts.clock))


async def _answer(tx: ReadTx, vpd: str, day: date) -> TrustAnswer:
    dated = await editions.dated(tx, vpd)
    days = {table: [one.effective_from for one in listed] for table, listed in dated.editions.items()}
    version = await editions.version_of(tx, vpd)
    return TrustAnswer(vpd=vpd, version=version, on=day, settings=dated.on(day), editions=days)
