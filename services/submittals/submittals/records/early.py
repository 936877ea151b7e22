"""Withdrawals that came before their records: kept by source key until the record arrives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from esrlink.db import WriteTx
from esrlink.db.questions import Question, arrays
from submittals.records.record import SourceKey
from submittals.tables import early_withdrawal

_KEY = ("product", "department", "record_id")
_AMONG = """
 WHERE vpd = :vpd AND (product, department, record_id) IN (
       SELECT * FROM unnest(CAST(:product AS text[]), CAST(:department AS text[]), CAST(:record_id AS text[])))
"""
_WAITING = text("SELECT * FROM early_withdrawal" + _AMONG)  # noqa: S608 - ours
_DROP = text("DELETE FROM early_withdrawal" + _AMONG)  # noqa: S608 - ours


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


def waiting(vpd: str, keys: Collection[SourceKey]) -> Question[dict[SourceKey, EarlyWithdrawal]]:
    """The withdrawals that wait for records with these source keys."""
    return Question(_WAITING, {"vpd": vpd, **arrays(keys, *_KEY)}, _withdrawals)


def _withdrawals(rows: Sequence[Any]) -> dict[SourceKey, EarlyWithdrawal]:
    return {
        (row.product, row.department, row.record_id): EarlyWithdrawal(row.by, row.reason, row.client) for row in rows
    }


async def drop(tx: WriteTx, vpd: str, keys: Collection[SourceKey]) -> None:
    """Forget those whose records are there now."""
    if keys:
        await tx.execute(_DROP, {"vpd": vpd, **arrays(keys, *_KEY)})
