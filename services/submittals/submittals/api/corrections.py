"""Corrections of what was sent to ESR: propose, second or decline, and read them with the pair and the net effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal, Scope, require
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import NotFound
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from submittals import examples
from submittals.api.calls import RESPONSES, Call, CallOf, asking
from submittals.api.commands import as_caller
from submittals.api.requests import CommandIn, CorrectionIn, ReasonIn, with_note
from submittals.api.work import READERS, PartsOf, readable
from submittals.content import AbsenceContent, AttendanceContent, Content
from submittals.corrections import correction as corrections
from submittals.corrections.correction import Correction, CorrectionState, RunChoice
from submittals.corrections.effect import net_effect
from submittals.corrections.filling import proposed_contents
from submittals.corrections.proposing import propose
from submittals.corrections.runs import runs_reached
from submittals.corrections.seconding import decline, second
from submittals.flow.asking import Ask
from submittals.records import store
from submittals.records.record import Record, Version
from submittals.records.state import Command, State

corrections_router = APIRouter(prefix="/v1", tags=["corrections"])

Reader = Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=READERS))]
Proposer = Annotated[Principal, Depends(asking(Command.CORRECT))]
Seconder = Annotated[Principal, Depends(asking(Command.SECOND))]
_READING = problem_responses(401, 403, 404, 422)


class PartAnswer(BaseModel):
    """One of the records of a correction: what was sent, what takes it back, or what is paid in its place."""

    submittal_id: UUID | None = Field(default=None, description="None while the correction is only proposed.")
    version: int | None = None
    state: State | None = None
    content: AbsenceContent | AttendanceContent


class CorrectionAnswer(BaseModel):
    """A correction as it stands: the pair, and what it comes to."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CORRECTION]})

    correction_id: UUID
    vpd: str
    product: str
    department: str
    state: CorrectionState
    reason: str
    run: RunChoice
    reaches: str | None = Field(default=None, description="The run that it would go into, while it is proposed.")
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_reason: str | None = None
    sent: PartAnswer = Field(description="What was sent, and is taken back.")
    reversal: PartAnswer | None = Field(default=None, description="The record that takes it back; none until seconded.")
    replacement: PartAnswer | None = Field(default=None, description="What is paid in its place, if anything.")
    net: dict[str, Decimal] = Field(description="How much more (or less) of each figure there is after it.")


class CorrectionList(BaseModel):
    """Corrections, the newest first."""

    corrections: list[CorrectionAnswer]


async def answers(tx: ReadTx, some: Sequence[Correction], now: datetime) -> list[CorrectionAnswer]:
    """Corrections with their records as they stand."""
    wanted = {key for one in some for key in (one.submittal_id, one.reversal_id, one.replacement_id) if key}
    known = await store.read_ids(tx, wanted) if wanted else {}
    reached = await runs_reached(tx, some, now)
    instead = await proposed_contents(tx, some, known)
    told = []
    for one in some:
        original = known[one.submittal_id]
        # Another version than the current one was sent only where a newer one crossed it on the way.
        sent = await store.read_version(tx, original, one.version)
        told.append(_answer(one, original, sent, known, instead.get(one.id), reached.get(one.id)))
    return told


async def answer(tx: ReadTx, one: Correction, now: datetime) -> CorrectionAnswer:
    """One correction with its records as they stand."""
    (told,) = await answers(tx, [one], now)
    return told


def _answer(
    one: Correction,
    original: Record,
    sent: Version,
    known: Mapping[UUID, Record],
    instead: Content | None,
    reaches: str | None,
) -> CorrectionAnswer:
    reversal, replacement = (_part(known[key]) if key else None for key in (one.reversal_id, one.replacement_id))
    if replacement is None and instead is not None:
        replacement = PartAnswer(content=instead)
    return CorrectionAnswer(
        correction_id=one.id,
        reaches=reaches,
        sent=PartAnswer(
            submittal_id=original.id, version=sent.number, state=original.standing.state, content=sent.content
        ),
        reversal=reversal,
        replacement=replacement,
        net=dict(net_effect(sent.content, replacement.content if replacement else None)),
        **{name: getattr(one, name) for name in _PLAIN},
    )


_PLAIN = (
    *("vpd", "product", "department", "state", "reason", "run", "proposed_by", "proposed_at"),
    *("decided_by", "decided_at", "decided_reason"),
)


def _part(record: Record) -> PartAnswer:
    version = record.version
    return PartAnswer(
        submittal_id=record.id, version=version.number, state=record.standing.state, content=version.content
    )


async def _seen(tx: ReadTx, principal: Principal, correction_id: UUID) -> Correction:
    one = await corrections.read(tx, correction_id)
    if not principal.may_touch_department(one.product, one.department):
        raise NotFound("There is no such correction that you may see.", field="correction_id")
    return one


@corrections_router.post(
    "/submittals/{submittal_id}/corrections",
    summary="Propose a correction of what was sent",
    description="What was sent is never edited: a reversal takes it back and a replacement is paid in its place. Both are"
    " approved when another person seconds the correction (409 `proposer_cannot_second`). With no `fields` it is a"
    " reversal only, as for leave that was cancelled after it was sent.",
    operation_id="propose_correction",
    responses=RESPONSES,
)
async def propose_correction(
    submittal_id: UUID,
    body: Annotated[
        CorrectionIn,
        Body(examples=[{"by": "officer4", "reason": "Two lists, not one.", "fields": {"units": "2"}, "note": "Both."}]),
    ],
    principal: Proposer,
    call: CallOf,
) -> CorrectionAnswer:
    """Propose."""
    async with call.parts.database.read(principal.vpds) as tx:
        vpd = (await readable(tx, principal, submittal_id)).vpd
    fields = with_note(body.fields or {}, body.note)
    said = Ask(submittal_id, Command.CORRECT, body.by, fields, body.reason, call.expected(body.version))
    now = call.parts.clock.now()

    async def work(tx: WriteTx) -> CorrectionAnswer:
        one = await propose(
            tx,
            vpd,
            as_caller(principal, said, vpd),
            body.run,
            replaces=body.fields is not None,
            now=now,
            new_id=call.parts.new_id,
            client=principal.subject,
        )
        return await answer(tx, one, now)

    return await call.once(principal, vpd, body.model_dump(mode="json"), CorrectionAnswer, work)


@corrections_router.post(
    "/corrections/{correction_id}/second",
    summary="Second a correction",
    description="By another person than the one who proposed it, who has no hand in the claim either. Its records go into"
    " the run that closes next.",
    operation_id="second_correction",
    responses=RESPONSES,
)
async def second_correction(
    correction_id: UUID,
    body: Annotated[CommandIn, Body(examples=[{"by": "officer5"}])],
    principal: Seconder,
    call: CallOf,
) -> CorrectionAnswer:
    """Second."""
    return await _decide(call, principal, correction_id, body)


@corrections_router.post(
    "/corrections/{correction_id}/decline",
    summary="Decline a correction, or take back a proposal of one's own",
    operation_id="decline_correction",
    responses=RESPONSES,
)
async def decline_correction(
    correction_id: UUID,
    body: Annotated[ReasonIn, Body(examples=[{"by": "officer5", "reason": "The claim was right."}])],
    principal: Seconder,
    call: CallOf,
) -> CorrectionAnswer:
    """Decline."""
    return await _decide(call, principal, correction_id, body)


async def _decide(call: Call, principal: Principal, correction_id: UUID, body: CommandIn) -> CorrectionAnswer:
    async with call.parts.database.read(principal.vpds) as tx:
        one = await _seen(tx, principal, correction_id)
    now, vpd = call.parts.clock.now(), one.vpd
    reason = body.reason if isinstance(body, ReasonIn) else None
    said = Ask(one.submittal_id, Command.SECOND, body.by, reason=reason, expected_version=call.expected(body.version))
    ask = as_caller(principal, said, vpd)

    async def work(tx: WriteTx) -> CorrectionAnswer:
        if reason is not None:
            done = await decline(tx, vpd, correction_id, ask, now=now, client=principal.subject)
        else:
            done = await second(
                tx, vpd, correction_id, ask, now=now, new_id=call.parts.new_id, client=principal.subject
            )
        return await answer(tx, done, now)

    return await call.once(principal, vpd, body.model_dump(mode="json"), CorrectionAnswer, work)


@corrections_router.get("/corrections", summary="List corrections", operation_id="list_corrections", responses=_READING)
async def list_corrections(
    principal: Reader,
    parts: PartsOf,
    vpd: VpdQuery = None,
    state: Annotated[CorrectionState | None, Query(description="Only those in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> CorrectionList:
    """The newest corrections."""
    trust = trust_scope(principal, vpd)
    async with parts.database.read([trust]) as tx:
        found = await corrections.listed(tx, trust, principal.departments, state, limit)
        return CorrectionList(corrections=await answers(tx, found, parts.clock.now()))


@corrections_router.get(
    "/corrections/{correction_id}", summary="Read a correction", operation_id="get_correction", responses=_READING
)
async def get_correction(correction_id: UUID, principal: Reader, parts: PartsOf) -> CorrectionAnswer:
    """One correction."""
    async with parts.database.read(principal.vpds) as tx:
        return await answer(tx, await _seen(tx, principal, correction_id), parts.clock.now())


@corrections_router.get(
    "/submittals/{submittal_id}/corrections",
    summary="Read the corrections of a submittal",
    description="Those of it, and the one that it comes from, oldest first.",
    operation_id="get_corrections_of_submittal",
    responses=_READING,
)
async def corrections_of(submittal_id: UUID, principal: Reader, parts: PartsOf) -> CorrectionList:
    """A submittal's corrections."""
    async with parts.database.read(principal.vpds) as tx:
        record = await readable(tx, principal, submittal_id)
        found = await corrections.of_submittals(tx, record.vpd, [record.id])
        return CorrectionList(corrections=await answers(tx, found, parts.clock.now()))
