"""Operations on approved records before a run takes them: hold one back, release it, withdraw it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from esr_gateway.api.callers import CanOperate, CanRead
from esr_gateway.api.run_signing import Reason
from esr_gateway.to_esr.advice import what_to_do
from esr_gateway.to_esr.holding import hold, release, withdraw
from esr_gateway.to_esr.record_trail import Trail, in_words, trail_of
from esrlink.auth import Principal
from esrlink.db import ReadTx
from esrlink.http import problem_responses
from esrlink.runtime import Parts

Version = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[1])]


class FactAnswer(BaseModel):
    """One fact that came in about a record."""

    outcome: str = Field(examples=["sent"])
    at: datetime = Field(description="When the gateway learnt of it")
    sentence: str = Field(examples=["It was sent to ESR in TA_277_LNK_MN2705_00000001.DAT, row 12."])
    code: str | None
    reason: str | None
    file_name: str | None
    row_number: int | None


class InstructionAnswer(BaseModel):
    """An approved record as the gateway holds it, with its way to ESR."""

    vpd: str = Field(examples=["277"])
    submittal_id: UUID
    version: int = Field(examples=[1])
    employee_number: str
    kind: str | None = Field(examples=["attendance"])
    state: str = Field(examples=["held"])
    code: str | None
    reason: str | None
    what_to_do: str | None = Field(description="While it is held")
    held_by: str | None = Field(description="The person who holds it back; nobody where a rule does")
    run_code: str | None = Field(description="The run that it was last told of", examples=["MN2706"])
    file_name: str | None
    row_number: int | None
    facts: list[FactAnswer]


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/instructions`."""
    api = APIRouter(prefix="/v1/instructions/{submittal_id}/{version}", tags=["runs"])
    refusals = problem_responses(401, 403, 404, 409, 422)

    @api.get(
        "",
        operation_id="readInstruction",
        summary="Read an approved record's way to ESR",
        description="Where it stands, which file and row carry it, and every fact that came in about it, in words.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanRead, submittal_id: UUID, version: Version) -> InstructionAnswer:
        async with parts.database.read(principal.vpds) as tx:
            return _answer(await trail_of(tx, submittal_id, version))

    @api.post(
        "/hold",
        operation_id="holdInstruction",
        summary="Hold a record back from every run",
        description="Until somebody releases it. Its department is told the reason. 409 `in_a_run` once a run has frozen it.",
        responses=refusals,
    )
    async def hold_it(principal: CanOperate, submittal_id: UUID, version: Version, body: Reason) -> InstructionAnswer:
        vpd, by = await _vpd(principal, submittal_id, version), principal.subject
        async with parts.database.write([vpd]) as tx:
            await hold(tx, vpd, submittal_id, version, by=by, reason=body.reason, now=parts.clock.now())
            return _answer(await trail_of(tx, submittal_id, version))

    @api.post(
        "/release",
        operation_id="releaseInstruction",
        summary="Let a record go that a person holds back",
        description="It goes with the next run. 409 `not_held` where nobody holds it: what a rule holds goes by itself.",
        responses=refusals,
    )
    async def release_it(principal: CanOperate, submittal_id: UUID, version: Version) -> InstructionAnswer:
        vpd = await _vpd(principal, submittal_id, version)
        async with parts.database.write([vpd]) as tx:
            await release(tx, vpd, submittal_id, version, by=principal.subject, now=parts.clock.now())
            return _answer(await trail_of(tx, submittal_id, version))

    @api.post(
        "/withdraw",
        operation_id="withdrawInstruction",
        summary="Take a record back for good",
        description="It goes into no run. Its department is told the reason. 409 `in_a_run` once a run has frozen it.",
        responses=refusals,
    )
    async def withdraw_it(
        principal: CanOperate, submittal_id: UUID, version: Version, body: Reason
    ) -> InstructionAnswer:
        vpd, by = await _vpd(principal, submittal_id, version), principal.subject
        async with parts.database.write([vpd]) as tx:
            await withdraw(tx, vpd, submittal_id, version, by=by, reason=body.reason, now=parts.clock.now())
            return _answer(await trail_of(tx, submittal_id, version))

    async def _vpd(principal: Principal, submittal_id: UUID, version: int) -> str:
        async with parts.database.read(principal.vpds) as tx:
            return await vpd_of(tx, submittal_id, version)

    return api


async def vpd_of(tx: ReadTx, submittal_id: UUID, version: int) -> str:
    """The trust of a record. Raises `NotFound` when it is not of the transaction's trusts."""
    return str((await trail_of(tx, submittal_id, version)).instruction.vpd)


def _answer(trail: Trail) -> InstructionAnswer:
    of, line = trail.instruction, trail.line
    names = (
        "vpd",
        "submittal_id",
        "version",
        "employee_number",
        "kind",
        "state",
        "code",
        "reason",
        "held_by",
        "run_code",
    )
    return InstructionAnswer(
        **{name: getattr(of, name) for name in names},
        what_to_do=what_to_do(of.code) if of.state == "held" else None,
        file_name=line.file_name if line else None,
        row_number=line.row_number if line else None,
        facts=[
            FactAnswer(
                outcome=one.outcome,
                at=one.occurred_at,
                sentence=in_words(one),
                code=one.code,
                reason=one.reason,
                file_name=one.file_name,
                row_number=one.row_number,
            )
            for one in trail.facts
        ],
    )
