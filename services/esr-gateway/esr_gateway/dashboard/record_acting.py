"""The forms on a record before a run takes it: hold it back, release it, withdraw it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse

from esr_gateway.dashboard.desk import Desk
from esr_gateway.dashboard.record import Version
from esr_gateway.dashboard.run_desk import Decider
from esr_gateway.to_esr.holding import hold, release, withdraw
from esr_gateway.to_esr.record_trail import trail_of
from esrlink.auth import Principal

Reason = Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00]*$")]


def router(desk: Desk) -> APIRouter:
    """The forms under `/records/{submittal_id}/{version}`."""
    page = APIRouter(prefix="/records/{submittal_id}/{version}")

    async def vpd_of(person: Principal, submittal_id: UUID, version: int) -> str:
        async with desk.database.read(person.vpds) as tx:
            return str((await trail_of(tx, submittal_id, version)).instruction.vpd)

    @page.post("/hold")
    async def hold_it(person: Decider, submittal_id: UUID, version: Version, reason: Reason = "") -> RedirectResponse:
        vpd, now = await vpd_of(person, submittal_id, version), desk.parts.clock.now()
        async with desk.database.write([vpd]) as tx:
            await hold(tx, vpd, submittal_id, version, by=person.subject, reason=reason, now=now)
        return desk.to(f"records/{submittal_id}/{version}", said="held")

    @page.post("/release")
    async def release_it(person: Decider, submittal_id: UUID, version: Version) -> RedirectResponse:
        vpd, now = await vpd_of(person, submittal_id, version), desk.parts.clock.now()
        async with desk.database.write([vpd]) as tx:
            await release(tx, vpd, submittal_id, version, by=person.subject, now=now)
        return desk.to(f"records/{submittal_id}/{version}", said="released")

    @page.post("/withdraw")
    async def withdraw_it(
        person: Decider, submittal_id: UUID, version: Version, reason: Reason = ""
    ) -> RedirectResponse:
        vpd, now = await vpd_of(person, submittal_id, version), desk.parts.clock.now()
        async with desk.database.write([vpd]) as tx:
            await withdraw(tx, vpd, submittal_id, version, by=person.subject, reason=reason, now=now)
        return desk.to(f"records/{submittal_id}/{version}", said="withdrawn")

    return page
