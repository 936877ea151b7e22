"""How long before a cut-off a trust's reminders are made: by default five days and one day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from esrlink.db import ReadTx, WriteTx
from submittals.tables import reminder_setting

DEFAULT_HOURS = (120, 24)
LONGEST_HOURS = 31 * 24


async def hours_before(tx: ReadTx, vpds: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The hours before a cut-off at which these trusts are reminded, the longest first; empty for a trust that wants none."""
    own = reminder_setting.c
    rows = await tx.all(select(own.vpd, own.hours_before).where(own.vpd == func.any(sorted(vpds))))
    return dict.fromkeys(vpds, DEFAULT_HOURS) | {row.vpd: tuple(row.hours_before) for row in rows}


async def put_hours(tx: WriteTx, vpd: str, hours: Sequence[int], now: datetime) -> tuple[int, ...]:
    """Set a trust's hours, each once. The same again changes nothing."""
    wanted = tuple(sorted(set(hours), reverse=True))
    statement = insert(reminder_setting).values(vpd=vpd, hours_before=list(wanted), changed_at=now)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["vpd"],
        set_={"hours_before": new.hours_before, "changed_at": new.changed_at},
        where=reminder_setting.c.hours_before != new.hours_before,
    )
    await tx.execute(statement)
    return wanted
