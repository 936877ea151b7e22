"""Reading and writing submittals, set-based: the number of statements does not depend on the number of records."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, Uuid, and_, bindparam, cast, func, select, text

from esrlink import audit
from esrlink.contracts import Outcome
from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question, arrays, as_json, order
from esrlink.db.rowset import insert_rows
from submittals.content import content_of
from submittals.esr.people import ProfilePlace
from submittals.records.decisions import Decision, DecisionKind, Fact
from submittals.records.record import Record, SourceKey, Version
from submittals.records.state import ALLOWED, WITH_PAYROLL, Command, State
from submittals.records.trail import deeds_of
from submittals.rules import Finding
from submittals.tables import decision, settlement, submittal, submittal_version

_VERSION_COLUMNS = [column for column in submittal_version.c if column.name not in {"vpd", "submittal_id", "version"}]


# One parameter, however many records: five hundred updates one by one take half the time of a batch of facts.
_UPDATE = text("""
UPDATE submittal s
   SET profile_id = r.profile_id, claimed_by = r.claimed_by, version = r.version, employee_number = r.employee_number,
       first_day = r.first_day, last_day = r.last_day, state = r.state, outcome = r.outcome, reason = r.reason,
       field = r.field, sent = r.sent, endorsed = r.endorsed, groups_through = r.groups_through,
       taken_back = r.taken_back, findings = r.findings, updated_at = r.updated_at
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
       vpd text, id uuid, profile_id text, claimed_by text, version int, employee_number text, first_day date,
       last_day date, state text, outcome text, reason text, field text, sent boolean, endorsed boolean,
       groups_through text[], taken_back boolean, findings jsonb, updated_at timestamptz)
 WHERE s.vpd = r.vpd AND s.id = r.id
""")
_INSERT, _ADD_VERSIONS, _ADD_DECISIONS = (
    insert_rows(table, list(table.c.keys())) for table in (submittal, submittal_version, decision)
)
_RECORD_FACTS = text("""
INSERT INTO settlement (vpd, submittal_id, version, outcome, occurred_at, code, reason, field, run_id, run_code, pay_name,
                        file_name, row_number)
SELECT :vpd, r.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
       submittal_id uuid, version int, outcome text, occurred_at timestamptz, code text, reason text, field text,
       run_id uuid, run_code text, pay_name text, file_name text, row_number int)
ON CONFLICT DO NOTHING
RETURNING *
""")


_LOCKED_SOURCES = text("""
SELECT s.id
  FROM unnest(CAST(:product AS text[]), CAST(:department AS text[]), CAST(:record_id AS text[]))
       AS k (product, department, record_id)
  JOIN submittal s ON s.vpd = :vpd
       AND (s.product, s.department, s.record_id) = (k.product, k.department, k.record_id)
 ORDER BY s.id
   FOR UPDATE OF s
""")
# What a submittal is to its origin never changes, so nothing needs to be locked to read it.
_CORRECTED_BY = text("""
WITH reversal AS (SELECT origin FROM submittal WHERE vpd = :vpd AND id = ANY(:ids) AND relation = 'reversal')
SELECT origin AS id FROM reversal
UNION SELECT s.id FROM submittal s JOIN reversal r ON s.origin = r.origin WHERE s.vpd = :vpd
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))


def _current() -> Select[Any]:
    own = [column for column in submittal.c if column.name not in {"updated_at", "employee_number"}]
    return select(*own, *_VERSION_COLUMNS).join(
        submittal_version,
        and_(
            submittal_version.c.vpd == submittal.c.vpd,
            submittal_version.c.submittal_id == submittal.c.id,
            submittal_version.c.version == submittal.c.version,
        ),
    )


def _joined(statement: Select[Any], names: Sequence[str], keys: Collection[tuple[str, str, str]]) -> Select[Any]:
    arrays = [cast(list(column), ARRAY(Text)) for column in zip(*keys, strict=True)]
    wanted = func.unnest(*arrays).table_valued("a", "b", "c").render_derived()
    return statement.join(
        wanted, and_(*(submittal.c[name] == wanted.c[key] for name, key in zip(names, "abc", strict=True)))
    )


async def by_sources(tx: WriteTx, vpd: str, keys: Collection[SourceKey]) -> dict[SourceKey, Record]:
    """The submittals with these source keys, locked."""
    ids = await tx.answer(locked_sources(vpd, keys))
    return {record.key: record for record in await load_locked(tx, vpd, ids)}


def locked_sources(vpd: str, keys: Collection[SourceKey]) -> Question[list[UUID]]:
    """The ids of the submittals with these source keys, locked. What they hold is read once they are: see `_load_locked`."""
    values = {"vpd": vpd, **arrays(keys, "product", "department", "record_id")}
    return Question(_LOCKED_SOURCES, values, lambda rows: [row.id for row in rows])


async def load_locked(tx: WriteTx, vpd: str, ids: Collection[UUID]) -> list[Record]:
    """The submittals with these ids, which are locked already."""
    return await _load(tx, _current().where(submittal.c.vpd == vpd, submittal.c.id == func.any(ids))) if ids else []


async def by_ids(tx: WriteTx, vpd: str, ids: Collection[UUID]) -> dict[UUID, Record]:
    """The submittals with these ids, locked."""
    statement = _key().where(submittal.c.vpd == vpd, submittal.c.id == func.any(list(ids)))
    return {record.id: record for record in await _load_locked(tx, statement)}


async def corrected_by(tx: WriteTx, vpd: str, ids: Collection[UUID]) -> set[UUID]:
    """What those of these submittals that are reversals take back, and what is paid in its place: ids, to lock in order."""
    return {row.id for row in await tx.all(_CORRECTED_BY, {"vpd": vpd, "ids": list(ids)})}


async def returned_of_profiles(tx: WriteTx, vpd: str, places: Collection[ProfilePlace]) -> list[Record]:
    """The returned submittals of these profiles, locked."""
    statement = _joined(_key(), ("product", "department", "profile_id"), places)
    return await _load_locked(tx, statement.where(submittal.c.vpd == vpd, submittal.c.state == "returned"))


async def with_payroll_of_profiles(tx: WriteTx, vpd: str, places: Collection[ProfilePlace]) -> list[Record]:
    """The submittals of these profiles that payroll has and has not sent, as far as is known, locked."""
    statement = _joined(_key(), ("product", "department", "profile_id"), places)
    statement = statement.where(submittal.c.vpd == vpd, submittal.c.state == func.any(sorted(WITH_PAYROLL)))
    # What takes something back from payroll is about whoever was paid, whatever the profile is now.
    found = await _load_locked(tx, statement)
    return [record for record in found if record.standing.with_payroll and record.relation != "reversal"]


async def mendable_of_people(tx: WriteTx, vpd: str, employees: Collection[str]) -> list[Record]:
    """The submittals of these people that are returned, or on their way and not sent as far as is known, locked."""
    statement = _key().where(
        submittal.c.vpd == vpd,
        submittal.c.employee_number == func.any(sorted(employees)),
        submittal.c.state == func.any(sorted({State.RETURNED} | ALLOWED[Command.RETURN])),
        # What takes something back stands whatever becomes of the person.
        func.coalesce(submittal.c.relation, "") != "reversal",
    )
    return await _load_locked(tx, statement)


async def read_one(tx: ReadTx, submittal_id: UUID) -> Record | None:
    """One submittal of the transaction's trusts."""
    found = await _load(tx, _current().where(submittal.c.id == submittal_id))
    return found[0] if found else None


async def read_ids(tx: ReadTx, ids: Collection[UUID]) -> dict[UUID, Record]:
    """These submittals of the transaction's trusts."""
    return {one.id: one for one in await _load(tx, _current().where(submittal.c.id == func.any(list(ids))))}


async def read_version(tx: ReadTx, record: Record, number: int) -> Version:
    """One version of a submittal, which must be there."""
    if number == record.version.number:
        return record.version
    own = submittal_version.c
    statement = select(submittal_version).where(
        own.vpd == record.vpd, own.submittal_id == record.id, own.version == number
    )
    (row,) = await tx.mappings(statement)
    return _version({**row, "kind": record.kind})


async def read_source(tx: ReadTx, vpd: str, key: SourceKey) -> Record | None:
    """The submittal with this source key."""
    product, department, record_id = key
    found = await _load(
        tx,
        _current().where(
            submittal.c.vpd == vpd,
            submittal.c.product == product,
            submittal.c.department == department,
            submittal.c.record_id == record_id,
        ),
    )
    return found[0] if found else None


def _key() -> Select[Any]:
    return select(submittal.c.vpd, submittal.c.id)


async def _load_locked(tx: WriteTx, statement: Select[Any]) -> list[Record]:
    """The submittals whose keys the statement finds, locked in their order, as they are once they are held.

    Two statements: one alone would look for the version that was current before it waited, and find none.
    """
    rows = await tx.all(statement.order_by(submittal.c.id).with_for_update(of=submittal))
    return await load_locked(tx, rows[0].vpd, [row.id for row in rows]) if rows else []


async def _load(tx: ReadTx, statement: Select[Any]) -> list[Record]:
    rows = await tx.mappings(statement)
    if not rows:
        return []
    ids, vpds = [row["id"] for row in rows], sorted({row["vpd"] for row in rows})
    decisions: dict[UUID, list[Decision]] = {}
    for row in await tx.mappings(
        select(decision)
        .where(decision.c.vpd == func.any(vpds), decision.c.submittal_id == func.any(ids))
        .order_by(decision.c.submittal_id, decision.c.number)
    ):
        decisions.setdefault(row["submittal_id"], []).append(_decision(dict(row)))
    facts: dict[UUID, list[Fact]] = {}
    for row in await tx.mappings(
        select(settlement).where(settlement.c.vpd == func.any(vpds), settlement.c.submittal_id == func.any(ids))
    ):
        facts.setdefault(row["submittal_id"], []).append(_fact(dict(row)))
    return [_record(row, decisions[row["id"]], facts.get(row["id"], ())) for row in rows]


async def add_facts(tx: WriteTx, vpd: str, facts: Iterable[tuple[UUID, Fact]]) -> dict[UUID, list[Fact]]:
    """Record facts, each once; gives those that were not known yet, by submittal."""
    rows = [{"submittal_id": submittal_id, **asdict(fact)} for submittal_id, fact in facts]
    fresh: dict[UUID, list[Fact]] = {}
    for row in await tx.mappings(_RECORD_FACTS, {"vpd": vpd, "rows": json.dumps(rows, default=str)}):
        fresh.setdefault(row["submittal_id"], []).append(_fact(dict(row)))
    return fresh


def _decision(row: dict[str, Any]) -> Decision:
    del row["vpd"], row["submittal_id"]
    return Decision(**{**row, "kind": DecisionKind(row["kind"]), "changed": tuple(row["changed"])})


def _fact(row: dict[str, Any]) -> Fact:
    del row["vpd"], row["submittal_id"]
    return Fact(**{**row, "outcome": Outcome(row["outcome"])})


def _version(row: Any) -> Version:
    return Version(
        number=row["version"],
        given=content_of(row["kind"], row["given"]),
        content=content_of(row["kind"], row["content"]),
        **{name: row[name] for name in _PLAIN_VERSION_COLUMNS},
    )


def _record(row: Any, decisions: Sequence[Decision], facts: Sequence[Fact]) -> Record:
    return Record(
        **{name: row[name] for name in _PLAIN_COLUMNS},
        version=_version(row),
        decisions=tuple(decisions),
        facts=tuple(facts),
        findings=tuple(Finding.model_validate(finding) for finding in row["findings"]),
        stored_decisions=len(decisions),
    )


_PLAIN_COLUMNS = (
    *("id", "vpd", "product", "department", "record_id", "profile_id", "claimed_by", "kind", "created_at"),
    *("origin", "relation", "taken_back"),
)
_DECISION = [one.name for one in fields(Decision)]
_PLAIN_VERSION_COLUMNS = (
    "content_hash",
    "put_hash",
    "employee_number",
    "assignment_number",
    "rules_version",
    "made_at",
)


async def save(tx: WriteTx, records: Iterable[Record], now: datetime) -> None:
    """Write what is not stored of these records: new ones, versions, decisions, and the derived columns; and the trail.

    The last thing in a transaction that locks anything: the trust's audit trail is held until that ends.
    """
    changed = list(records)
    if not changed:
        return
    keys = ("id", "vpd", "product", "department", "record_id", "kind", "created_at", "origin", "relation")
    rows = [{**_derived(one, now), **{key: getattr(one, key) for key in keys}} for one in changed]
    versions = [_version_row(record, version) for record in changed for version in record.fresh_versions]
    decisions = [
        {"vpd": record.vpd, "submittal_id": record.id, **{name: getattr(one, name) for name in _DECISION}}
        for record in changed
        for one in record.decisions[record.stored_decisions :]
    ]
    parts = (
        (_INSERT, [row for row, one in zip(rows, changed, strict=True) if one.is_new]),
        (_UPDATE, [row for row, one in zip(rows, changed, strict=True) if not one.is_new]),
        (_ADD_VERSIONS, versions),
        (_ADD_DECISIONS, decisions),
    )
    written = [order(statement, {"rows": as_json(some)}) for statement, some in parts if some]
    await audit.record_all(tx, changed[0].vpd, deeds_of(changed), at=now, after=written)


def _derived(record: Record, now: datetime) -> dict[str, Any]:
    """The columns that follow from versions, decisions and facts."""
    standing, version = record.standing, record.version
    return {
        "profile_id": record.profile_id,
        "claimed_by": record.claimed_by,
        "version": version.number,
        "employee_number": version.employee_number,
        "first_day": version.content.first_day,
        "last_day": version.content.last_day,
        "state": standing.state,
        "outcome": standing.outcome,
        "reason": standing.reason,
        "field": standing.field,
        "sent": standing.sent,
        "endorsed": standing.endorsed,
        "groups_through": list(standing.groups_through),
        "taken_back": record.taken_back,
        "findings": [finding.model_dump() for finding in record.findings],
        "updated_at": now,
    }


def _version_row(record: Record, version: Version) -> dict[str, Any]:
    return {
        "vpd": record.vpd,
        "submittal_id": record.id,
        "version": version.number,
        "given": version.given.model_dump(mode="json"),
        "content": version.content.model_dump(mode="json"),
        **{name: getattr(version, name) for name in _PLAIN_VERSION_COLUMNS},
    }
