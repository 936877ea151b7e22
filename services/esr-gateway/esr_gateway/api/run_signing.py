"""Operations on a frozen run: its totals and its control pack, a signature on it, and undoing the freeze."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.api.callers import CanDecide, CanRead, CanSign
from esr_gateway.api.open_run_answers import TotalAnswer, total_answer
from esr_gateway.api.run_answers import WholeRunAnswer, run_answer
from esr_gateway.api.runs import run_of
from esr_gateway.gateway import Gateway
from esr_gateway.to_esr.pack_reading import read_pack
from esr_gateway.to_esr.reopening import reopen
from esr_gateway.to_esr.run_files import files_of_run
from esr_gateway.to_esr.signing import sign
from esr_gateway.to_esr.totals import By, totals_of_run
from esr_gateway.trust_lock import trust_lock
from esr_gateway.trusts import find_trust
from esrlink.http import problem_responses
from esrlink.runtime import Parts

_JSON = {
    "content": {"application/json": {"example": {"form": 1, "run_id": "…", "lines": 178, "totals": {}, "files": []}}}
}


class TotalsAnswer(BaseModel):
    """Control totals of a run, counted from the lines of its files."""

    by: By
    totals: list[TotalAnswer]


class Signature(BaseModel):
    """What the officer has looked at."""

    model_config = ConfigDict(extra="forbid")

    pack_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the control pack", examples=["9f2c" * 16])


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00]*$",
        examples=["The rate of one element was wrong in the settings."],
    )


def router(parts: Parts, gateway: Gateway) -> APIRouter:
    """The operations under `/v1/runs/{run_id}`."""
    api = APIRouter(prefix="/v1/runs/{run_id}", tags=["runs"])

    @api.get(
        "/totals",
        operation_id="readTotals",
        summary="Read the control totals of a run",
        description="Lines, units and pounds by element (or absence type), department or assignment; how many are new.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def totals(principal: CanRead, run_id: UUID, by: Annotated[By, Query()] = "element") -> TotalsAnswer:
        async with parts.database.read(principal.vpds) as tx:
            found = await run_of(tx, run_id)
            rows = await totals_of_run(tx, found.vpd, run_id, by)
        return TotalsAnswer(by=by, totals=[total_answer(one) for one in rows])

    @api.get(
        "/pack",
        operation_id="readPack",
        summary="Read a run's control pack",
        description=(
            "The very bytes whose SHA-256 an officer signs: totals, files with their own hashes, held records, what is unusual."
        ),
        response_class=Response,
        responses={**problem_responses(401, 403, 404, 422, 503), 200: _JSON},
    )
    async def pack(principal: CanRead, run_id: UUID) -> Response:
        async with parts.database.read(principal.vpds) as tx:
            found = await run_of(tx, run_id)
        content = await read_pack(gateway.closer.archive, found)
        headers = {"ETag": f'"{found.pack_sha256}"'}
        return Response(content, media_type="application/json", headers=headers)

    @api.post(
        "/sign",
        operation_id="signRun",
        summary="Sign a frozen run",
        description=(
            "For a payroll officer of the trust, signed in; where the trust names its officers, for one of them. The run is then "
            "`approved` and is sent by itself within seconds. 409 `pack_changed` when the hash is not that of the run's pack "
            "(look again), 409 `not_frozen` for a run that does not wait for a signature."
        ),
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def sign_run(principal: CanSign, run_id: UUID, body: Signature) -> WholeRunAnswer:
        async with parts.database.read(principal.vpds) as tx:
            vpd = (await run_of(tx, run_id)).vpd
        async with parts.database.write([vpd]) as tx:
            trust = await find_trust(tx, vpd)
            now = parts.clock.now()
            await sign(tx, trust, run_id, subject=principal.subject, pack_sha256=body.pack_sha256, now=now)
            return run_answer(await run_of(tx, run_id), await files_of_run(tx, vpd, run_id))

    @api.post(
        "/reopen",
        operation_id="reopenRun",
        summary="Undo a freeze while nothing of the run was sent",
        description=(
            "Its records wait again, and its sequence numbers are given back; somebody then decides when it is made anew (see "
            "missed cut-offs). 409 `cannot_reopen` once sending has begun, or a later file has drawn its number."
        ),
        status_code=204,
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def reopen_run(principal: CanDecide, run_id: UUID, body: Reason) -> None:
        async with parts.database.read(principal.vpds) as tx:
            vpd = (await run_of(tx, run_id)).vpd
        # Nobody may begin to send meanwhile.
        async with (
            trust_lock(parts.database, vpd, wait=gateway.lock_wait),
            parts.database.write([vpd]) as tx,
        ):
            trust = await find_trust(tx, vpd)
            await reopen(tx, trust, run_id, by=principal.subject, reason=body.reason, now=parts.clock.now())

    return api
