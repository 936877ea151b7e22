"""The flow's commands: on one submittal, or many at once."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends

from esrlink.auth import Principal, Scope, require
from esrlink.errors import EsrLinkError, Forbidden
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from submittals.api.answers import BatchAnswer, SubmittalAnswer, answer_of, batch_answer
from submittals.api.requests import (
    BatchCommandIn,
    CommandIn,
    CommandsIn,
    EnrichIn,
    ReasonIn,
    ResubmitIn,
    checked,
    with_note,
)
from submittals.api.work import PartsOf, readable
from submittals.flow.commands import Ask, carry_out
from submittals.flow.roles import SCOPES_FOR
from submittals.records.results import asked, in_order
from submittals.records.state import Command

commands_router = APIRouter(prefix="/v1", tags=["flow"])

Writer = Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE))]
Approver = Annotated[Principal, Depends(require(Scope.SUBMITTALS_APPROVE))]

_RESPONSES = problem_responses(400, 401, 403, 404, 409, 413, 422)


async def _one(parts: Parts, principal: Principal, ask: Ask) -> SubmittalAnswer:
    async with parts.database.read(principal.vpds) as reading:
        vpd = (await readable(reading, principal, ask.submittal_id)).vpd
    async with parts.database.write([vpd]) as tx:
        (result,) = await carry_out(
            tx,
            vpd,
            [ask],
            now=parts.clock.now(),
            client=principal.subject,
            may_touch=principal.may_touch_department,
        )
    # Raised after the commit: when the rules returned the record, that stays.
    if result.error is not None:
        raise result.error
    return answer_of(result)


@commands_router.post(
    "/submittals/{submittal_id}/enrich",
    summary="Enrich a submittal",
    description="Confirms the defaults or sets fields; other content is a new version and voids a validation.",
    operation_id="enrich_submittal",
    responses=_RESPONSES,
)
async def enrich(
    submittal_id: UUID,
    body: Annotated[
        EnrichIn, Body(examples=[{"by": "admin1", "fields": {"units": "2", "rate": "450.00"}, "note": "x"}])
    ],
    principal: Writer,
    parts: PartsOf,
) -> SubmittalAnswer:
    """Enrich."""
    fields = with_note(body.fields, body.note)
    return await _one(parts, principal, Ask(submittal_id, Command.ENRICH, body.by, fields, None, body.version))


@commands_router.post(
    "/submittals/{submittal_id}/validate",
    summary="Validate a submittal",
    description="By somebody who neither claims nor enriched it (409 `claimant_cannot_validate`).",
    operation_id="validate_submittal",
    responses=_RESPONSES,
)
async def validate(
    submittal_id: UUID,
    body: Annotated[CommandIn, Body(examples=[{"by": "lead2"}])],
    principal: Approver,
    parts: PartsOf,
) -> SubmittalAnswer:
    """Validate."""
    return await _one(parts, principal, Ask(submittal_id, Command.VALIDATE, body.by, expected_version=body.version))


@commands_router.post(
    "/submittals/{submittal_id}/approve",
    summary="Approve a submittal for pay",
    description="Publishes it to payroll, whole. The claimant never approves; the validator may.",
    operation_id="approve_submittal",
    responses=_RESPONSES,
)
async def approve(
    submittal_id: UUID,
    body: Annotated[CommandIn, Body(examples=[{"by": "manager3"}])],
    principal: Approver,
    parts: PartsOf,
) -> SubmittalAnswer:
    """Approve."""
    return await _one(parts, principal, Ask(submittal_id, Command.APPROVE, body.by, expected_version=body.version))


@commands_router.post(
    "/submittals/{submittal_id}/release",
    summary="Give payroll's final approval",
    description="Where the trust wants one: by another person than the one who approved it for the department.",
    operation_id="release_submittal",
    responses=_RESPONSES,
)
async def release(
    submittal_id: UUID,
    body: Annotated[CommandIn, Body(examples=[{"by": "officer4"}])],
    principal: Approver,
    parts: PartsOf,
) -> SubmittalAnswer:
    """Release."""
    return await _one(parts, principal, Ask(submittal_id, Command.RELEASE, body.by, expected_version=body.version))


@commands_router.post(
    "/submittals/{submittal_id}/return",
    summary="Return a submittal to the department",
    operation_id="return_submittal",
    responses=_RESPONSES,
)
async def return_(
    submittal_id: UUID,
    body: Annotated[ReasonIn, Body(examples=[{"by": "lead2", "reason": "The session was cancelled at noon."}])],
    principal: Writer,
    parts: PartsOf,
) -> SubmittalAnswer:
    """Return."""
    ask = Ask(submittal_id, Command.RETURN, body.by, reason=body.reason, expected_version=body.version)
    return await _one(parts, principal, ask)


@commands_router.post(
    "/submittals/{submittal_id}/withdraw",
    summary="Withdraw a submittal",
    description="Only before it is in a payroll run.",
    operation_id="withdraw_submittal",
    responses=_RESPONSES,
)
async def withdraw(
    submittal_id: UUID,
    body: Annotated[ReasonIn, Body(examples=[{"by": "admin1", "reason": "Entered twice."}])],
    principal: Writer,
    parts: PartsOf,
) -> SubmittalAnswer:
    """Withdraw."""
    ask = Ask(submittal_id, Command.WITHDRAW, body.by, reason=body.reason, expected_version=body.version)
    return await _one(parts, principal, ask)


@commands_router.post(
    "/submittals/{submittal_id}/resubmit",
    summary="Fix and resubmit a returned or rejected submittal",
    description="One step: a new version with the mended fields, which goes through the whole flow again.",
    operation_id="resubmit_submittal",
    responses=_RESPONSES,
)
async def resubmit(
    submittal_id: UUID,
    body: Annotated[ResubmitIn, Body(examples=[{"by": "admin1", "fields": {"cost_code": "E10440"}}])],
    principal: Writer,
    parts: PartsOf,
) -> SubmittalAnswer:
    """Resubmit."""
    fields = with_note(body.fields, body.note)
    return await _one(parts, principal, Ask(submittal_id, Command.RESUBMIT, body.by, fields, body.reason, body.version))


_BATCH: dict[str, Any] = {
    "commands": [{"submittal_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a10", "command": "validate", "by": "lead2"}]
}


@commands_router.post(
    "/submittals:batch-commands",
    summary="Carry out up to 5,000 commands",
    description="In the order sent, with an answer for each: a refused one never holds the others. Validating and"
    " approving need the scope `submittals:approve` as well.",
    operation_id="command_submittals",
    responses=problem_responses(400, 401, 403, 404, 413, 422),
)
async def batch_commands(
    batch: Annotated[CommandsIn, Body(examples=[_BATCH])],
    principal: Writer,
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> BatchAnswer:
    """Carry out commands."""
    trust = trust_scope(principal, vpd)
    asks = [_ask_of(principal, raw) for raw in batch.commands]
    async with parts.database.write([trust]) as tx:
        done = await carry_out(
            tx,
            trust,
            asked(asks),
            now=parts.clock.now(),
            client=principal.subject,
            may_touch=principal.may_touch_department,
        )
    return batch_answer(in_order(asks, done))


def _ask_of(principal: Principal, raw: object) -> Ask | EsrLinkError:
    command = checked(BatchCommandIn, raw)
    if isinstance(command, EsrLinkError):
        return command
    needed = SCOPES_FOR[command.command]
    if needed not in principal.scopes:
        return Forbidden(f"Your token lacks the scope: {needed}.", field="command")
    return command.ask()
