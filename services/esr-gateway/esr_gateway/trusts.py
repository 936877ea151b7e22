"""The register of trusts: each one's settings, with a version, and a revision of its calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.tables import trust
from esr_gateway.trust_settings import TrustSettings
from esrlink.contracts.types import Vpd
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import NotFound


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust of the register."""

    vpd: Vpd
    settings: TrustSettings
    version: int
    calendar_revision: int


def _read(row: Any) -> Trust:
    return Trust(row.vpd, TrustSettings.model_validate(row.configuration), row.version, row.calendar_revision)


async def find_trust(tx: ReadTx, vpd: str) -> Trust:
    """The trust. Raises `NotFound` when it was never set up."""
    row = await tx.one_or_none(select(trust).where(trust.c.vpd == vpd))
    if row is None:
        raise NotFound(f"There is no trust {vpd!r} that you may see.", field="vpd")
    return _read(row)


async def keep_settings(tx: WriteTx, vpd: str) -> Trust:
    """The trust, whose settings nobody can change until this transaction ends. Raises `NotFound` as `find_trust` does."""
    await tx.execute(select(trust.c.vpd).where(trust.c.vpd == vpd).with_for_update(read=True))
    return await find_trust(tx, vpd)


async def all_trusts(tx: ReadTx) -> Sequence[Trust]:
    """Every trust, for schedulers. One whose settings this version cannot read is left out, and `doctor` tells."""
    found = []
    for row in await tx.all(select(trust).order_by(trust.c.vpd)):
        try:
            found.append(_read(row))
        except ValidationError:
            continue
    return found


async def put_trust(tx: WriteTx, vpd: str, settings: TrustSettings) -> Trust:
    """Store a trust's settings; the same ones again change nothing, not even the version."""
    row = await tx.one_or_none(select(trust).where(trust.c.vpd == vpd).with_for_update())
    configuration = settings.model_dump(mode="json")
    if row is not None and row.configuration == configuration:
        return _read(row)
    had_calendar = row is not None and row.configuration.get("calendar") == configuration["calendar"]
    revision = row.calendar_revision if row is not None else 0
    version = row.version + 1 if row is not None else 1
    calendar_revision = revision if had_calendar else revision + 1
    values = {
        "ods_code": settings.ods_code,
        "name": settings.name,
        "configuration": configuration,
        "version": version,
        "calendar_revision": calendar_revision,
    }
    statement = upsert(trust).values(vpd=vpd, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["vpd"], set_=values))
    return Trust(vpd, settings, version, calendar_revision)
