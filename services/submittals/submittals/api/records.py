"""Putting records: one by its source key, or up to 5,000 at once; and withdrawing one by its source key."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends

from esrlink.auth import Principal, Scope, require
from esrlink.contracts.types import Department, ExternalId, Product
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError, Invalid, NotFound
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from submittals import examples
from submittals.api.answers import BatchAnswer, SubmittalAnswer, WithdrawalAnswer, answer_of, batch_answer
from submittals.api.calls import RESPONSES, CallOf, asking
from submittals.api.commands import as_caller
from submittals.api.requests import BatchRecordIn, ReasonIn, RecordIn, RecordsIn, checked
from submittals.api.work import READERS, PartsOf, shown
from submittals.flow.asking import Ask
from submittals.flow.intake import Person, Put, take_in
from submittals.flow.withdrawing import withdraw_source
from submittals.records import store
from submittals.records.results import Result, asked, in_order
from submittals.records.state import Command

records_router = APIRouter(prefix="/v1", tags=["submittals"])

Writer = Annotated[Principal, Depends(asking(Command.EDIT))]
# A withdrawal by source key finds its submittal itself.
_NOT_KNOWN = UUID(int=0)


@records_router.put(
    "/submittals/{product}/{department}/{record_id}",
    summary="Put a record",
    description="Creates it or makes a new version. The same put again changes nothing. Defaults are filled in and the"
    " rules run at once: a record with errors is stored as `returned`, with the reasons. Once a version is being sent,"
    " an edit is refused (409 `already_sent`). A record whose withdrawal came first is `withdrawn` at once.",
    operation_id="put_submittal",
    responses=RESPONSES,
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
    call: CallOf,
    vpd: VpdQuery = None,
) -> SubmittalAnswer:
    """Take one record in."""
    trust = trust_scope(principal, vpd)
    principal.require_department(product, department)
    record.version = call.expected(record.version)

    async def work(tx: WriteTx) -> Result:
        (result,) = await take_in(
            tx,
            trust,
            [record.put(product, department, record_id)],
            now=call.parts.clock.now(),
            new_id=call.parts.new_id,
            client=principal.subject,
            person=person_of(principal, trust),
        )
        return result

    return await call.one(principal, trust, record, work)


@records_router.post(
    "/submittals/{product}/{department}/{record_id}/withdraw",
    summary="Withdraw a record by its source key",
    description="Also before the record itself has arrived: then it is `withdrawn` when it comes, whatever the order."
    " Withdrawing it again changes nothing.",
    operation_id="withdraw_record",
    responses=RESPONSES,
)
async def withdraw_record(
    product: Product,
    department: Department,
    record_id: ExternalId,
    body: Annotated[ReasonIn, Body(examples=[{"by": "admin1", "reason": "Entered twice."}])],
    principal: Annotated[Principal, Depends(asking(Command.WITHDRAW))],
    call: CallOf,
    vpd: VpdQuery = None,
) -> WithdrawalAnswer:
    """Withdraw."""
    trust = trust_scope(principal, vpd)
    principal.require_department(product, department)
    said = Ask(_NOT_KNOWN, Command.WITHDRAW, body.by, reason=body.reason, expected_version=call.expected(body.version))
    ask = as_caller(principal, said, trust)

    async def work(tx: WriteTx) -> WithdrawalAnswer | EsrLinkError:
        key = (product, department, record_id)
        done = await withdraw_source(tx, trust, key, ask, now=call.parts.clock.now(), client=principal.subject)
        if done is None:
            return WithdrawalAnswer(waiting=True)
        return done.error or WithdrawalAnswer(waiting=False, submittal=answer_of(done))

    return await call.once(principal, trust, body.model_dump(mode="json"), WithdrawalAnswer, work)


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
    responses=RESPONSES,
)
async def put_batch(
    batch: Annotated[RecordsIn, Body(examples=[{"records": [examples.BATCH_RECORD]}])],
    principal: Writer,
    call: CallOf,
    vpd: VpdQuery = None,
) -> BatchAnswer:
    """Take records in."""
    trust = trust_scope(principal, vpd)
    puts = [_put_of(principal, raw) for raw in batch.records]

    async def work(tx: WriteTx) -> BatchAnswer:
        taken = await take_in(
            tx,
            trust,
            asked(puts),
            now=call.parts.clock.now(),
            new_id=call.parts.new_id,
            client=principal.subject,
            person=person_of(principal, trust),
        )
        return batch_answer(in_order(puts, taken))

    return await call.once(principal, trust, batch.records, BatchAnswer, work)


def person_of(principal: Principal, vpd: str) -> Person | None:
    """The signed-in person who puts; none for a machine client."""
    if principal.kind == "machine":
        return None
    return Person(principal.subject, principal.esr_number(vpd), principal.roles)


def _put_of(principal: Principal, raw: object) -> Put | EsrLinkError:
    record = checked(BatchRecordIn, raw)
    if isinstance(record, Invalid):
        return record
    try:
        principal.require_department(record.product, record.department)
    except NotFound as refusal:
        return refusal
    return record.put(record.product, record.department, record.record_id)
