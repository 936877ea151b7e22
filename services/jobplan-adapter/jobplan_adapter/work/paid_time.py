"""Leave and paid extra work, as they were approved for pay: what is taken off a plan, and what never counts towards it.

Kept by submittal, newest version. What was withdrawn or reversed is noted apart, so that the order in which events come does
not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnClause,
    RowMapping,
    Table,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from esrlink.contracts import Received, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import ReadTx, WriteTx
from jobplan_adapter.tables import absence, extra, void_submittal

_ALL_VERSIONS = 2**31 - 1


async def apply_approved(tx: WriteTx, received: Sequence[Received[SubmittalApproved]]) -> None:
    """Take approved submittals of one trust: three statements at most, however many."""
    newest: dict[UUID, SubmittalApproved] = {}
    reversed_: set[UUID] = set()
    for event in (one.event for one in received):
        if event.reversal:
            reversed_ |= {event.corrects} if event.corrects else set()
        elif event.submittal_id not in newest or newest[event.submittal_id].version < event.version:
            newest[event.submittal_id] = event
    await _save(tx, _SAVE_ABSENCES, map(_absence_row, newest.values()))
    await _save(tx, _SAVE_EXTRAS, map(_extra_row, newest.values()))
    await _void(tx, received[0].event.vpd, ((one, _ALL_VERSIONS) for one in reversed_))


async def apply_withdrawn(tx: WriteTx, received: Sequence[Received[SubmittalWithdrawn]]) -> None:
    """Take withdrawals of one trust: that version, and all before it, does not count."""
    await _void(tx, received[0].event.vpd, ((one.event.submittal_id, one.event.version) for one in received))


async def absences_of(tx: ReadTx, vpd: str, employee_number: str, first: date, last: date) -> Sequence[RowMapping]:
    """A person's absences that touch a period. An open one that was closed by a later record has that record's end."""
    closing = absence.alias("closing")
    statement = (
        select(
            absence.c.submittal_id,
            absence.c.absence_type,
            absence.c.starts,
            absence.c.start_part,
            func.coalesce(absence.c.ends, closing.c.ends).label("ends"),
            case((absence.c.ends.is_(None), func.coalesce(closing.c.end_part, "full")), else_=absence.c.end_part).label(
                "end_part"
            ),
        )
        .select_from(
            absence.outerjoin(
                closing,
                and_(closing.c.vpd == absence.c.vpd, closing.c.closes == absence.c.submittal_id, ~_is_void(closing)),
            )
        )
        .where(
            absence.c.vpd == vpd,
            absence.c.employee_number == employee_number,
            absence.c.closes.is_(None),
            absence.c.starts <= last,
            or_(absence.c.ends.is_(None), absence.c.ends >= first),
            ~_is_void(absence),
        )
        .order_by(absence.c.starts, absence.c.submittal_id)
    )
    return await tx.mappings(statement)


async def extras_of(tx: ReadTx, vpd: str, employee_number: str, first: date, last: date) -> Sequence[RowMapping]:
    """A person's paid extra sessions of a period."""
    statement = (
        select(extra)
        .where(
            extra.c.vpd == vpd,
            extra.c.employee_number == employee_number,
            extra.c.date.between(first, last),
            ~_is_void(extra),
        )
        .order_by(extra.c.date, extra.c.submittal_id)
    )
    return await tx.mappings(statement)


def _absence_row(event: SubmittalApproved) -> dict[str, Any] | None:
    if event.kind != "absence" or event.absence is None:
        return None
    told = event.absence.model_dump(mode="json")
    return {
        "vpd": event.vpd,
        "submittal_id": str(event.submittal_id),
        "version": event.version,
        "employee_number": event.employee_number,
        "absence_type": told["absence_type"],
        "starts": told["start_date"],
        "start_part": told["start_part"],
        "ends": told["end_date"],
        "end_part": told["end_part"],
        "closes": told["closes"],
    }


def _extra_row(event: SubmittalApproved) -> dict[str, Any] | None:
    if event.kind != "attendance" or event.attendance is None:
        return None
    told = event.attendance.model_dump(mode="json")
    return {
        "vpd": event.vpd,
        "submittal_id": str(event.submittal_id),
        "version": event.version,
        "employee_number": event.employee_number,
        "product": event.source.profile.product,
        "department": event.source.profile.department,
        "record_id": event.source.record_id,
        "date": told["date_worked"],
        "session": told["session"],
        "units": told["units"],
        "unit": told["unit"],
    }


def _insert(table: Table) -> Insert:
    """Takes the rows of the JSON parameter `rows`, however many: one parameter, where bound values would be thousands."""
    names = [c.name for c in table.columns]
    shape: ColumnClause[Any] = literal_column(f'NULL::"{table.name}"')
    rows = func.jsonb_populate_recordset(shape, bindparam("rows", type_=JSONB))
    given = rows.table_valued(*(column(name, table.c[name].type) for name in names), name="given")
    return insert(table).from_select(names, select(*(given.c[name] for name in names)))


def _newest(table: Table) -> Insert:
    statement = _insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    return statement.on_conflict_do_update(
        index_elements=["vpd", "submittal_id"], set_=changed, where=table.c.version < statement.excluded.version
    )


def _highest() -> Insert:
    statement = _insert(void_submittal)
    greatest = func.greatest(void_submittal.c.version, statement.excluded.version)
    return statement.on_conflict_do_update(index_elements=["vpd", "submittal_id"], set_={"version": greatest})


_SAVE_ABSENCES, _SAVE_EXTRAS, _VOID = _newest(absence), _newest(extra), _highest()


async def _save(tx: WriteTx, statement: Insert, rows: Iterable[dict[str, Any] | None]) -> None:
    # By key, so that two replicas that share submittals cannot hold each other up.
    told = sorted((row for row in rows if row), key=lambda row: str(row["submittal_id"]))
    if told:
        await tx.execute(statement, {"rows": told})


async def _void(tx: WriteTx, vpd: str, versions: Iterable[tuple[UUID, int]]) -> None:
    highest: dict[UUID, int] = {}
    for submittal_id, version in versions:
        highest[submittal_id] = max(version, highest.get(submittal_id, 0))
    rows = [{"vpd": vpd, "submittal_id": str(one), "version": version} for one, version in highest.items()]
    await _save(tx, _VOID, rows)


def _is_void(table: Any) -> Any:
    return exists().where(
        void_submittal.c.vpd == table.c.vpd,
        void_submittal.c.submittal_id == table.c.submittal_id,
        void_submittal.c.version >= table.c.version,
    )
