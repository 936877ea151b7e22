"""Operations on runs: what is open, what was frozen, totalled and sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from esr_gateway.api.callers import CanOperate, CanRead
from esr_gateway.api.run_answers import ConservationAnswer, OpenRunAnswer, RunsAnswer, WholeRunAnswer, run_answer
from esr_gateway.gateway import Gateway
from esr_gateway.tables import run
from esr_gateway.to_esr.conservation import conservation
from esr_gateway.to_esr.hindrances import Despite
from esr_gateway.to_esr.run_list import RunState, closed_runs, files_of_runs, open_runs
from esr_gateway.to_esr.runs import find_run
from esr_gateway.trusts import find_trust
from esrlink.db import ReadTx
from esrlink.errors import Forbidden, NotFound
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts


class CloseDue(BaseModel):
    """How to close what is due. Without it, a run that must wait is not closed."""

    model_config = ConfigDict(extra="forbid")

    despite: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00]*$",
        description="Why it must not wait for withdrawals; kept in the audit trail",
        examples=["The pay date is tomorrow; departments were asked by telephone."],
    )


def router(parts: Parts, gateway: Gateway) -> APIRouter:
    """The operations under `/v1/runs`, and `/v1/conservation`."""
    api = APIRouter(prefix="/v1", tags=["runs"])

    @api.get(
        "/runs",
        operation_id="findRuns",
        summary="List runs",
        description=(
            "Open ones with their cut-off and how many records wait for them; closed ones newest first, each with its control "
            "totals and files. With `state`, only those."
        ),
        responses=problem_responses(401, 403, 404, 422),
    )
    async def find(
        principal: CanRead,
        vpd: VpdQuery = None,
        state: Annotated[RunState | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> RunsAnswer:
        scope = trust_scope(principal, vpd)
        async with parts.database.read([scope]) as tx:
            await find_trust(tx, scope)
            are_open = await open_runs(tx, [scope]) if state in {None, "open"} else []
            rows = (
                await closed_runs(tx, [scope], state=state, limit=limit + 1, offset=offset) if state != "open" else []
            )
            closed = await _with_files(tx, scope, rows[:limit])
        return RunsAnswer(
            open=[OpenRunAnswer.model_validate(one, from_attributes=True) for one in are_open],
            runs=closed,
            next_offset=offset + limit if len(rows) > limit else None,
        )

    @api.post(
        "/runs/close-due",
        operation_id="closeDueRuns",
        summary="Close every run whose cut-off has come, now",
        description=(
            "Does what the service does by itself every few seconds: freezes due runs, writes their files and sends what is "
            "not sent. Answers with the runs that it worked on; none when nothing is due. Refuses with `withdrawals_stopped` or "
            "`not_caught_up` while a run is due and not all withdrawals are taken: it could pay what departments took back. "
            "A person who knows better has it closed all the same, with the reason in `despite`."
        ),
        responses={**problem_responses(401, 403, 404, 409, 503), 502: problem_responses(503)[503]},
    )
    async def close_due(principal: CanOperate, body: CloseDue | None = None, vpd: VpdQuery = None) -> RunsAnswer:
        scope, despite = trust_scope(principal, vpd), None
        if body is not None and body.despite is not None:
            if principal.kind != "person":
                raise Forbidden("Only a person can have a run closed although withdrawals may be missing.")
            despite = Despite(principal.subject, body.despite)
        async with parts.database.read([scope]) as tx:
            trust = await find_trust(tx, scope)
        worked = await gateway.closer.close_due(trust, wait=gateway.lock_wait, despite=despite)
        async with parts.database.read([scope]) as tx:
            rows = await tx.all(select(run).where(run.c.vpd == scope, run.c.run_id.in_(worked)).order_by(run.c.cut_off))
            return RunsAnswer(open=[], runs=await _with_files(tx, scope, rows))

    @api.get(
        "/runs/{run_id}",
        operation_id="readRun",
        summary="Read a run with its totals, its files and what is unusual about it",
        description="Each file says how sure its layout is.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanRead, run_id: UUID) -> WholeRunAnswer:
        async with parts.database.read(principal.vpds) as tx:
            found = await run_of(tx, run_id)
            return (await _with_files(tx, found.vpd, [found]))[0]

    @api.get(
        "/conservation",
        operation_id="readConservation",
        summary="Check that every approved record is in one line, held or waiting",
        description="Counted from two sides: instructions by their states, lines by the files.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def conserved(principal: CanRead, vpd: VpdQuery = None) -> ConservationAnswer:
        scope = trust_scope(principal, vpd)
        async with parts.database.read([scope]) as tx:
            await find_trust(tx, scope)
            return ConservationAnswer.model_validate({"vpd": scope, **await conservation(tx, scope)})

    return api


async def run_of(tx: ReadTx, run_id: UUID) -> Any:
    """The run. Raises `NotFound` when it is not of the transaction's trusts."""
    found = await find_run(tx, run_id)
    if found is None:
        raise NotFound("There is no such run that you may see.", field="run_id")
    return found


async def _with_files(tx: ReadTx, vpd: str, runs: Sequence[Any]) -> list[WholeRunAnswer]:
    files = await files_of_runs(tx, [vpd], [row.run_id for row in runs])
    return [run_answer(row, files[row.run_id]) for row in runs]
