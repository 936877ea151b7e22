"""Operations on a trust's exchange."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy import select

from esr_gateway.api.answers import PollAnswer, file_answer
from esr_gateway.gateway import Gateway
from esr_gateway.tables import file
from esr_gateway.trusts import find_trust
from esrlink.auth import Principal, Role, Scope, require
from esrlink.contracts.types import Vpd
from esrlink.http import problem_responses
from esrlink.runtime import Parts

CanOperate = Annotated[Principal, Depends(require(Scope.EXCHANGE_OPERATE, roles=(Role.OPERATOR, Role.ADMINISTRATOR)))]


def router(parts: Parts, gateway: Gateway) -> APIRouter:
    """The operations under `/v1/exchanges`."""
    api = APIRouter(prefix="/v1/exchanges", tags=["exchanges"])

    @api.post(
        "/{vpd}/poll",
        operation_id="pollExchange",
        summary="Fetch and import what ESR has put out, now",
        description=(
            "Does what the service does by itself every `poll_seconds`. Waits for another replica that is at work on the "
            "same trust. Answers with the files that came or moved on; a file that was taken before is not among them."
        ),
        responses={**problem_responses(401, 403, 404, 409, 503), 502: problem_responses(503)[503]},
    )
    async def poll(principal: CanOperate, vpd: Annotated[Vpd, Path()]) -> PollAnswer:
        principal.require_vpd(vpd)
        async with parts.database.read([vpd]) as tx:
            trust = await find_trust(tx, vpd)
        moved = await gateway.poller.poll(trust, wait=gateway.lock_wait)
        async with parts.database.read([vpd]) as tx:
            rows = await tx.all(
                select(file)
                .where(file.c.vpd == vpd, file.c.file_id.in_(moved))
                .order_by(file.c.received_at, file.c.name)
            )
        return PollAnswer(files=[file_answer(row) for row in rows])

    return api
