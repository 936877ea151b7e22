"""The trust register that every service keeps: a table `trust` (vpd, ods_code, name, configuration) without a person's data."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text

from esrlink.db.database import ReadTx

_NAMES = text("SELECT vpd, name FROM trust WHERE vpd = ANY(:vpds)")


async def trust_names(tx: ReadTx, vpds: Collection[str]) -> dict[str, str]:
    """The names of these trusts by VPD; one that was never set up in this service is left out."""
    return {row.vpd: row.name for row in await tx.all(_NAMES, {"vpds": sorted(vpds)})}


async def registered_vpds(tx: ReadTx) -> list[str]:
    """The VPDs of all trusts that were ever set up in this service."""
    return sorted(row.vpd for row in await tx.all(text("SELECT vpd FROM trust")))
