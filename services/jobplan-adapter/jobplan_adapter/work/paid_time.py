"""Takes leave and paid extra work in, as they were approved for pay: what is taken off a plan, and what never counts towards it.

Kept by submittal, newest version. What was withdrawn or reversed is noted apart, so that the order in which events come does
not matter. Time off in lieu is never approved for pay, so it never comes here: its work is in-plan work of another day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnClause, Table, bindparam, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from esrlink.contracts import Received, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import WriteTx
from jobplan_adapter.tables import absence, extra, reversal, void_submittal
from jobplan_adapter.work.touched import Note, touch


async def apply_approved(tx: WriteTx, received: Sequence[Received[SubmittalApproved]]) -> None:
    """Take approved submittals of one trust: four statements at most, however many."""
    newest: dict[UUID, SubmittalApproved] = {}
    for event in (one.event for one in received):
        if event.submittal_id not in newest or newest[event.submittal_id].version < event.version:
            newest[event.submittal_id] = event
    counted = [one for one in newest.values() if not one.reversal]
    await _save(tx, _SAVE_ABSENCES, map(_absence_row, counted))
    await _save(tx, _SAVE_EXTRAS, map(_extra_row, counted))
    await _save(tx, _SAVE_REVERSALS, map(_reversal_row, newest.values()))
    # A paid extra session, or what reverses one, says which of the work is none after all.
    events = [one.event for one in received]
    await touch(tx, events[0].vpd, (Note(one.employee_number, every_month=one.kind == "attendance") for one in events))


async def apply_withdrawn(tx: WriteTx, received: Sequence[Received[SubmittalWithdrawn]]) -> None:
    """Take withdrawals of one trust: that version, and all before it, does not count. A reversal can be withdrawn too."""
    vpd = received[0].event.vpd
    highest: dict[UUID, int] = {}
    for event in (one.event for one in received):
        highest[event.submittal_id] = max(event.version, highest.get(event.submittal_id, 0))
    rows = [{"vpd": vpd, "submittal_id": str(one), "version": version} for one, version in highest.items()]
    await _save(tx, _VOID, rows)
    await touch(tx, vpd, (Note(one.event.employee_number, every_month=True) for one in received))


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


def _reversal_row(event: SubmittalApproved) -> dict[str, Any] | None:
    if not event.reversal or event.corrects is None:
        return None
    named = {"submittal_id": str(event.submittal_id), "corrects": str(event.corrects)}
    return {"vpd": event.vpd, "version": event.version, **named}


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


_SAVE_ABSENCES, _SAVE_EXTRAS, _SAVE_REVERSALS, _VOID = _newest(absence), _newest(extra), _newest(reversal), _highest()


async def _save(tx: WriteTx, statement: Insert, rows: Iterable[dict[str, Any] | None]) -> None:
    # By key, so that two replicas that share submittals cannot hold each other up.
    told = sorted((row for row in rows if row), key=lambda row: str(row["submittal_id"]))
    if told:
        await tx.execute(statement, {"rows": told})
