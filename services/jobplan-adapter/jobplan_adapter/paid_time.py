"""Leave and paid extra work, as they were approved for pay: what is taken off a plan, and what never counts towards it.

Kept by submittal, newest version. What was withdrawn or reversed is noted apart, so that the order in which events come does
not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, Table, and_, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from esrlink.contracts import Received, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import ReadTx, WriteTx
from jobplan_adapter.tables import absence, extra, void_submittal

_ALL_VERSIONS = 2**31 - 1


async def apply_approved(tx: WriteTx, received: Sequence[Received[SubmittalApproved]]) -> None:
    """Take approved submittals of one trust: three statements at most, however many."""
    newest: dict[Any, SubmittalApproved] = {}
    voided = []
    for one in received:
        event = one.event
        if event.reversal:
            voided.append({"vpd": event.vpd, "submittal_id": event.corrects, "version": _ALL_VERSIONS})
        elif event.submittal_id not in newest or newest[event.submittal_id].version < event.version:
            newest[event.submittal_id] = event
    await _save(tx, absence, [row for event in newest.values() if (row := _absence_row(event))])
    await _save(tx, extra, [row for event in newest.values() if (row := _extra_row(event))])
    await _void(tx, [row for row in voided if row["submittal_id"] is not None])


async def apply_withdrawn(tx: WriteTx, received: Sequence[Received[SubmittalWithdrawn]]) -> None:
    """Take withdrawals of one trust: that version, and all before it, does not count."""
    await _void(
        tx,
        [
            {"vpd": one.event.vpd, "submittal_id": one.event.submittal_id, "version": one.event.version}
            for one in received
        ],
    )


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
    told = event.absence
    return {
        "vpd": event.vpd,
        "submittal_id": event.submittal_id,
        "version": event.version,
        "employee_number": event.employee_number,
        "absence_type": told.absence_type,
        "starts": told.start_date,
        "start_part": told.start_part,
        "ends": told.end_date,
        "end_part": told.end_part,
        "closes": told.closes,
    }


def _extra_row(event: SubmittalApproved) -> dict[str, Any] | None:
    if event.kind != "attendance" or event.attendance is None:
        return None
    told = event.attendance
    return {
        "vpd": event.vpd,
        "submittal_id": event.submittal_id,
        "version": event.version,
        "employee_number": event.employee_number,
        "product": event.source.profile.product,
        "department": event.source.profile.department,
        "record_id": event.source.record_id,
        "date": told.date_worked,
        "session": told.session,
        "units": told.units,
        "unit": told.unit,
    }


async def _save(tx: WriteTx, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(table).values(rows)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in {"vpd", "submittal_id"}}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["vpd", "submittal_id"],
            set_=changed,
            where=table.c.version < statement.excluded.version,
        )
    )


async def _void(tx: WriteTx, rows: list[dict[str, Any]]) -> None:
    highest: dict[Any, dict[str, Any]] = {}
    for row in rows:
        held = highest.get(row["submittal_id"])
        if held is None or held["version"] < row["version"]:
            highest[row["submittal_id"]] = row
    if not highest:
        return
    statement = insert(void_submittal).values(list(highest.values()))
    greatest = func.greatest(void_submittal.c.version, statement.excluded.version)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["vpd", "submittal_id"], set_={"version": greatest})
    )


def _is_void(table: Any) -> Any:
    return exists().where(
        void_submittal.c.vpd == table.c.vpd,
        void_submittal.c.submittal_id == table.c.submittal_id,
        void_submittal.c.version >= table.c.version,
    )
