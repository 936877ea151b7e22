"""Withdrawals that came before their records: kept by source key until the record arrives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, Text, cast, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from esrlink.db import WriteTx
from submittals.records.record import SourceKey
from submittals.tables import early_withdrawal

_KEY = ("product", "department", "record_id")


@dataclass(frozen=True, slots=True)
class EarlyWithdrawal:
    """A withdrawal that waits for its record."""

    by: str
    reason: str
    client: str


async def keep(tx: WriteTx, vpd: str, key: SourceKey, withdrawal: EarlyWithdrawal, now: datetime) -> None:
    """Let a withdrawal wait. The first of several stays. The source key must be locked, and have no record yet."""
    values = {"vpd": vpd, **dict(zip(_KEY, key, strict=True)), "at": now}
    said = {"by": withdrawal.by, "reason": withdrawal.reason, "client": withdrawal.client}
    await tx.execute(insert(early_withdrawal).values(**values, **said).on_conflict_do_nothing())


async def waiting(tx: WriteTx, vpd: str, keys: Collection[SourceKey]) -> dict[SourceKey, EarlyWithdrawal]:
    """The withdrawals that wait for records with these source keys."""
    if not keys:
        return {}
    own = early_withdrawal.c
    statement = select(early_withdrawal).where(own.vpd == vpd, _among(keys))
    return {
        (row.product, row.department, row.record_id): EarlyWithdrawal(row.by, row.reason, row.client)
        for row in await tx.all(statement)
    }


async def drop(tx: WriteTx, vpd: str, keys: Collection[SourceKey]) -> None:
    """Forget those whose records are there now."""
    if keys:
        await tx.execute(delete(early_withdrawal).where(early_withdrawal.c.vpd == vpd, _among(keys)))


def _among(keys: Collection[SourceKey]) -> ColumnElement[bool]:
    listed = [cast(list(column), ARRAY(Text)) for column in zip(*keys, strict=True)]
    wanted = func.unnest(*listed).table_valued("a", "b", "c").render_derived()
    columns = [early_withdrawal.c[name] for name in _KEY]
    return tuple_(*columns).in_(select(wanted.c.a, wanted.c.b, wanted.c.c))
