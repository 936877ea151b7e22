"""Locks that keep two requests from judging one person, or creating one record, at the same time.

Order, everywhere: the trust, then source keys, then rows of `submittal` (by id), then people; the outbox locks last. Locks
of keys and people go by group, so that thousands of records hold few of them; all end with the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from sqlalchemy import text

from esrlink.db import WriteTx
from esrlink.db.questions import Question, order

_GROUPS = 64
_TRUST, _SOURCES, _PEOPLE = 0x53_55_42_30, 0x53_55_42_31, 0x53_55_42_32  # "SUB0" to "SUB2"

_ALONE = text("SELECT pg_advisory_xact_lock(:lock_class, :vpd)")
_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(:lock_class, :vpd)")

_LOCK = text(
    "SELECT pg_advisory_xact_lock(:lock_class, g) FROM (SELECT unnest(CAST(:groups AS int[])) AS g ORDER BY 1) AS o"
)


def trust_held(vpd: str, *, alone: bool) -> Question[None]:
    """Keep news of people and links (`alone`) apart from the judging of a trust's records, until the transaction ends.

    Side by side, a record could be returned for want of a link that arrives at that moment and does not see the record:
    it would wait for ever. Facts hold it alone too, since one transaction of the consumer may take in facts and then people.
    """
    return order(_ALONE if alone else _TOGETHER, {"lock_class": _TRUST, "vpd": int(vpd)})


async def hold_trust(tx: WriteTx, vpd: str, *, alone: bool) -> None:
    """`trust_held` by itself."""
    await tx.ask(trust_held(vpd, alone=alone))


def sources_locked(vpd: str, keys: Iterable[tuple[str, ...]]) -> Question[None]:
    """Nobody else creates or edits records with these source keys until the transaction ends."""
    return _locked(_SOURCES, ("/".join((vpd, *key)) for key in keys))


async def lock_sources(tx: WriteTx, vpd: str, keys: Iterable[tuple[str, ...]]) -> None:
    """`sources_locked` by itself."""
    await tx.ask(sources_locked(vpd, keys))


def people_locked(vpd: str, employees: Iterable[str]) -> Question[None]:
    """Nobody else judges records of these people until the transaction ends."""
    return _locked(_PEOPLE, (f"{vpd}/{number}" for number in employees))


def _locked(lock_class: int, names: Iterable[str]) -> Question[None]:
    groups = sorted({crc32(name.encode()) % _GROUPS for name in names})
    return order(_LOCK, {"lock_class": lock_class, "groups": groups})
