"""Operations on the files of runs: one of which nobody knows whether ESR has it is settled by two people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.api.callers import CanDecide, CanRead
from esr_gateway.api.run_answers import RunFileAnswer
from esr_gateway.to_esr.resolving import LEAST_EVIDENCE, MOST_EVIDENCE, Decision, Verdict, resolve
from esr_gateway.to_esr.run_file_look import RunFileLook, look_at_file
from esrlink.http import problem_responses
from esrlink.runtime import Parts

FileName = Annotated[str, Path(max_length=200, pattern=r"^[^\x00/]+$", examples=["TA_277_LNK_MN2705_00000001.DAT"])]


class Resolution(BaseModel):
    """What a person found out."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict = Field(description="Whether ESR has the file", examples=["sent"])
    evidence: str = Field(
        min_length=LEAST_EVIDENCE,
        max_length=MOST_EVIDENCE,
        pattern=r"^[^\x00]*$",
        description="What you saw and where, so that others can check it",
        examples=["ESR's support found the file in their log of 5 August at 12:01, call 88123."],
    )


class ResolutionAnswer(BaseModel):
    """What one person said."""

    model_config = ConfigDict(from_attributes=True)

    person: str = Field(examples=["olive"])
    verdict: Verdict
    evidence: str
    given_at: datetime
    doubt: int = Field(description="Which time the file was in doubt; 1 is the first", examples=[1])


class DecisionAnswer(BaseModel):
    """What follows from what was said."""

    decision: Decision = Field(
        description="`waits` for another person who says the same, or until those who differ agree", examples=["waits"]
    )
    said: list[ResolutionAnswer]


class WholeRunFileAnswer(RunFileAnswer):
    """A file with its run, and what people said of it."""

    vpd: str = Field(examples=["277"])
    run_id: UUID
    line_states: dict[str, int] = Field(
        description="Lines by what became of them", examples=[{"landed": 176, "sent": 2}]
    )
    said: list[ResolutionAnswer]


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/run-files`."""
    api = APIRouter(prefix="/v1/run-files/{file_name}", tags=["runs"])

    @api.get(
        "",
        operation_id="readRunFile",
        summary="Read what is known of a payroll file",
        description="How it was sent and checked, what ESR says of it, and what people said of it while it was in doubt.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanRead, file_name: FileName) -> WholeRunFileAnswer:
        async with parts.database.read(principal.vpds) as tx:
            return _answer(await look_at_file(tx, file_name))

    @api.post(
        "/resolve",
        operation_id="resolveRunFile",
        summary="Say whether ESR has a file that is in doubt",
        description=(
            "For people, never machines. Two different ones must say the same: then the file counts as sent, or is sent again. "
            "Who speaks again replaces their own words. 409 `not_in_doubt` for a file in any other state."
        ),
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def resolve_it(principal: CanDecide, file_name: FileName, body: Resolution) -> DecisionAnswer:
        async with parts.database.read(principal.vpds) as tx:
            vpd = (await look_at_file(tx, file_name)).file.vpd
        async with parts.database.write([vpd]) as tx:
            decision = await resolve(
                tx,
                vpd,
                file_name,
                person=principal.subject,
                verdict=body.verdict,
                evidence=body.evidence,
                now=parts.clock.now(),
            )
            return DecisionAnswer(decision=decision, said=_said(await look_at_file(tx, file_name)))

    return api


def _answer(look: RunFileLook) -> WholeRunFileAnswer:
    values = RunFileAnswer.model_validate(look.file, from_attributes=True).model_dump()
    return WholeRunFileAnswer(
        **values, vpd=look.file.vpd, run_id=look.file.run_id, line_states=look.states, said=_said(look)
    )


def _said(look: RunFileLook) -> list[ResolutionAnswer]:
    return [ResolutionAnswer.model_validate(one, from_attributes=True) for one in look.said]
