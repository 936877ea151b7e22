"""Tokens that open a panel once: stored as their hash, good for a moment, used by whoever comes first."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select, update

from esrlink.db import WriteTx
from jobplan_adapter.tables import embed_token

# Kept for a day after its end, so that whoever uses it late, or again, is told so in the frame.
_KEPT = timedelta(days=1)
_TOKEN = re.compile(r"([0-9]{3})-[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token is for. `good` is false where it was used before or its time is over: then nothing is shown of anybody."""

    vpd: str
    employee_number: str
    day: date | None
    origin: str
    good: bool


def vpd_of(token: str) -> str | None:
    """The trust that a token names, so that its row can be looked for there; none for what is no token."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else None


async def issue(
    tx: WriteTx, vpd: str, employee_number: str, day: date | None, origin: str, *, now: datetime, ends: datetime
) -> str:
    """A new token. Old ones of the trust are forgotten by the way."""
    token = f"{vpd}-{secrets.token_urlsafe(32)}"
    await tx.execute(delete(embed_token).where(embed_token.c.vpd == vpd, embed_token.c.expires_at < now - _KEPT))
    await tx.execute(
        insert(embed_token).values(
            vpd=vpd,
            token_hash=_hash(token),
            employee_number=employee_number,
            day=day,
            origin=origin,
            expires_at=ends,
        )
    )
    return token


async def redeem(tx: WriteTx, vpd: str, token: str, *, now: datetime) -> Opened | None:
    """Use a token up. Of two who come at once one finds it good; none for a token that nobody issued, or long ago."""
    ours = embed_token.c.vpd == vpd, embed_token.c.token_hash == _hash(token)
    told = embed_token.c["employee_number", "day", "origin"]
    used = await tx.one_or_none(
        update(embed_token)
        .where(*ours, embed_token.c.used_at.is_(None), embed_token.c.expires_at > now)
        .values(used_at=now)
        .returning(*told)
    )
    row = used or await tx.one_or_none(select(*told).where(*ours))
    return Opened(vpd, row.employee_number, row.day, row.origin, good=used is not None) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
