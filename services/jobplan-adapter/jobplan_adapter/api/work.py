"""`/v1/work`: rota products put the work that was delivered, one piece or thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from esrlink.auth import Principal, Scope, require
from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.errors import Invalid, NotFound, StaleVersion
from esrlink.http import problem_responses
from esrlink.http.if_match import IfMatch, expected_version
from esrlink.http.problems import ProblemField
from esrlink.http.trust import VpdQuery, trust_scope
from jobplan_adapter.api.paths import DepartmentPath, ProductPath, WorkPath
from jobplan_adapter.trusts import Trust, get_trust
from jobplan_adapter.work.records import BATCH_LIMIT, Put, Work, WorkRecord, put_work

Writer = Annotated[Principal, Depends(require(Scope.WORK_WRITE))]

_WORK = {"employee_number": "00000101", "date": "2026-08-03", "session": "Theatre 3", "category": "DCC", "hours": "4"}
_RECORD = {"work_id": "S-2026-08-03-7", "product": "clwrota", "department": "anaesthetics", **_WORK}


class WorkAnswer(BaseModel):
    """A piece of work as it is stored."""

    product: str = Field(examples=["clwrota"])
    department: str = Field(examples=["anaesthetics"])
    work_id: str = Field(examples=["S-2026-08-03-7"])
    outcome: Literal["created", "changed", "unchanged"]
    version: int = Field(examples=[1])


class WorkBatch(BaseModel):
    """Records, each as in a single put plus `product`, `department` and `work_id`. A bad one holds up no other."""

    model_config = ConfigDict(extra="forbid")
    records: list[Any] = Field(min_length=1, max_length=BATCH_LIMIT, examples=[[_RECORD]])


class RecordAnswer(BaseModel):
    """What became of the record at place `index`. `status` is what a single put would have answered."""

    index: int
    status: Literal[200, 404, 409, 422]
    outcome: Literal["created", "changed", "unchanged", "stale", "refused"]
    work_id: str | None = None
    version: int | None = Field(default=None, description="The stored version.")
    problems: list[ProblemField] = []


class BatchAnswer(BaseModel):
    """An answer for each record, in their order."""

    stored: int = Field(description="Created or changed.")
    unchanged: int
    refused: int = Field(description="Stale or refused.")
    records: list[RecordAnswer]


def router(database: Database, clock: Clock) -> APIRouter:
    """The routes of work."""
    routes = APIRouter(prefix="/v1", tags=["work"], responses=problem_responses(401, 403, 404, 409, 422))

    @routes.put("/work/{product}/{department}/{work_id}", summary="Put a piece of work", operation_id="putWork")
    async def put(
        product: ProductPath,
        department: DepartmentPath,
        work_id: WorkPath,
        body: Annotated[Work, Body(openapi_examples={"four hours": {"value": _WORK}})],
        principal: Writer,
        vpd: VpdQuery = None,
        if_match: IfMatch = None,
    ) -> WorkAnswer:
        """Idempotent: the same again is `unchanged`. Cancelled work stays, and counts as nothing."""
        trust_vpd = trust_scope(principal, vpd)
        principal.require_department(product, department)
        if body.displaced_by == work_id:
            raise Invalid("Work is not displaced by itself.", field="displaced_by")
        values = body.model_dump()
        values["version"] = expected_version(if_match, body.version)
        record = WorkRecord.model_validate({**values, "product": product, "department": department, "work_id": work_id})
        async with database.write([trust_vpd]) as tx:
            if not (await get_trust(tx, trust_vpd)).has_department(product, department):
                raise _no_department(product, department)
            (done,) = await put_work(tx, trust_vpd, [record], now=clock.now())
        if done.outcome == "stale":
            raise StaleVersion(_stale(record, done), field="version")
        return WorkAnswer(
            product=product, department=department, work_id=work_id, outcome=done.outcome, version=done.version
        )

    @routes.post("/work:batch", summary="Put many pieces of work", operation_id="putWorkBatch")
    async def batch(body: WorkBatch, principal: Writer, vpd: VpdQuery = None) -> BatchAnswer:
        """Up to 5,000 records. The good ones are stored together; each of the others is answered with what is wrong."""
        trust_vpd = trust_scope(principal, vpd)
        async with database.write([trust_vpd]) as tx:
            trust = await get_trust(tx, trust_vpd)
            answers, good = _sorted_out(body.records, principal, trust)
            outcomes = await put_work(tx, trust_vpd, [record for _, record in good], now=clock.now())
        for (index, record), done in zip(good, outcomes, strict=True):
            answers[index] = _record_answer(index, record, done)
        records = [answers[index] for index in range(len(body.records))]
        unchanged = sum(one.outcome == "unchanged" for one in records)
        stored = sum(one.outcome in {"created", "changed"} for one in records)
        return BatchAnswer(
            stored=stored, unchanged=unchanged, refused=len(records) - stored - unchanged, records=records
        )

    return routes


def _sorted_out(
    records: Sequence[Any], principal: Principal, trust: Trust
) -> tuple[dict[int, RecordAnswer], list[tuple[int, WorkRecord]]]:
    """The answers of the records that are refused, by place, and the others."""
    refused: dict[int, RecordAnswer] = {}
    good: list[tuple[int, WorkRecord]] = []
    seen: set[tuple[str, str, str]] = set()
    for index, raw in enumerate(records):
        try:
            record = WorkRecord.model_validate(raw)
        except ValidationError as error:
            problems = [
                ProblemField(field=".".join(map(str, one["loc"])), code=one["type"], detail=one["msg"])
                for one in error.errors(include_input=False, include_context=False)
            ]
            refused[index] = RecordAnswer(index=index, status=422, outcome="refused", problems=problems)
            continue
        may = principal.may_touch_department(record.product, record.department)
        if not (may and trust.has_department(record.product, record.department)):
            detail = _no_department(record.product, record.department).detail
            problem = ProblemField(field="department", code="not_found", detail=detail)
            refused[index] = RecordAnswer(
                index=index, status=404, outcome="refused", work_id=record.work_id, problems=[problem]
            )
        elif record.key in seen:
            problem = ProblemField(field="work_id", code="repeated", detail="This work is in the batch already.")
            refused[index] = RecordAnswer(
                index=index, status=422, outcome="refused", work_id=record.work_id, problems=[problem]
            )
        else:
            seen.add(record.key)
            good.append((index, record))
    return refused, good


def _record_answer(index: int, record: WorkRecord, done: Put) -> RecordAnswer:
    if done.outcome != "stale":
        return RecordAnswer(index=index, status=200, outcome=done.outcome, work_id=record.work_id, version=done.version)
    problem = ProblemField(field="version", code="stale_version", detail=_stale(record, done))
    return RecordAnswer(
        index=index, status=409, outcome="stale", work_id=record.work_id, version=done.version, problems=[problem]
    )


def _stale(record: WorkRecord, done: Put) -> str:
    if done.version == 0:
        return f"You sent version {record.version}; there is no such work yet. Leave the version out to create it."
    return f"You sent version {record.version}; the work is at version {done.version}. Read it and repeat your change."


def _no_department(product: str, department: str) -> NotFound:
    return NotFound(f"There is no department {product}/{department} that you may see.", field="department")
