"""Operations on runs that are still open: a look at one, a supplementary one, and what becomes of a cut-off that was missed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from esr_gateway.api.callers import CanDecide, CanOperate, CanRead
from esr_gateway.api.open_run_answers import PreviewAnswer, preview_answer
from esr_gateway.to_esr.missed import Decision, decide_missed
from esr_gateway.to_esr.pay_calendar import open_supplementary
from esr_gateway.to_esr.preview import preview
from esr_gateway.trust_settings import PeriodSettings
from esr_gateway.trusts import find_trust
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts

RunCode = Annotated[str, Path(pattern=r"^[WMLB][NS][0-9]{4}$", examples=["MN2706"])]


class Supplementary(BaseModel):
    """A run beside the normal ones."""

    model_config = ConfigDict(extra="forbid")

    after_run_code: str = Field(
        pattern=r"^[WMLB][NS][0-9]{4}$", description="The run that it supplements", examples=["MN2705"]
    )
    cut_off: AwareDatetime = Field(examples=[datetime.fromisoformat("2026-08-12T11:00:00+00:00")])
    pay_date: date = Field(examples=[date(2026, 8, 14)])


class MissedDecision(BaseModel):
    """What becomes of a cut-off that was missed."""

    model_config = ConfigDict(extra="forbid")

    decision: Decision = Field(
        description="`send`: the run is made now; `roll`: never, and its records go with the next one",
        examples=["send"],
    )


def router(parts: Parts) -> APIRouter:
    """The operations on open runs."""
    api = APIRouter(prefix="/v1/runs", tags=["runs"])

    @api.get(
        "/open/{run_code}/preview",
        operation_id="previewRun",
        summary="Look at an open run as it would be now",
        description=(
            "Goes the way of the freeze and writes nothing: lines as the files would have them, what would be held and why, "
            "totals, what is unusual. 409 for a run that is closed."
        ),
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def look(principal: CanRead, run_code: RunCode, vpd: VpdQuery = None) -> PreviewAnswer:
        scope = trust_scope(principal, vpd)
        async with parts.database.read([scope]) as tx:
            return preview_answer(await preview(tx, await find_trust(tx, scope), run_code, parts.clock.now()))

    @api.post(
        "/supplementary",
        operation_id="openSupplementaryRun",
        summary="Open a supplementary run",
        description=(
            "Adds it to the calendar, with the next free supplementary code. Records that are approved before its cut-off go "
            "into it. The calendar is published as `esr.calendar.changed`."
        ),
        status_code=201,
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def supplementary(principal: CanOperate, body: Supplementary, vpd: VpdQuery = None) -> PeriodSettings:
        scope = trust_scope(principal, vpd)
        async with parts.database.write([scope]) as tx:
            return await open_supplementary(
                tx,
                await find_trust(tx, scope),
                after_run_code=body.after_run_code,
                cut_off=body.cut_off,
                pay_date=body.pay_date,
                by=principal.subject,
                now=parts.clock.now(),
            )

    @api.post(
        "/open/{run_code}/missed",
        operation_id="decideMissedCutOff",
        summary="Say what becomes of a cut-off that was missed",
        description=(
            "For people. The run is made within seconds, or its records go with the next one. 409 `nothing_to_decide` when the "
            "cut-off was not missed, its run was made, or somebody has decided."
        ),
        status_code=204,
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def decide(principal: CanDecide, run_code: RunCode, body: MissedDecision, vpd: VpdQuery = None) -> None:
        scope = trust_scope(principal, vpd)
        async with parts.database.write([scope]) as tx:
            await find_trust(tx, scope)
            await decide_missed(
                tx, scope, run_code, decision=body.decision, by=principal.subject, now=parts.clock.now()
            )

    return api
