"""Locks that keep two transactions from linking one person twice, or storing one first version twice.

Changes of people and changes of profiles keep apart within a trust, while changes of profiles go on side by side, and so do
changes of people until they come to the links. So a trust has several gates: whoever changes profiles goes through all of them
together with their like, and whoever changes people holds one for themselves.

Order, everywhere: rows of `person` (by key), the trust's gates (by number), its links, places of profiles, rows of `profile` (by
key), claims; the outbox locks last. Places and claims are locked by group, so that thousands of them hold few locks; all end
with the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import WriteTx
from esrlink.db.questions import Question, order
from profile_sync.rules.facts import Place

# "LNK", "JDG", "CLM", "PLC": apart from the outbox's locks.
_TRUST, _LINKS, _CLAIMS, _PLACES = 0x4C_4E_4B, 0x4A_44_47, 0x43_4C_4D, 0x50_4C_43
# How many replicas may change people of one trust at a time. Links are held for two fifths of a batch, so a fourth would gain
# nothing, and a put may have to wait for each in turn.
_GATES = 3
# PostgreSQL has room for about 6,400 locks in all: a batch of thousands may take 2 x 256 of them, and ten may run at once.
_GROUPS = 256

# A plan that is kept from when a trust's first people came reads whole tables ever after: plan each statement anew, for a
# change of people is hundreds of rows and a plan costs less than one of them.
_ANEW = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
_ALONE = text(
    "SELECT pg_advisory_xact_lock(:class, :vpd + 1000 * n), set_config('plan_cache_mode', 'force_custom_plan', true)"
    " FROM generate_series(0, :gates - 1) AS n"
)
_TOGETHER = text(
    "SELECT pg_advisory_xact_lock_shared(:class, :vpd + 1000 * n) FROM generate_series(0, :gates - 1) AS n"
)
# A free gate, or the turn at one of them.
_ONE_GATE = text(
    """
    SELECT coalesce(
        (SELECT true FROM generate_series(0, :gates - 1) AS n WHERE pg_try_advisory_xact_lock(:class, :vpd + 1000 * n) LIMIT 1),
        pg_advisory_xact_lock(:class, :vpd + 1000 * (pg_backend_pid() % :gates)) IS NULL)
    """
)
_ONE = text("SELECT pg_advisory_xact_lock(:class, :vpd)")
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

    `alone` for a change of departments or of all links; every change of a profile or decision takes it together with its like.
    """
    return order(_ALONE if alone else _TOGETHER, {"class": _TRUST, "vpd": int(vpd), "gates": _GATES})


async def hold_trust(tx: WriteTx, vpd: str, *, alone: bool) -> None:
    """`trust_held` by itself."""
    await tx.ask(trust_held(vpd, alone=alone))


def trust_held_for_people(vpd: str) -> Question[None]:
    """Nobody changes a profile or decides, until this transaction ends; other people may be changed meanwhile."""
    return order(_ONE_GATE, {"class": _TRUST, "vpd": int(vpd), "gates": _GATES})


def links_held(vpd: str) -> Question[None]:
    """Of those who change people, nobody else brings links up to date until this transaction ends."""
    return order(_ONE, {"class": _LINKS, "vpd": int(vpd)})


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
