"""Locks that keep two requests from judging one person, or creating one record, at the same time.

Order, everywhere: the trust, then source keys, then rows of `submittal` (by id), then people; the outbox locks last. Locks
of keys and people go by group, so that thousands of records hold few of them; all end with the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from sqlalchemy import text

from esrlink.db import WriteTx

_GROUPS = 64
_TRUST, _SOURCES, _PEOPLE = 0x53_55_42_30, 0x53_55_42_31, 0x53_55_42_32  # "SUB0" to "SUB2"

_ALONE = text("SELECT pg_advisory_xact_lock(:lock_class, :vpd)")
_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(:lock_class, :vpd)")

_LOCK = text(
    "SELECT pg_advisory_xact_lock(:lock_class, g) FROM (SELECT unnest(CAST(:groups AS int[])) AS g ORDER BY 1) AS o"
)


async def hold_trust(tx: WriteTx, vpd: str, *, alone: bool) -> None:
    """Keep news of people and links (`alone`) apart from the judging of a trust's records, until the transaction ends.

    Side by side, a record could be returned for want of a link that arrives at that moment and does not see the record:
    it would wait for ever. Facts hold it alone too, since one transaction of the consumer may take in facts and then people.
    """
    await tx.execute(_ALONE if alone else _TOGETHER, {"lock_class": _TRUST, "vpd": int(vpd)})


async def lock_sources(tx: WriteTx, vpd: str, keys: Iterable[tuple[str, ...]]) -> None:
    """Nobody else creates or edits records with these source keys until the transaction ends."""
    await _lock(tx, _SOURCES, ("/".join((vpd, *key)) for key in keys))


async def lock_people(tx: WriteTx, vpd: str, employees: Iterable[str]) -> None:
    """Nobody else judges records of these people until the transaction ends."""
    await _lock(tx, _PEOPLE, (f"{vpd}/{number}" for number in employees))


async def _lock(tx: WriteTx, lock_class: int, names: Iterable[str]) -> None:
    groups = sorted({crc32(name.encode()) % _GROUPS for name in names})
    if groups:
        await tx.execute(_LOCK, {"lock_class": lock_class, "groups": groups})
