"""Editions of what a trust sets: put, removed, and read whole or for a day.

A changed edition never rewrites what is stored of a record: versions keep what they were filled with.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question
from esrlink.errors import Conflict, NotFound
from submittals.content import digest
from submittals.tables import settings_edition, trust
from submittals.trusts.dated import TABLE_NAMES, DatedSettings, Edition, Rows, TableName, plain, rows_of, stored_rows
from submittals.trusts.settings import GeneralSettings, TrustSettings

_own = settings_edition.c


class EditionInForce(Conflict):
    """The edition has begun: records were filled by it, so it stays on record."""

    code, title = "edition_in_force", "The edition is in force already"


# What this process has read of each trust, by table and digest: most records meet the same editions, and reading them once
# more would cost each put some milliseconds. Nothing in it can be stale, since the digest says what the rows are.
_READ: dict[str, dict[tuple[TableName, str], Rows]] = {}


_DATED = text("""
SELECT t.ods_code, t.name AS trust_name, e.name, e.effective_from, e.digest,
       CASE WHEN e.digest <> ALL(CAST(:known AS text[])) THEN CAST(e.rows AS text) END AS rows
  FROM trust t LEFT JOIN settings_edition e ON e.vpd = t.vpd AND e.name = ANY(CAST(:tables AS text[]))
 WHERE t.vpd = :vpd
 ORDER BY e.effective_from
""")


async def dated(tx: ReadTx, vpd: str, tables: Collection[TableName] = TABLE_NAMES) -> DatedSettings:
    """A trust's editions, of these tables only; one statement. Raises `NotFound` for a trust that was never set up here."""
    return await tx.answer(dated_of(vpd, tables))


def dated_of(vpd: str, tables: Collection[TableName] = TABLE_NAMES) -> Question[DatedSettings]:
    """The same as a question."""
    known = dict(_READ.get(vpd, {}))
    values = {"vpd": vpd, "tables": sorted(tables), "known": sorted({digest for _, digest in known})}
    return Question(_DATED, values, lambda rows: _dated(rows, vpd, tables, known))


def _dated(
    rows: Sequence[Any], vpd: str, tables: Collection[TableName], known: dict[tuple[TableName, str], Rows]
) -> DatedSettings:
    if not rows:
        raise NotFound(f"Trust {vpd} is not set up for submittals yet: put its settings first.", field="vpd")
    editions: dict[TableName, list[Edition]] = {}
    for row in rows:
        if row.name is not None:
            key = row.name, row.digest
            if key not in known:
                known[key] = stored_rows(row.name, row.rows)
            editions.setdefault(row.name, []).append(Edition(row.effective_from, known[key]))
    there = {(row.name, row.digest) for row in rows}
    _READ[vpd] = {key: known[key] for key in known if key in there or key[0] not in tables}
    return DatedSettings(rows[0].ods_code, rows[0].trust_name, editions)


async def in_force(tx: ReadTx, vpd: str, now: datetime, tables: Collection[TableName] = TABLE_NAMES) -> TrustSettings:
    """A trust's settings of today, of these tables only (the others are as if nothing were set). As `dated` else."""
    return (await dated(tx, vpd, tables)).on(now.astimezone(LONDON).date())


async def begin_whole(tx: WriteTx, vpd: str, settings: TrustSettings, now: datetime) -> DatedSettings:
    """Enter a trust in the register, or its new name there; gives its editions as they are, and holds them as `hold` does."""
    row = {"ods_code": settings.ods_code, "name": settings.name, "updated_at": now}
    statement = insert(trust).values(vpd=vpd, version=0, **row)
    # Also when nothing of it changes: it keeps others who put settings of this trust waiting until this is over.
    statement = statement.on_conflict_do_update(index_elements=["vpd"], set_={**row, "updated_at": trust.c.updated_at})
    await tx.execute(statement)
    return await dated(tx, vpd)


async def put_whole(
    tx: WriteTx,
    vpd: str,
    before: DatedSettings,
    settings: TrustSettings,
    effective_from: date,
    *,
    by: str,
    now: datetime,
) -> list[TableName]:
    """Put all that `settings` names, from a day on; gives the tables that changed. What it leaves out stays as it was.

    `before` is what `begin_whole` gave.
    """
    named = settings.model_fields_set
    values: dict[TableName, Rows] = {
        name: rows_of(settings, name) for name in TABLE_NAMES if name in named or not before.editions.get(name)
    }
    if named & set(GeneralSettings.model_fields):
        said = {name: getattr(settings, name) for name in GeneralSettings.model_fields if name in named}
        values["general"] = (rows_of(before.on(effective_from), "general")[0].model_copy(update=said),)
    return await put_editions(tx, vpd, values, effective_from, by=by, now=now)


async def put_editions(
    tx: WriteTx, vpd: str, tables: Mapping[TableName, Rows], effective_from: date, *, by: str, now: datetime
) -> list[TableName]:
    """Put these tables from a day on; gives those that changed. Raises `NotFound` for a trust that was never set up here."""
    await hold(tx, vpd)
    if not tables:
        return []
    said = {"vpd": vpd, "effective_from": effective_from, "revision": 1, "put_by": by, "put_at": now}
    rows = {name: plain(name, listed) for name, listed in tables.items()}
    statement = insert(settings_edition).values(
        [
            {**said, "name": name, "rows": listed, "digest": digest(name, json.dumps(listed))}
            for name, listed in rows.items()
        ]
    )
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["vpd", "name", "effective_from"],
        set_={
            "rows": new.rows,
            "digest": new.digest,
            "revision": _own.revision + 1,
            "put_by": new.put_by,
            "put_at": new.put_at,
        },
        where=_own.rows.is_distinct_from(new.rows),
    )
    changed = {row.name for row in await tx.all(statement.returning(_own.name))}
    if changed:
        await _count(tx, vpd, now)
    return [name for name in tables if name in changed]


async def remove_edition(
    tx: WriteTx, vpd: str, table: TableName, effective_from: date, *, today: date, now: datetime
) -> None:
    """Take back an edition that is still to come. Raises `NotFound`, or `EditionInForce` for one that has begun."""
    await hold(tx, vpd)
    where = (_own.vpd == vpd, _own.name == table, _own.effective_from == effective_from)
    if effective_from <= today:
        if await tx.scalar(select(_own.name).where(*where)):
            raise EditionInForce(
                "Records have been filled by this edition, so it cannot be removed: put another from a later day.",
                field="effective_from",
            )
        raise _no_edition(table, effective_from)
    if await tx.scalar(delete(settings_edition).where(*where).returning(_own.name)) is None:
        raise _no_edition(table, effective_from)
    await _count(tx, vpd, now)


def _no_edition(table: TableName, effective_from: date) -> NotFound:
    return NotFound(f"There is no edition of {table} from {effective_from}.", field="effective_from")


async def hold(tx: WriteTx, vpd: str) -> None:
    """Wait for others who change settings of this trust, until the transaction ends."""
    if await tx.one_or_none(select(trust.c.version).where(trust.c.vpd == vpd).with_for_update()) is None:
        raise NotFound(f"Trust {vpd} is not set up for submittals yet: put its settings first.", field="vpd")


async def _count(tx: WriteTx, vpd: str, now: datetime) -> None:
    await tx.execute(update(trust).where(trust.c.vpd == vpd).values(version=trust.c.version + 1, updated_at=now))


async def version_of(tx: ReadTx, vpd: str) -> int:
    """How often the trust's settings have changed."""
    return int(await tx.scalar(select(trust.c.version).where(trust.c.vpd == vpd)) or 0)


async def history(tx: ReadTx, vpds: Iterable[str], table: TableName | None = None) -> Sequence[Any]:
    """Each edition of these trusts (vpd, name, effective_from, size: how many rows, revision, put_by, put_at), newest first."""
    size = func.jsonb_array_length(_own.rows).label("size")
    statement = select(_own.vpd, _own.name, _own.effective_from, size, _own.revision, _own.put_by, _own.put_at)
    statement = statement.where(_own.vpd == func.any(sorted(vpds)))
    if table is not None:
        statement = statement.where(_own.name == table)
    return await tx.all(statement.order_by(_own.vpd, _own.name, _own.effective_from.desc()))


async def department_names(tx: ReadTx, vpds: Iterable[str], today: date) -> dict[tuple[str, str, str], str]:
    """The names of these trusts' departments, also of those that they once had, by (VPD, product, department)."""
    statement = select(_own.vpd, cast(_own.rows, Text).label("rows")).where(
        _own.vpd == func.any(sorted(vpds)), _own.name == "departments", _own.effective_from <= today
    )
    return {
        (row.vpd, one.product, one.department): one.name
        for row in await tx.all(statement.order_by(_own.effective_from))
        for one in stored_rows("departments", row.rows)
    }
