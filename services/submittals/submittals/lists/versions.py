"""The versions of one record: each as it was, so that a page can say what changed from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from esrlink.db import ReadTx
from submittals.content import Content, Kind, content_of
from submittals.tables import settlement, submittal_version


@dataclass(frozen=True, slots=True)
class Edition:
    """One version: what it says with the defaults filled in, and when it was made."""

    number: int
    content: Content
    made_at: datetime


async def versions_of(tx: ReadTx, vpd: str, submittal_id: UUID, kind: Kind) -> list[Edition]:
    """All versions, oldest first."""
    own = submittal_version.c
    rows = await tx.all(
        select(own.version, own.content, own.made_at)
        .where(own.vpd == vpd, own.submittal_id == submittal_id)
        .order_by(own.version)
    )
    return [Edition(row.version, content_of(kind, row.content), row.made_at) for row in rows]


async def pays_of(tx: ReadTx, vpds: Sequence[str], ids: Sequence[UUID]) -> dict[UUID, str]:
    """The pay that these records were put into last, as far as a run has any of them."""
    own = settlement.c
    rows = await tx.all(
        select(own.submittal_id, own.pay_name)
        .where(own.vpd == func.any(sorted(vpds)), own.submittal_id == func.any(list(ids)), own.pay_name.is_not(None))
        .order_by(own.submittal_id, own.version, own.occurred_at)
    )
    return {row.submittal_id: row.pay_name for row in rows}
