"""Webhooks as rota products register them. A secret is told once, when it is made; after that nothing reads it but the sender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, NotFound, StaleVersion
from profile_sync.changes.feed import head
from profile_sync.tables import webhook
from profile_sync.trail import Author, note
from profile_sync.webhooks.signing import new_secret

# For each client and trust: more is a client that registers one anew each time it starts.
MOST = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What a webhook is to be. `departments` are "product/department" keys; none for all of the trust."""

    url: str
    topics: Sequence[str]
    departments: Sequence[str] | None
    paused: bool = False


def _mine(vpd: str, owner: str | None) -> list[ColumnElement[bool]]:
    """Of this trust, and of this client unless none is named."""
    of_trust = webhook.c.vpd == vpd
    return [of_trust] if owner is None else [of_trust, webhook.c.owner == owner]


async def register(
    tx: WriteTx, vpd: str, by: Author, wish: Wish, *, contacts: bool, webhook_id: UUID, now: datetime
) -> tuple[Any, str]:
    """A new webhook of its author and its secret; it is told of what changes from now on. Raises `Conflict` for too many."""
    count = await tx.scalar(select(func.count()).select_from(webhook).where(*_mine(vpd, by.subject)))
    if count >= MOST:
        raise Conflict(f"You have {MOST} webhooks in this trust already. Change or delete one.")
    secret = new_secret()
    values = {
        "vpd": vpd,
        "webhook_id": webhook_id,
        "owner": by.subject,
        **_values(wish),
        "contacts": contacts,
        "secret": secret,
        "version": 1,
        "created_at": now,
        "changed_at": now,
        "position": await head(tx, [vpd]),
    }
    row = (await tx.execute(insert(webhook).values(values).returning(webhook))).one()
    await note(tx, vpd, by, "webhook.created", webhook_id, now, **_said(row))
    return row, secret


async def webhooks_of(tx: ReadTx, vpd: str, owner: str | None) -> Sequence[Any]:
    """The webhooks of a client in a trust, or all of the trust, oldest first."""
    order = (webhook.c.created_at, webhook.c.webhook_id)
    return await tx.all(select(webhook).where(*_mine(vpd, owner)).order_by(*order))


async def get_webhook(tx: ReadTx, vpd: str, owner: str | None, webhook_id: UUID, *, hold: bool = False) -> Any:
    """One webhook; `hold` keeps others from changing it until the transaction ends. Raises `NotFound`."""
    statement = select(webhook).where(*_mine(vpd, owner), webhook.c.webhook_id == webhook_id)
    row = await tx.one_or_none(statement.with_for_update() if hold else statement)
    if row is None:
        raise NotFound("There is no such webhook that you may see.", field="webhook_id")
    return row


async def change_webhook(
    tx: WriteTx,
    vpd: str,
    owner: str | None,
    webhook_id: UUID,
    wish: Wish,
    version: int | None,
    *,
    contacts: bool | None,
    by: Author,
    now: datetime,
) -> Any:
    """Make it what is wished; the same again changes nothing. Its endpoint gets a new chance at once.

    Without `contacts` it tells of contact details, or not, as before. Raises `NotFound` and `StaleVersion`.
    """
    row = await get_webhook(tx, vpd, owner, webhook_id, hold=True)
    if version is not None and version != row.version:
        raise StaleVersion(
            f"You sent version {version}; the webhook is at version {row.version}.",
            field="version",
            current=row.version,
        )
    values = {**_values(wish), "contacts": row.contacts if contacts is None else contacts}
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    changed = {**values, "version": row.version + 1, "changed_at": now, "failures": 0, "next_try_at": None}
    now_is = (await tx.execute(_update(row).values(changed).returning(webhook))).one()
    await note(tx, vpd, by, "webhook.changed", webhook_id, now, **_said(now_is))
    return now_is


async def change_secret(
    tx: WriteTx, vpd: str, owner: str | None, webhook_id: UUID, *, keep: timedelta, by: Author, now: datetime
) -> tuple[Any, str]:
    """A new secret. The one before signs beside it for `keep`, so that receivers can change without losing anything."""
    row = await get_webhook(tx, vpd, owner, webhook_id, hold=True)
    secret = new_secret()
    values = {
        "secret": secret,
        "previous_secret": row.secret if keep else None,
        "previous_until": now + keep if keep else None,
        "version": row.version + 1,
        "changed_at": now,
    }
    now_is = (await tx.execute(_update(row).values(values).returning(webhook))).one()
    await note(tx, vpd, by, "webhook.secret_changed", webhook_id, now, keeps_old=bool(keep))
    return now_is, secret


async def remove_webhook(
    tx: WriteTx, vpd: str, owner: str | None, webhook_id: UUID, *, by: Author, now: datetime
) -> None:
    """Take it away with its deliveries. Raises `NotFound`."""
    row = await get_webhook(tx, vpd, owner, webhook_id, hold=True)
    await tx.execute(delete(webhook).where(webhook.c.vpd == row.vpd, webhook.c.webhook_id == row.webhook_id))
    await note(tx, vpd, by, "webhook.removed", webhook_id, now, **_said(row))


def keys_of(row: Any, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    is_changing = row.previous_secret is not None and row.previous_until > now
    return [row.secret, row.previous_secret] if is_changing else [row.secret]


def _values(wish: Wish) -> dict[str, Any]:
    return {
        "url": wish.url,
        "topics": sorted(set(wish.topics)),
        "departments": None if wish.departments is None else sorted(set(wish.departments)),
        "paused": wish.paused,
    }


def _said(row: Any) -> dict[str, Any]:
    """What the trail tells of a webhook: of its address the host alone, because the rest may hold a password."""
    said = {name: getattr(row, name) for name in ("owner", "topics", "departments", "paused")}
    return {"host": urlsplit(row.url).hostname, **said}


def _update(row: Any) -> Any:
    return update(webhook).where(webhook.c.vpd == row.vpd, webhook.c.webhook_id == row.webhook_id)
