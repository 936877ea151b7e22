"""What could not be read of a provider's last good answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from esrlink.db import ReadTx
from jobplan_adapter.providers.port import Fault
from jobplan_adapter.tables import provider


async def faults_of(tx: ReadTx, vpd: str, name: str) -> Sequence[Fault]:
    """The records, each with what is wrong; the first hundred of them are kept."""
    row = await tx.one_or_none(select(provider.c.faults).where(provider.c.vpd == vpd, provider.c.name == name))
    return [Fault(one["record_id"], one["reason"]) for one in row.faults] if row else []
