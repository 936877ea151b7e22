"""Operations on webhooks: a rota product registers where it is told of changes, each with a secret of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from esrlink.auth import Principal
from esrlink.http import problem_responses
from esrlink.http.if_match import IfMatch, expected_version, stated_in
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api.callers import CanHook, CanWatchHooks, by_api
from profile_sync.api.changes import feed_entry
from profile_sync.api.shown import sees_contacts
from profile_sync.api.webhook_models import (
    SecretBody,
    WebhookAnswer,
    WebhookBody,
    WebhookList,
    WebhookMade,
)
from profile_sync.changes.numbering import number
from profile_sync.webhooks.addresses import Guard
from profile_sync.webhooks.deliveries import counts
from profile_sync.webhooks.registering import (
    Wish,
    change_secret,
    change_webhook,
    get_webhook,
    register,
    remove_webhook,
    webhooks_of,
)


def body_of(change: Any, hook: Any) -> str:
    """A change as the JSON text of a delivery, as the webhook's owner may see it; the sender puts its ids in front."""
    return feed_entry(change, contacts=hook.contacts).model_dump_json(exclude={"cursor"})


def router(parts: Parts, guard: Guard) -> APIRouter:
    """The operations under `/v1/webhooks`."""
    api = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
    database, clock = parts.database, parts.clock

    def wish_of(principal: Principal, body: WebhookBody) -> Wish:
        guard.require(body.url)
        for key in body.departments or ():
            principal.require_department(*key.split("/"))
        departments = body.departments if body.departments is not None else principal.departments
        return Wish(body.url, body.topics, None if departments is None else sorted(departments), body.paused)

    @api.post(
        "",
        operation_id="createWebhook",
        summary="Register an address that is told of changes; the answer shows its secret, this once",
        description="It is told of what changes from now on. Deliveries are signed, tried again with growing pauses when they "
        "fail, in order for each person, and may come twice: `ESRLink-Delivery` stays the same.",
        status_code=201,
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def create(principal: CanHook, body: WebhookBody, vpd: VpdQuery = None) -> WebhookMade:
        trust, wish = trust_scope(principal, vpd), wish_of(principal, body)
        await number(database, [trust])
        async with database.write([trust]) as tx:
            row, secret = await register(
                tx,
                trust,
                by_api(principal),
                wish,
                contacts=sees_contacts(principal),
                webhook_id=parts.new_id(),
                now=clock.now(),
            )
        return WebhookMade(**_told(row, {}), secret=secret)

    @api.get(
        "",
        operation_id="listWebhooks",
        summary="List your webhooks in a trust; people see all of the trust",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def every(principal: CanWatchHooks, vpd: VpdQuery = None) -> WebhookList:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            rows = await webhooks_of(tx, trust, owner_of(principal))
            waiting = await counts(tx, trust, [row.webhook_id for row in rows])
        return WebhookList(items=[WebhookAnswer(**_told(row, waiting)) for row in rows])

    @api.get(
        "/{webhook_id}",
        operation_id="readWebhook",
        summary="Read a webhook, and how its endpoint does",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def one(principal: CanWatchHooks, webhook_id: UUID, vpd: VpdQuery = None) -> WebhookAnswer:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            row = await get_webhook(tx, trust, owner_of(principal), webhook_id)
            return WebhookAnswer(**_told(row, await counts(tx, trust, [webhook_id])))

    @api.put(
        "/{webhook_id}",
        operation_id="putWebhook",
        summary="Change, pause or go on with a webhook",
        responses=problem_responses(401, 403, 404, 412, 422),
    )
    async def change(
        principal: CanHook, webhook_id: UUID, body: WebhookBody, vpd: VpdQuery = None, if_match: IfMatch = None
    ) -> WebhookAnswer:
        trust, wish = trust_scope(principal, vpd), wish_of(principal, body)
        version = expected_version(if_match)
        with stated_in(if_match):
            async with database.write([trust]) as tx:
                row = await change_webhook(
                    tx,
                    trust,
                    owner_of(principal),
                    webhook_id,
                    wish,
                    version,
                    # What an administrator may see is not for the product.
                    contacts=sees_contacts(principal) if principal.kind == "machine" else None,
                    by=by_api(principal),
                    now=clock.now(),
                )
                return WebhookAnswer(**_told(row, await counts(tx, trust, [webhook_id])))

    @api.delete(
        "/{webhook_id}",
        operation_id="deleteWebhook",
        summary="Take a webhook away, with its deliveries",
        status_code=204,
        responses=problem_responses(401, 403, 404, 422),
    )
    async def remove(principal: CanHook, webhook_id: UUID, vpd: VpdQuery = None) -> None:
        trust = trust_scope(principal, vpd)
        async with database.write([trust]) as tx:
            await remove_webhook(tx, trust, owner_of(principal), webhook_id, by=by_api(principal), now=clock.now())

    @api.post(
        "/{webhook_id}/secret",
        operation_id="changeWebhookSecret",
        summary="Make a new secret, shown this once; for a while the old one signs beside it",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def secret(principal: CanHook, webhook_id: UUID, body: SecretBody, vpd: VpdQuery = None) -> WebhookMade:
        trust, keep = trust_scope(principal, vpd), timedelta(hours=body.keep_old_hours)
        async with database.write([trust]) as tx:
            row, made = await change_secret(
                tx, trust, owner_of(principal), webhook_id, keep=keep, by=by_api(principal), now=clock.now()
            )
            return WebhookMade(**_told(row, await counts(tx, trust, [webhook_id])), secret=made)

    return api


def owner_of(principal: Principal) -> str | None:
    """A machine client sees its own webhooks; a person all of the trust."""
    return principal.subject if principal.kind == "machine" else None


def _told(row: Any, waiting: dict[tuple[UUID, str], int]) -> dict[str, Any]:
    same: Sequence[str] = (
        "url", "topics", "departments", "paused", "webhook_id", "vpd", "owner", "version", "created_at", "changed_at",
        "failures", "next_try_at", "missed_at",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "waiting": waiting.get((row.webhook_id, "waiting"), 0),
        "parked": waiting.get((row.webhook_id, "parked"), 0),
        "old_secret_until": row.previous_until,
    }
