"""The flow's commands: on one submittal, or many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends

from esrlink.auth import Principal, Scope, require
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError, Forbidden
from esrlink.http.trust import VpdQuery, trust_scope
from submittals.api.answers import BatchAnswer, SubmittalAnswer, batch_answer
from submittals.api.calls import RESPONSES, Call, CallOf, asking
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
from submittals.api.work import readable
from submittals.flow.commands import Ask, carry_out
from submittals.flow.roles import ROLES_FOR, SCOPES_FOR
from submittals.records.results import Result, asked, in_order
from submittals.records.state import Command

commands_router = APIRouter(prefix="/v1", tags=["submittals"])


def as_caller(principal: Principal, ask: Ask, vpd: str) -> Ask:
    """The command as its caller gives it: a person acts as themselves, whatever name the body has."""
    if principal.kind == "machine":
        return ask
    return replace(ask, by=principal.subject, by_number=principal.esr_number(vpd), roles=principal.roles)


async def _one(
    call: Call, principal: Principal, command: Command, submittal_id: UUID, body: CommandIn
) -> SubmittalAnswer:
    async with call.parts.database.read(principal.vpds) as reading:
        vpd = (await readable(reading, principal, submittal_id)).vpd
    fields, reason = getattr(body, "fields", {}), getattr(body, "reason", None)
    ask = Ask(
        submittal_id,
        command,
        body.by,
        with_note(fields, getattr(body, "note", None)),
        reason,
        call.expected(body.version),
    )

    async def work(tx: WriteTx) -> Result:
        (result,) = await carry_out(
            tx,
            vpd,
            [as_caller(principal, ask, vpd)],
            now=call.parts.clock.now(),
            client=principal.subject,
            may_touch=principal.may_touch_department,
        )
        return result

    return await call.one(principal, vpd, body, work)


@commands_router.post(
    "/submittals/{submittal_id}/enrich",
    summary="Enrich a submittal",
    description="Confirms the defaults or sets fields; other content is a new version and voids a validation.",
    operation_id="enrich_submittal",
    responses=RESPONSES,
)
async def enrich(
    submittal_id: UUID,
    body: Annotated[
        EnrichIn, Body(examples=[{"by": "admin1", "fields": {"units": "2", "rate": "450.00"}, "note": "x"}])
    ],
    principal: Annotated[Principal, Depends(asking(Command.ENRICH))],
    call: CallOf,
) -> SubmittalAnswer:
    """Enrich."""
    return await _one(call, principal, Command.ENRICH, submittal_id, body)


@commands_router.post(
    "/submittals/{submittal_id}/validate",
    summary="Validate a submittal",
    description="By somebody who neither claims nor enriched it (409 `claimant_cannot_validate`), of the group whose turn it is"
    " (409 `not_your_turn`, `not_a_validator`). It is `validated` when the last group is through.",
    operation_id="validate_submittal",
    responses=RESPONSES,
)
async def validate(
    submittal_id: UUID,
    body: Annotated[CommandIn, Body(examples=[{"by": "lead2"}])],
    principal: Annotated[Principal, Depends(asking(Command.VALIDATE))],
    call: CallOf,
) -> SubmittalAnswer:
    """Validate."""
    return await _one(call, principal, Command.VALIDATE, submittal_id, body)


@commands_router.post(
    "/submittals/{submittal_id}/approve",
    summary="Approve a submittal for pay",
    description="Publishes it to payroll, whole, unless the trust has a final approval. The claimant never approves; the"
    " validator may. Time off in lieu is recorded and never paid.",
    operation_id="approve_submittal",
    responses=RESPONSES,
)
async def approve(
    submittal_id: UUID,
    body: Annotated[CommandIn, Body(examples=[{"by": "manager3"}])],
    principal: Annotated[Principal, Depends(asking(Command.APPROVE))],
    call: CallOf,
) -> SubmittalAnswer:
    """Approve."""
    return await _one(call, principal, Command.APPROVE, submittal_id, body)


@commands_router.post(
    "/submittals/{submittal_id}/release",
    summary="Give payroll's final approval",
    description="Where the trust wants one: by another person than the one who approved it for the department.",
    operation_id="release_submittal",
    responses=RESPONSES,
)
async def release(
    submittal_id: UUID,
    body: Annotated[CommandIn, Body(examples=[{"by": "officer4"}])],
    principal: Annotated[Principal, Depends(asking(Command.RELEASE))],
    call: CallOf,
) -> SubmittalAnswer:
    """Release."""
    return await _one(call, principal, Command.RELEASE, submittal_id, body)


@commands_router.post(
    "/submittals/{submittal_id}/return",
    summary="Return a submittal to the department",
    description="Only before it is in a payroll run; payroll is told when it had been approved.",
    operation_id="return_submittal",
    responses=RESPONSES,
)
async def return_(
    submittal_id: UUID,
    body: Annotated[ReasonIn, Body(examples=[{"by": "lead2", "reason": "The session was cancelled at noon."}])],
    principal: Annotated[Principal, Depends(asking(Command.RETURN))],
    call: CallOf,
) -> SubmittalAnswer:
    """Return."""
    return await _one(call, principal, Command.RETURN, submittal_id, body)


@commands_router.post(
    "/submittals/{submittal_id}/withdraw",
    summary="Withdraw a submittal",
    description="Only before it is in a payroll run.",
    operation_id="withdraw_submittal",
    responses=RESPONSES,
)
async def withdraw(
    submittal_id: UUID,
    body: Annotated[ReasonIn, Body(examples=[{"by": "admin1", "reason": "Entered twice."}])],
    principal: Annotated[Principal, Depends(asking(Command.WITHDRAW))],
    call: CallOf,
) -> SubmittalAnswer:
    """Withdraw."""
    return await _one(call, principal, Command.WITHDRAW, submittal_id, body)


@commands_router.post(
    "/submittals/{submittal_id}/resubmit",
    summary="Fix and resubmit a returned or rejected submittal",
    description="One step: a new version with the mended fields, which goes through the whole flow again.",
    operation_id="resubmit_submittal",
    responses=RESPONSES,
)
async def resubmit(
    submittal_id: UUID,
    body: Annotated[ResubmitIn, Body(examples=[{"by": "admin1", "fields": {"cost_code": "E10440"}}])],
    principal: Annotated[Principal, Depends(asking(Command.RESUBMIT))],
    call: CallOf,
) -> SubmittalAnswer:
    """Resubmit."""
    return await _one(call, principal, Command.RESUBMIT, submittal_id, body)


_BATCH: dict[str, Any] = {
    "commands": [{"submittal_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a10", "command": "validate", "by": "lead2"}]
}
_ANY_ROLE = frozenset().union(*ROLES_FOR.values())


@commands_router.post(
    "/submittals:batch-commands",
    summary="Carry out up to 5,000 commands",
    description="In the order sent, with an answer for each: a refused one never holds the others. Validating, approving"
    " and releasing need the scope `submittals:approve` as well.",
    operation_id="command_submittals",
    responses=RESPONSES,
)
async def batch_commands(
    batch: Annotated[CommandsIn, Body(examples=[_BATCH])],
    principal: Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=_ANY_ROLE))],
    call: CallOf,
    vpd: VpdQuery = None,
) -> BatchAnswer:
    """Carry out commands."""
    trust = trust_scope(principal, vpd)
    asks = [_ask_of(principal, trust, raw) for raw in batch.commands]

    async def work(tx: WriteTx) -> BatchAnswer:
        done = await carry_out(
            tx,
            trust,
            asked(asks),
            now=call.parts.clock.now(),
            client=principal.subject,
            may_touch=principal.may_touch_department,
        )
        return batch_answer(in_order(asks, done))

    return await call.once(principal, trust, batch.commands, BatchAnswer, work)


def _ask_of(principal: Principal, trust: str, raw: object) -> Ask | EsrLinkError:
    command = checked(BatchCommandIn, raw)
    if isinstance(command, EsrLinkError):
        return command
    needed = SCOPES_FOR[command.command]
    if principal.kind == "machine" and needed not in principal.scopes:
        return Forbidden(f"Your token lacks the scope: {needed}.", field="command")
    return as_caller(principal, command.ask(), trust)
