"""Locks that keep two transactions from linking one person twice, or storing one first version twice.

Order, everywhere: rows of `person` (by key), the trust, places of profiles, rows of `profile` (by key), claims; the outbox locks
last. Places and claims are locked by group, so that thousands of them hold few locks; all end with the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import WriteTx
from esrlink.db.questions import Question, order
from profile_sync.rules.facts import Place

_TRUST, _CLAIMS, _PLACES = 0x4C_4E_4B, 0x43_4C_4D, 0x50_4C_43  # "LNK", "CLM", "PLC": apart from the outbox's locks
# PostgreSQL has room for about 6,400 locks in all: a batch of thousands may take 2 x 256 of them, and ten may run at once.
_GROUPS = 256

# A plan that is kept from when a trust's first people came reads whole tables ever after: plan each statement anew, for a
# change of people is hundreds of rows and a plan costs less than one of them.
_ANEW = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
_ALONE = text("SELECT pg_advisory_xact_lock(:class, :vpd), set_config('plan_cache_mode', 'force_custom_plan', true)")
_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(:class, :vpd)")
_EACH = text(
    "SELECT pg_advisory_xact_lock(:class, g) FROM (SELECT unnest(CAST(:groups AS int[])) AS g ORDER BY 1) AS o"
)

# In the order in which they are given, that of the key, so that two transactions that share profiles cannot hold each other up.
_PROFILES = text(
    """
    SELECT 1 FROM jsonb_to_recordset(:places) AS g(product text, department text, profile_id text)
     CROSS JOIN LATERAL (SELECT 1 FROM profile
                          WHERE vpd = :vpd AND (product, department, profile_id) = (g.product, g.department, g.profile_id)
                            FOR UPDATE OFFSET 0) AS t
    """
).bindparams(bindparam("places", type_=JSONB))


async def plan_anew(tx: WriteTx) -> None:
    """Let no statement of this transaction follow a plan that was made for other tables; `hold_trust` alone does it, too."""
    await tx.execute(_ANEW)


def trust_held(vpd: str, *, alone: bool) -> Question[None]:
    """Keep changes of people and of profiles apart, within a trust, until this transaction ends.

    `alone` for a change of people or departments; every change of a profile or decision takes it together with its like.
    """
    return order(_ALONE if alone else _TOGETHER, {"class": _TRUST, "vpd": int(vpd)})


async def hold_trust(tx: WriteTx, vpd: str, *, alone: bool) -> None:
    """`trust_held` by itself."""
    await tx.ask(trust_held(vpd, alone=alone))


def places_held(vpd: str, places: Iterable[Place]) -> Question[None]:
    """Nobody else stores profiles at these places until the transaction ends; a row that is not there locks nothing."""
    return _held(_PLACES, (f"{vpd}/{place.path}" for place in places))


async def hold_profiles(tx: WriteTx, vpd: str, places: Iterable[Place]) -> None:
    """Nobody else changes or deletes these profiles, those that there are, until the transaction ends."""
    given = [{"product": p.product, "department": p.department, "profile_id": p.profile_id} for p in sorted(places)]
    await tx.execute(_PROFILES, {"vpd": vpd, "places": given})


def claims_held(vpd: str, claims: Iterable[str]) -> Question[None]:
    """Nobody else links a profile to these people until the transaction ends."""
    return _held(_CLAIMS, (f"{vpd}/{claim}" for claim in claims))


def _held(lock_class: int, names: Iterable[str]) -> Question[None]:
    groups = sorted({crc32(name.encode()) % _GROUPS for name in names})
    return order(_EACH, {"class": lock_class, "groups": groups})
