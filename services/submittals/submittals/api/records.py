"""Putting records: one by its source key, or up to 5,000 at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from esrlink.auth import Principal, Scope, require
from esrlink.contracts.types import Department, ExternalId, Product
from esrlink.errors import EsrLinkError, Invalid, NotFound
from esrlink.http import problem_responses
from esrlink.http.if_match import IfMatch, expected_version
from esrlink.http.trust import VpdQuery, trust_scope
from submittals import examples
from submittals.api.answers import BatchAnswer, SubmittalAnswer, answer_of, batch_answer
from submittals.api.requests import BatchRecordIn, RecordIn, RecordsIn, checked
from submittals.api.work import READERS, PartsOf, shown
from submittals.flow.intake import Put, take_in
from submittals.records import store
from submittals.records.results import asked, in_order

records_router = APIRouter(prefix="/v1", tags=["submittals"])

Writer = Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE))]


@records_router.put(
    "/submittals/{product}/{department}/{record_id}",
    summary="Put a record",
    description="Creates it or makes a new version. The same put again changes nothing. Defaults are filled in and the"
    " rules run at once: a record with errors is stored as `returned`, with the reasons. Once a version is being sent,"
    " an edit is refused (409 `already_sent`).",
    operation_id="put_submittal",
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422),
)
async def put_submittal(
    product: Product,
    department: Department,
    record_id: ExternalId,
    record: Annotated[
        RecordIn,
        Body(openapi_examples={"absence": {"value": examples.ABSENCE}, "attendance": {"value": examples.ATTENDANCE}}),
    ],
    principal: Writer,
    parts: PartsOf,
    vpd: VpdQuery = None,
    if_match: IfMatch = None,
) -> SubmittalAnswer:
    """Take one record in."""
    trust = trust_scope(principal, vpd)
    principal.require_department(product, department)
    record.version = expected_version(if_match, record.version)
    async with parts.database.write([trust]) as tx:
        (result,) = await take_in(
            tx,
            trust,
            [record.put(product, department, record_id)],
            now=parts.clock.now(),
            new_id=parts.new_id,
            client=principal.subject,
        )
    if result.error is not None:
        raise result.error
    return answer_of(result)


@records_router.get(
    "/submittals/{product}/{department}/{record_id}",
    summary="Read a record by its source key",
    operation_id="get_submittal_by_source",
    responses=problem_responses(401, 403, 404, 422),
)
async def get_by_source(
    product: Product,
    department: Department,
    record_id: ExternalId,
    principal: Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=READERS))],
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> SubmittalAnswer:
    """Read one record."""
    trust = trust_scope(principal, vpd)
    principal.require_department(product, department)
    async with parts.database.read([trust]) as tx:
        record = await store.read_source(tx, trust, (product, department, record_id))
        if record is None:
            raise NotFound("There is no such record.", field="record_id")
        return await shown(tx, record, parts.clock.now())


@records_router.post(
    "/submittals:batch",
    summary="Put up to 5,000 records",
    description="In the order sent, with an answer for each: one bad record never holds the others.",
    operation_id="put_submittals",
    responses=problem_responses(400, 401, 403, 404, 413, 422),
)
async def put_batch(
    batch: Annotated[RecordsIn, Body(examples=[{"records": [examples.BATCH_RECORD]}])],
    principal: Writer,
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> BatchAnswer:
    """Take records in."""
    trust = trust_scope(principal, vpd)
    puts = [_put_of(principal, raw) for raw in batch.records]
    async with parts.database.write([trust]) as tx:
        taken = await take_in(
            tx, trust, asked(puts), now=parts.clock.now(), new_id=parts.new_id, client=principal.subject
        )
    return batch_answer(in_order(puts, taken))


def _put_of(principal: Principal, raw: object) -> Put | EsrLinkError:
    record = checked(BatchRecordIn, raw)
    if isinstance(record, Invalid):
        return record
    try:
        principal.require_department(record.product, record.department)
    except NotFound as refusal:
        return refusal
    return record.put(record.product, record.department, record.record_id)
