"""Making a cohort's plan, and making it anew when ESR or the profiles have changed: what a person chose stays, and what is
different since is said row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from esrlink.db import ReadTx, WriteTx
from esrlink.db.rowset import insert_rows
from esrlink.errors import Conflict, Invalid, NotFound, StaleVersion
from profile_sync.cohorts.expecting import Expected, Key, expected
from profile_sync.cohorts.spec import Spec, spec_of
from profile_sync.links.locks import hold_trust
from profile_sync.tables import cohort, cohort_person, department

COMPUTED = (
    "family_name",
    "kind",
    "starts",
    "ends",
    "proposed_action",
    "proposed_profile_id",
    "reason",
    "sentence",
    "facts",
)
COMPARED = ("kind", "starts", "ends", "proposed_action", "proposed_profile_id")
_COMPARED_FACTS = ("family_name", "given_name", "email", "grade", "organisation", "assignment_number")
_STORED = [
    *("vpd", "cohort_id", "employee_number", "product", "department"),
    *COMPUTED,
    *("difference", "excluded", "version"),
]
NO_LONGER = "no_longer"
_SETTLED = ("done", "kept")


def _upsert() -> Any:
    statement = insert_rows(cohort_person, _STORED)
    changing = (*COMPUTED, "difference", "version")
    keys = ["vpd", "cohort_id", "employee_number", "product", "department"]
    values: dict[str, Any] = {name: statement.excluded[name] for name in changing}
    # A row that failed or was left out waits again.
    none = dict.fromkeys(("outcome", "outcome_code", "outcome_sentence", "outcome_at"))
    return statement.on_conflict_do_update(index_elements=keys, set_={**values, **none})


_UPSERT = _upsert()


async def make_cohort(tx: WriteTx, vpd: str, cohort_id: UUID, spec: Spec, *, by: str, now: datetime) -> None:
    """Store a cohort with its plan. Raises `Invalid` for a department that the trust's settings do not name."""
    await hold_trust(tx, vpd, alone=False)
    rows = await tx.all(select(department).where(department.c.vpd == vpd))
    missing = sorted(set(spec.departments) - {(row.product, row.department) for row in rows})
    if missing:
        raise Invalid(f"{'/'.join(missing[0])} is no department of this trust's settings.", field="departments")
    values = {
        "vpd": vpd,
        "cohort_id": cohort_id,
        "name": spec.name,
        "changeover": spec.changeover,
        "days_before": spec.days_before,
        "days_after": spec.days_after,
        "departments": spec.departments_as_rows(),
        "staff_groups": list(spec.staff_groups),
        "grades": list(spec.grades),
        "state": "planned",
        "version": 1,
        "created_by": by,
        "created_at": now,
        "planned_by": by,
        "planned_at": now,
    }
    await tx.execute(insert(cohort).values(values))
    found = await expected(tx, vpd, spec)
    await _store(tx, vpd, cohort_id, [_row(one, 1, None) for one in found.values()])


async def recompute(tx: WriteTx, vpd: str, cohort_id: UUID, version: int | None, *, by: str, now: datetime) -> None:
    """Make the plan anew. Rows that were applied stay as they are; what a person chose stays everywhere.

    Raises `NotFound`, `StaleVersion`, and `Conflict` while the cohort is being applied or undone.
    """
    await hold_trust(tx, vpd, alone=False)
    row = await lock_cohort(tx, vpd, cohort_id, version)
    refuse_working(row)
    here = (cohort_person.c.vpd == vpd, cohort_person.c.cohort_id == cohort_id)
    before = {(r.employee_number, r.product, r.department): r for r in await tx.all(select(cohort_person).where(*here))}
    after = await expected(tx, vpd, spec_of(row))
    await _store(tx, vpd, cohort_id, merged(before, after))
    values = {"state": "planned", "version": row.version + 1, "planned_by": by, "planned_at": now}
    await tx.execute(update(cohort).where(cohort.c.vpd == vpd, cohort.c.cohort_id == cohort_id).values(values))


def merged(before: Mapping[Key, Any], after: Mapping[Key, Expected]) -> list[dict[str, Any]]:
    """The rows to store when a plan `before` is made anew and `after` is what is expected now. Pure."""
    rows = []
    for key in sorted({*before, *after}):
        was, now = before.get(key), after.get(key)
        if was is None:
            assert now is not None  # noqa: S101 - it is in one of the two
            rows.append(_row(now, 1, [{"field": "person", "before": None, "after": now.facts["family_name"]}]))
        elif was.outcome not in _SETTLED:
            values = _gone(was) if now is None else computed(now)
            different = differences(was, values)
            version = was.version + 1 if different else was.version
            rows.append(_keyed(key, values, version, different or None))
    return rows


def differences(was: Any, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What newly computed values change of a stored row, field by field."""
    pairs = [(name, _json(getattr(was, name)), values[name]) for name in COMPARED]
    pairs += [(name, was.facts.get(name), values["facts"].get(name)) for name in _COMPARED_FACTS]
    return [{"field": name, "before": old, "after": new} for name, old, new in pairs if old != new]


def computed(one: Expected) -> dict[str, Any]:
    """What is computed of a row, as JSON."""
    return {
        "family_name": one.facts["family_name"],
        "kind": one.change.kind,
        "starts": one.change.starts.isoformat(),
        "ends": _json(one.change.ends),
        "proposed_action": one.proposal.action,
        "proposed_profile_id": one.proposal.profile_id,
        "reason": one.proposal.reason,
        "sentence": one.proposal.sentence,
        "facts": one.facts,
    }


def _gone(was: Any) -> dict[str, Any]:
    kept = {name: _json(getattr(was, name)) for name in COMPUTED}
    told = {"reason": NO_LONGER, "sentence": "ESR no longer shows this change."}
    return {**kept, "proposed_action": "leave", "proposed_profile_id": None, **told}


def _row(one: Expected, version: int, difference: list[dict[str, Any]] | None) -> dict[str, Any]:
    return _keyed(one.key, computed(one), version, difference)


def _keyed(
    key: Key, values: Mapping[str, Any], version: int, difference: list[dict[str, Any]] | None
) -> dict[str, Any]:
    number, product, name = key
    place = {"employee_number": number, "product": product, "department": name}
    return {**place, **values, "version": version, "difference": difference, "excluded": False}


async def _store(tx: WriteTx, vpd: str, cohort_id: UUID, rows: list[dict[str, Any]]) -> None:
    if rows:
        await tx.execute(_UPSERT, {"rows": [{"vpd": vpd, "cohort_id": str(cohort_id), **row} for row in rows]})


async def lock_cohort(tx: WriteTx, vpd: str, cohort_id: UUID, version: int | None) -> Any:
    """A cohort, held until the transaction ends. Raises `NotFound` and `StaleVersion`."""
    statement = select(cohort).where(cohort.c.vpd == vpd, cohort.c.cohort_id == cohort_id).with_for_update()
    row = await tx.one_or_none(statement)
    if row is None:
        raise no_cohort()
    if version is not None and version != row.version:
        raise StaleVersion(
            f"You read version {version}; the cohort is at version {row.version}. Read it again.", field="version"
        )
    return row


def refuse_working(row: Any) -> None:
    """Raise `Conflict` while a cohort is being applied or undone."""
    if row.state in ("applying", "undoing"):
        raise Conflict(f"The cohort is being {'applied' if row.state == 'applying' else 'undone'}. Wait until it is.")


async def read_cohort(tx: ReadTx, vpd: str, cohort_id: UUID) -> Any:
    """A cohort's row. Raises `NotFound`."""
    row = await tx.one_or_none(select(cohort).where(cohort.c.vpd == vpd, cohort.c.cohort_id == cohort_id))
    if row is None:
        raise no_cohort()
    return row


def no_cohort() -> NotFound:
    """The refusal of a cohort that is not there, or not for this caller."""
    return NotFound("There is no such cohort that you may see.", field="cohort_id")


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
