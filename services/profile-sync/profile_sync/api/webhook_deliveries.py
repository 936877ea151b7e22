"""Operations on the deliveries of a webhook: a trial of it, what was sent and what was not, and sending again."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from esrlink.errors import Invalid
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.callers import CanHook, CanWatchHooks, by_api
from profile_sync.api.webhook_models import DeliveryAnswer, DeliveryList, PingAnswer, ReplayAnswer, ReplayBody, State
from profile_sync.api.webhooks import owner_of
from profile_sync.webhooks.deliveries import list_deliveries, replay
from profile_sync.webhooks.registering import get_webhook, keys_of
from profile_sync.webhooks.sending import Sender, Target


def router(parts: Parts, sender: Sender) -> APIRouter:
    """The operations under `/v1/webhooks/{webhook_id}` that send and list."""
    api = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
    database, clock = parts.database, parts.clock

    @api.post(
        "/{webhook_id}/ping",
        operation_id="pingWebhook",
        summary="Send a signed test delivery now, and see what came of it",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def ping(principal: CanHook, webhook_id: UUID, vpd: VpdQuery = None) -> PingAnswer:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            row = await get_webhook(tx, trust, owner_of(principal), webhook_id)
        now, delivery_id = clock.now(), str(parts.new_id())
        said = {"id": delivery_id, "webhook_id": str(webhook_id), "topic": "ping", "vpd": trust}
        body = json.dumps({**said, "changed_at": now.isoformat()}, separators=(",", ":"))
        outcome = await sender.send(Target(row.url, keys_of(row, now)), delivery_id, body)
        return PingAnswer(delivered=outcome.is_delivered, outcome=outcome.code)

    @api.get(
        "/{webhook_id}/deliveries",
        operation_id="listDeliveries",
        summary="List the deliveries of a webhook, newest first",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def deliveries(
        principal: CanWatchHooks,
        webhook_id: UUID,
        vpd: VpdQuery = None,
        state: Annotated[State | None, Query(description="Only those that stand so.")] = None,
        cursor: Annotated[str | None, Query(max_length=200, description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DeliveryList:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            row = await get_webhook(tx, trust, owner_of(principal), webhook_id)
            found, following = await list_deliveries(tx, row, state=state, cursor=cursor, limit=limit)
        return DeliveryList(items=[_delivery(each) for each in found], next=following)

    @api.post(
        "/{webhook_id}/deliveries/{delivery_id}/replay",
        operation_id="replayDelivery",
        summary="Send one delivery again",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def replay_one(principal: CanHook, webhook_id: UUID, delivery_id: UUID, vpd: VpdQuery = None) -> ReplayAnswer:
        trust = trust_scope(principal, vpd)
        async with database.write([trust]) as tx:
            row = await get_webhook(tx, trust, owner_of(principal), webhook_id, hold=True)
            return ReplayAnswer(
                queued=await replay(tx, row, by=by_api(principal), now=clock.now(), delivery_id=delivery_id)
            )

    @api.post(
        "/{webhook_id}/replay",
        operation_id="replayDeliveries",
        summary="Send again what was parked, or everything since a moment",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def replay_many(principal: CanHook, webhook_id: UUID, body: ReplayBody, vpd: VpdQuery = None) -> ReplayAnswer:
        if body.since is not None and body.since.tzinfo is None:
            raise Invalid("Say which time zone: 2026-08-03T08:00:00Z.", field="since")
        trust = trust_scope(principal, vpd)
        async with database.write([trust]) as tx:
            row = await get_webhook(tx, trust, owner_of(principal), webhook_id, hold=True)
            queued = await replay(tx, row, by=by_api(principal), now=clock.now(), since=body.since, states=body.states)
        return ReplayAnswer(queued=queued)

    return api


def _delivery(row: Any) -> DeliveryAnswer:
    return DeliveryAnswer(**{name: getattr(row, name) for name in DeliveryAnswer.model_fields})
