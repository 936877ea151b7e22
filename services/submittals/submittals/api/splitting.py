"""Splitting one record over assignments and cost codes, and enriching what waits in a department with its defaults."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal
from esrlink.contracts.types import Department, Product
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError
from esrlink.http.trust import VpdQuery, trust_scope
from submittals import examples
from submittals.api.answers import BatchAnswer, SubmittalAnswer, answer_of, batch_answer
from submittals.api.calls import RESPONSES, CallOf, asking
from submittals.api.commands import as_caller
from submittals.api.requests import CommandIn, EnrichIn, with_note
from submittals.api.work import readable
from submittals.content import Kind
from submittals.flow.asking import Ask
from submittals.flow.commands import carry_out
from submittals.flow.splitting import Part, split
from submittals.records.reading import waiting_in
from submittals.records.state import Command, State
from submittals.settings import BATCH_LIMIT

splitting_router = APIRouter(prefix="/v1", tags=["submittals"])


class SplitIn(CommandIn):
    """The parts, whose units add up to the record's."""

    parts: list[Part] = Field(min_length=2, max_length=9)


class SplitAnswer(BaseModel):
    """The record, which is withdrawn, and the records in its place."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"record": examples.SUBMITTAL, "parts": [examples.SUBMITTAL] * 2}]}
    )

    record: SubmittalAnswer
    parts: list[SubmittalAnswer]


class EnrichDepartmentIn(EnrichIn):
    """Which of a department's pending records, and what to set in all of them beside the defaults."""

    product: Product
    department: Department
    kind: Kind | None = Field(default=None, description="Both when left out.")
    until: date | None = Field(default=None, description="Only records that begin on or before this day.")
    limit: int = Field(default=BATCH_LIMIT, ge=1, le=BATCH_LIMIT, description="At most so many, the oldest first.")


@splitting_router.post(
    "/submittals/{submittal_id}/split",
    summary="Split a record over assignments and cost codes",
    description="Extra work only, before it is approved. The record is withdrawn, and its parts (`record_id` with `.1`,"
    " `.2` and so on) go through the flow by themselves: each of them is one line in a file.",
    operation_id="split_submittal",
    responses=RESPONSES,
)
async def split_submittal(
    submittal_id: UUID,
    body: Annotated[
        SplitIn,
        Body(examples=[{"by": "admin1", "parts": [{"units": "0.5"}, {"units": "0.5", "cost_code": "E10440"}]}]),
    ],
    principal: Annotated[Principal, Depends(asking(Command.SPLIT))],
    call: CallOf,
) -> SplitAnswer:
    """Split."""
    async with call.parts.database.read(principal.vpds) as tx:
        vpd = (await readable(tx, principal, submittal_id)).vpd
    said = Ask(submittal_id, Command.SPLIT, body.by, expected_version=call.expected(body.version))

    async def work(tx: WriteTx) -> SplitAnswer | EsrLinkError:
        done = await split(
            tx,
            vpd,
            as_caller(principal, said, vpd),
            body.parts,
            now=call.parts.clock.now(),
            new_id=call.parts.new_id,
            client=principal.subject,
            may_touch=principal.may_touch_department,
        )
        record, *made = [answer_of(one) for one in done]
        return SplitAnswer(record=record, parts=made)

    return await call.once(principal, vpd, body.model_dump(mode="json"), SplitAnswer, work)


_ENRICH: dict[str, Any] = {"by": "admin1", "product": "clwrota", "department": "anaesthetics", "until": "2026-07-31"}


@splitting_router.post(
    "/submittals:enrich",
    summary="Enrich what waits in a department with its defaults",
    description="All pending records of the department that are asked for, with an answer for each: what the rules find"
    " wrong, or needs a word of its own, is refused and never holds the others.",
    operation_id="enrich_submittals",
    responses=RESPONSES,
)
async def enrich_department(
    body: Annotated[EnrichDepartmentIn, Body(examples=[_ENRICH])],
    principal: Annotated[Principal, Depends(asking(Command.ENRICH))],
    call: CallOf,
    vpd: VpdQuery = None,
) -> BatchAnswer:
    """Enrich many."""
    trust = trust_scope(principal, vpd)
    principal.require_department(body.product, body.department)
    fields = with_note(body.fields, body.note)

    async def work(tx: WriteTx) -> BatchAnswer:
        place = (body.product, body.department)
        ids = await waiting_in(tx, trust, place, State.PENDING, kind=body.kind, until=body.until, limit=body.limit)
        asks = [as_caller(principal, Ask(one, Command.ENRICH, body.by, fields), trust) for one in ids]
        done = await carry_out(
            tx,
            trust,
            asks,
            now=call.parts.clock.now(),
            client=principal.subject,
            may_touch=principal.may_touch_department,
        )
        return batch_answer(done)

    return await call.once(principal, trust, body.model_dump(mode="json"), BatchAnswer, work)
