"""The audit trail: who did what to what, and when, in a chain that shows whether an entry was changed or taken out.

Each trust has a chain of its own: every entry carries the hash of the one before. Entries are only ever added; the table
refuses changes and removals. What is recorded is never a person's data beyond an id: the trail is read by auditors of all kinds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, literal, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db.database import ReadTx, WriteTx
from esrlink.db.questions import Question, order

_metadata = MetaData()
audit_entry = Table(
    "audit_entry",
    _metadata,
    Column("vpd", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False, comment="1, 2, 3, ... within the trust"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False, comment="the subject of a person or a client, or the name of a rule"),
    Column("action", Text, nullable=False, comment="such as run.signed"),
    Column("about", Text, nullable=False, comment="the id of what it was done to"),
    Column("detail", JSONB, nullable=False),
    Column("previous", Text, nullable=False, comment="the hash of the entry before; empty for the first"),
    Column("hash", Text, nullable=False),
    Index("ix_audit_entry_about", "vpd", "about"),
)

APPEND_ONLY_SQL = """
CREATE OR REPLACE FUNCTION esrlink_only_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is only ever added to'; END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION esrlink_only_added()
"""
"""For migrations, after the table is made."""

COLUMNS = ("vpd", "number", "at", "actor", "action", "about", "detail", "previous", "hash")
"""Of an entry as a row of a spreadsheet."""

_LOCK_CLASS = 0x4553_4155
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:lock_class, :vpd)")
_LAST = text("SELECT number, hash FROM audit_entry WHERE vpd = :vpd ORDER BY number DESC LIMIT 1")
# One parameter, however many entries: five thousand inserts one by one take PostgreSQL seconds.
_ADD = text("""
INSERT INTO audit_entry (vpd, number, at, actor, action, about, detail, previous, hash)
SELECT :vpd, r.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
       number bigint, at timestamptz, actor text, action text, about text, detail jsonb, previous text, hash text)
""")


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The first entry of a trust's chain that is not what was written."""

    vpd: str
    number: int
    what: str


def install(metadata: MetaData) -> None:
    """Add the trail's table to a service's own."""
    audit_entry.to_metadata(metadata)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, to be recorded: by whom, what, to what. `detail` is plain JSON."""

    actor: str
    action: str
    about: str
    detail: Mapping[str, Any] = field(default_factory=dict)


async def record(
    tx: WriteTx, vpd: str, *, actor: str, action: str, about: str, at: datetime, detail: Mapping[str, Any] | None = None
) -> None:
    """Add an entry in the transaction of what it tells. `detail` is plain JSON. Entries of a trust wait for each other."""
    await record_all(tx, vpd, [Deed(actor, action, about, detail or {})], at=at)


async def record_all(
    tx: WriteTx, vpd: str, deeds: Sequence[Deed], *, at: datetime, after: Sequence[Question[None]] = ()
) -> None:
    """Add entries in this order, as `record` does, and do before what they tell of where that is given as `after`.

    Three statements, however many entries there are; none for none. Whoever holds other locks takes them before: the trail of a
    trust is held until the transaction ends.
    """
    if not deeds:
        await tx.ask(*after)
        return
    end = Question(_LAST, {"vpd": vpd}, _last)
    await tx.ask(*after, order(_ONE_AT_A_TIME, {"lock_class": _LOCK_CLASS, "vpd": int(vpd)}), end)
    last, previous = end.answer
    added: list[dict[str, Any]] = []
    for number, deed in enumerate(deeds, last + 1):
        said = {"actor": deed.actor, "action": deed.action, "about": deed.about, "detail": deed.detail}
        entry = {"vpd": vpd, "number": number, "at": at.astimezone(UTC), **said, "previous": previous}
        previous = hash_of(entry)
        added.append({**entry, "hash": previous})
    await tx.ask(order(_ADD, {"vpd": vpd, "rows": json.dumps(added, default=datetime.isoformat)}))


def _last(rows: Sequence[Any]) -> tuple[int, str]:
    """Number and hash of the last entry."""
    return (rows[0].number, rows[0].hash) if rows else (0, "")


def hash_of(entry: Mapping[str, Any]) -> str:
    """SHA-256 over everything that an entry says, the hash of the one before among it."""
    said = [entry["vpd"], entry["number"], entry["at"].astimezone(UTC).isoformat(timespec="microseconds")]
    said += [entry["actor"], entry["action"], entry["about"], entry["detail"], entry["previous"]]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted: those about one thing, of one actor, of one action (or all whose name begins so, `run.`)."""

    about: str | None = None
    actor: str | None = None
    action: str | None = None


EVERYTHING = AuditFilter()


async def entries(
    tx: ReadTx,
    vpds: Sequence[str],
    wanted: AuditFilter = EVERYTHING,
    *,
    before: tuple[str, int] | None = None,
    limit: int = 100,
) -> Sequence[Any]:
    """Entries of these trusts, newest first; with `before`, from behind that one (its VPD and number)."""
    statement = select(audit_entry).where(audit_entry.c.vpd.in_(vpds))
    if wanted.about:
        statement = statement.where(audit_entry.c.about == wanted.about)
    if wanted.actor:
        statement = statement.where(audit_entry.c.actor == wanted.actor)
    if wanted.action:
        statement = statement.where(audit_entry.c.action.startswith(wanted.action, autoescape=True))
    if before is not None:
        vpd, number = before
        last = select(audit_entry.c.at).where(audit_entry.c.vpd == vpd, audit_entry.c.number == number)
        place = tuple_(audit_entry.c.at, audit_entry.c.vpd, audit_entry.c.number)
        statement = statement.where(place < tuple_(last.scalar_subquery(), literal(vpd), literal(number)))
    newest_first = (audit_entry.c.at.desc(), audit_entry.c.vpd.desc(), audit_entry.c.number.desc())
    return await tx.all(statement.order_by(*newest_first).limit(limit))


def cells(entry: Any) -> Sequence[object]:
    """An entry as a row of a spreadsheet, under `COLUMNS`."""
    detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True)
    return [detail if name == "detail" else getattr(entry, name) for name in COLUMNS]


async def actions(tx: ReadTx, vpds: Sequence[str]) -> Sequence[str]:
    """The actions that were ever recorded of these trusts, by name."""
    rows = await tx.all(select(audit_entry.c.action).where(audit_entry.c.vpd.in_(vpds)).distinct())
    return sorted(row.action for row in rows)


async def verify(tx: ReadTx, vpd: str, *, block: int = 5_000) -> BrokenChain | int:
    """Follow a trust's chain from its first entry: the first break, or how many entries are whole."""
    previous, expected = "", 1
    while True:
        rows = await tx.all(
            select(audit_entry)
            .where(audit_entry.c.vpd == vpd, audit_entry.c.number >= expected)
            .order_by(audit_entry.c.number)
            .limit(block)
        )
        for row in rows:
            entry = row._asdict()
            if row.number != expected:
                return BrokenChain(vpd, expected, "is missing")
            if row.previous != previous:
                return BrokenChain(vpd, row.number, "does not follow the one before")
            if hash_of(entry) != row.hash:
                return BrokenChain(vpd, row.number, "was changed")
            previous, expected = row.hash, expected + 1
        if len(rows) < block:
            return expected - 1
