"""Operations on trusts' exchanges: how they are, look now, try every step, ask for a snapshot."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query
from sqlalchemy import select

from esr_gateway.api.answers import PollAnswer, file_answer
from esr_gateway.api.callers import CanRead
from esr_gateway.api.exchange_answers import (
    ExchangesAnswer,
    SnapshotRequestAnswer,
    TrialAnswer,
    exchange_answer,
    trial_answer,
)
from esr_gateway.exchange.by_hand import look_now, try_now
from esr_gateway.exchange.credentials import check_names
from esr_gateway.gateway import Gateway
from esr_gateway.overview import look_at_exchanges
from esr_gateway.settings import Settings
from esr_gateway.tables import file
from esr_gateway.trust_settings import ExchangeSettings
from esr_gateway.trusts import Trust, all_trusts, find_trust
from esrlink.auth import Principal, Role, Scope, require
from esrlink.contracts.types import Vpd
from esrlink.errors import Forbidden
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts

CanOperate = Annotated[Principal, Depends(require(Scope.EXCHANGE_OPERATE, roles=(Role.OPERATOR, Role.ADMINISTRATOR)))]
_OwnVpd = Annotated[Vpd, Path()]
_EXCHANGE_PROBLEMS = {**problem_responses(401, 403, 404, 409, 422, 503), 502: problem_responses(503)[503]}


def router(parts: Parts, gateway: Gateway, settings: Settings) -> APIRouter:
    """The operations under `/v1/exchanges`."""
    api = APIRouter(prefix="/v1/exchanges", tags=["exchanges"])

    @api.get(
        "",
        operation_id="findExchanges",
        summary="See how exchanges are",
        description="Of all the caller's trusts, or of one: whether ESR's server answers, the last file, the next look.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def find(principal: CanRead, vpd: VpdQuery = None) -> ExchangesAnswer:
        vpds = [trust_scope(principal, vpd)] if vpd else sorted(principal.vpds)
        async with parts.database.read(vpds) as tx:
            trusts = [trust for trust in await all_trusts(tx) if trust.vpd in vpds]
            seen = await look_at_exchanges(tx, trusts, parts.clock.now())
        return ExchangesAnswer(exchanges=[exchange_answer(view) for view in seen])

    @api.post(
        "/{vpd}/poll",
        operation_id="pollExchange",
        summary="Fetch and import what ESR has put out, now",
        description=(
            "Does what the service does by itself at every turn. Waits for another replica that is at work on the same "
            "trust. Answers with the files that came or moved on; a file that was taken before is not among them."
        ),
        responses=_EXCHANGE_PROBLEMS,
    )
    async def poll(principal: CanOperate, vpd: _OwnVpd) -> PollAnswer:
        trust = await _trust(parts, principal, vpd)
        moved = await look_now(gateway.poller, trust, by=principal.subject, wait=gateway.lock_wait)
        async with parts.database.read([vpd]) as tx:
            rows = await tx.all(
                select(file)
                .where(file.c.vpd == vpd, file.c.file_id.in_(moved))
                .order_by(file.c.received_at, file.c.name)
            )
        return PollAnswer(files=[file_answer(row) for row in rows])

    @api.post(
        "/{vpd}/test",
        operation_id="testExchange",
        summary="Try an exchange step by step",
        description=(
            "Finds, reaches and makes sure of the server, signs in, looks into both folders, reads a file, and writes, renames "
            "and removes a small one that ESR leaves alone. Each step says in plain words how it went and what to do. "
            "Without a body the trust's own settings are tried; with one, those, and nothing of them is stored. That needs the "
            "right to set trusts up. No secret is ever in the answer."
        ),
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def test(
        principal: CanOperate,
        vpd: _OwnVpd,
        body: Annotated[ExchangeSettings | None, Body()] = None,
    ) -> TrialAnswer:
        trust = await _trust(parts, principal, vpd)
        if body is not None:
            _may_set_up(principal)
            check_names(body, vpd, settings.exchange_secrets)
        trial = await try_now(
            gateway.poller, trust, by=principal.subject, timeout=gateway.exchange_timeout, instead=body
        )
        return trial_answer(vpd, trial)

    @api.post(
        "/{vpd}/request-snapshot",
        operation_id="requestSnapshot",
        summary="Ask ESR for a snapshot",
        description=(
            "Puts a request file into In/ whose time meets the end of what is known, so that the snapshot closes any gap. "
            "409 `snapshot_already_asked` while an earlier request has not been answered, unless `again`."
        ),
        responses=_EXCHANGE_PROBLEMS,
    )
    async def request_snapshot(
        principal: CanOperate,
        vpd: _OwnVpd,
        again: Annotated[bool, Query(description="Ask although ESR was asked already")] = False,
    ) -> SnapshotRequestAnswer:
        trust = await _trust(parts, principal, vpd)
        name = await gateway.poller.ask_for_snapshot(trust, by=principal.subject, again=again, wait=gateway.lock_wait)
        return SnapshotRequestAnswer(vpd=vpd, name=name)

    return api


async def _trust(parts: Parts, principal: Principal, vpd: str) -> Trust:
    principal.require_vpd(vpd)
    async with parts.database.read([vpd]) as tx:
        return await find_trust(tx, vpd)


def _may_set_up(principal: Principal) -> None:
    """Settings that are not stored are somebody's own choice of a server, so it takes who may store them."""
    if Scope.TRUSTS_WRITE not in principal.scopes and Role.ADMINISTRATOR not in principal.roles:
        raise Forbidden("Trying settings that are not stored needs the scope trusts:write or the role administrator.")
