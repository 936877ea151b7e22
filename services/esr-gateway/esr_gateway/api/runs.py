"""Operations on runs: what was frozen, totalled and sent, and what became of every line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import select

from esr_gateway.api.answers import (
    ConservationAnswer,
    LineAnswer,
    LinesAnswer,
    RunsAnswer,
    WholeRunAnswer,
    run_answer,
)
from esr_gateway.api.callers import CanOperate, CanRead
from esr_gateway.gateway import Gateway
from esr_gateway.tables import run, run_file
from esr_gateway.to_esr.conservation import conservation
from esr_gateway.to_esr.runs import find_run, find_runs, lines_of_run
from esr_gateway.trusts import find_trust
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts


def router(parts: Parts, gateway: Gateway) -> APIRouter:
    """The operations under `/v1/runs`, and `/v1/conservation`."""
    api = APIRouter(prefix="/v1", tags=["runs"])

    @api.get(
        "/runs",
        operation_id="findRuns",
        summary="List runs",
        description="Newest first, each with its control totals and files.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def find(
        principal: CanRead, vpd: VpdQuery = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> RunsAnswer:
        scope = trust_scope(principal, vpd)
        async with parts.database.read([scope]) as tx:
            await find_trust(tx, scope)
            return RunsAnswer(runs=await _with_files(tx, scope, await find_runs(tx, [scope], limit)))

    @api.post(
        "/runs/close-due",
        operation_id="closeDueRuns",
        summary="Close every run whose cut-off has come, now",
        description=(
            "Does what the service does by itself every few seconds: freezes due runs, writes their files and sends what is "
            "not sent. Answers with the runs that it worked on; none when nothing is due. Refuses with `withdrawals_stopped` "
            "while a run is due and withdrawals cannot be taken: it could pay what departments took back."
        ),
        responses={**problem_responses(401, 403, 404, 409, 503), 502: problem_responses(503)[503]},
    )
    async def close_due(principal: CanOperate, vpd: VpdQuery = None) -> RunsAnswer:
        scope = trust_scope(principal, vpd)
        async with parts.database.read([scope]) as tx:
            trust = await find_trust(tx, scope)
        worked = await gateway.closer.close_due(trust, wait=gateway.lock_wait)
        async with parts.database.read([scope]) as tx:
            rows = await tx.all(select(run).where(run.c.vpd == scope, run.c.run_id.in_(worked)).order_by(run.c.cut_off))
            return RunsAnswer(runs=await _with_files(tx, scope, rows))

    @api.get(
        "/runs/{run_id}",
        operation_id="readRun",
        summary="Read a run with its totals and files",
        description="Each file says how sure its layout is.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanRead, run_id: UUID) -> WholeRunAnswer:
        async with parts.database.read(principal.vpds) as tx:
            found = await _run(tx, run_id)
            return (await _with_files(tx, found.vpd, [found]))[0]

    @api.get(
        "/runs/{run_id}/lines",
        operation_id="readLines",
        summary="Read the lines of a run",
        description="Each with the submittal that it came from and what became of it.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def lines(
        principal: CanRead,
        run_id: UUID,
        limit: Annotated[int, Query(ge=1, le=5_000)] = 1_000,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> LinesAnswer:
        async with parts.database.read(principal.vpds) as tx:
            found = await _run(tx, run_id)
            rows = await lines_of_run(tx, found.vpd, run_id, limit=limit + 1, offset=offset)
        answers = [LineAnswer.model_validate(row, from_attributes=True) for row in rows[:limit]]
        return LinesAnswer(lines=answers, next_offset=offset + limit if len(rows) > limit else None)

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


async def _run(tx: ReadTx, run_id: UUID) -> Any:
    found = await find_run(tx, run_id)
    if found is None:
        raise NotFound("There is no such run that you may see.", field="run_id")
    return found


async def _with_files(tx: ReadTx, vpd: str, runs: Sequence[Any]) -> list[WholeRunAnswer]:
    ids = [row.run_id for row in runs]
    by_run: dict[UUID, list[Any]] = defaultdict(list)
    for file in await tx.all(
        select(run_file).where(run_file.c.vpd == vpd, run_file.c.run_id.in_(ids)).order_by(run_file.c.file_name)
    ):
        by_run[file.run_id].append(file)
    return [run_answer(row, by_run[row.run_id]) for row in runs]
