"""People as ESR knows them: taking over what the gateway published, set by set, newest revision first and last.

A person is never deleted: leavers and those who are gone from ESR stay readable, because late claims name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, func, select

from esrlink.contracts import ProfileImported
from esrlink.db import ReadTx, WriteTx
from profile_sync.facts import PersonFacts
from profile_sync.keys import person_keys
from profile_sync.rowset import insert_rows
from profile_sync.tables import assignment, person, person_key

_PERSON = [c.name for c in person.columns]
_ASSIGNMENT = [c.name for c in assignment.columns]
_KEY = [c.name for c in person_key.columns]


def _upsert() -> Any:
    statement = insert_rows(person, _PERSON)
    newer = {name: statement.excluded[name] for name in _PERSON if name not in ("vpd", "employee_number")}
    return statement.on_conflict_do_update(
        index_elements=["vpd", "employee_number"], set_=newer, where=statement.excluded.revision > person.c.revision
    ).returning(person.c.employee_number)


_UPSERT = _upsert()
_INSERT_ASSIGNMENTS = insert_rows(assignment, _ASSIGNMENT)
_INSERT_KEYS = insert_rows(person_key, _KEY)


async def apply_imports(tx: WriteTx, vpd: str, events: Sequence[ProfileImported]) -> list[str]:
    """Take over these people of one trust; a person's newest revision wins, whatever the order.

    Returns the employee numbers of those that changed. Five statements, however many people.
    """
    newest: dict[str, ProfileImported] = {}
    for event in events:
        known = newest.get(event.employee_number)
        if known is None or event.revision > known.revision:
            newest[event.employee_number] = event
    # In the order of the key, so that two transactions that share people cannot hold each other up.
    rows = [_person_row(newest[number]) for number in sorted(newest)]
    changed = [row.employee_number for row in await tx.all(_UPSERT, {"rows": rows})]
    if not changed:
        return []
    for table in (assignment, person_key):
        await tx.execute(delete(table).where(table.c.vpd == vpd, table.c.employee_number.in_(changed)))
    applied = [newest[number] for number in changed]
    assignments = [row for event in applied for row in _assignment_rows(event)]
    if assignments:
        await tx.execute(_INSERT_ASSIGNMENTS, {"rows": assignments})
    await tx.execute(_INSERT_KEYS, {"rows": [row for event in applied for row in _key_rows(event)]})
    return changed


def _person_row(event: ProfileImported) -> dict[str, Any]:
    row = event.model_dump(mode="json", include=set(_PERSON))
    row["grades"] = sorted({one.grade for one in event.assignments if one.grade})
    return row


def _assignment_rows(event: ProfileImported) -> list[dict[str, Any]]:
    key = {"vpd": event.vpd, "employee_number": event.employee_number}
    return [{**one.model_dump(mode="json"), **key, "row": n} for n, one in enumerate(event.assignments)]


def _key_rows(event: ProfileImported) -> list[dict[str, Any]]:
    facts = PersonFacts(
        employee_number=event.employee_number,
        family_name=event.family_name,
        given_name=event.given_name,
        middle_names=event.middle_names,
        preferred_name=event.preferred_name,
        previous_family_names=event.previous_family_names,
        registration_numbers=tuple(one.number for one in event.registrations),
        email=event.email,
    )
    return [{"vpd": event.vpd, "employee_number": event.employee_number, "key": key} for key in person_keys(facts)]


async def people_sharing(tx: ReadTx, vpd: str, keys: Sequence[str]) -> list[tuple[PersonFacts, frozenset[str]]]:
    """The people of a trust that have any of `keys`, each with those that it has."""
    if not keys:
        return []
    # Two statements: joined, the planner repeats one half for each row of the other while it lacks statistics.
    sharing = await tx.all(
        select(person_key.c.employee_number, func.array_agg(person_key.c.key).label("shared"))
        .where(person_key.c.vpd == vpd, person_key.c.key == _any("keys"))
        .group_by(person_key.c.employee_number),
        {"keys": sorted(set(keys))},
    )
    shared = {row.employee_number: frozenset(row.shared) for row in sharing}
    known = select(person).where(person.c.vpd == vpd, person.c.employee_number == _any("numbers"))
    rows = await tx.all(known, {"numbers": sorted(shared)})
    return [(_facts(row), shared[row.employee_number]) for row in rows]


def _any(parameter: str) -> Any:
    return any_(bindparam(parameter, type_=ARRAY(Text)))


def _facts(row: Any) -> PersonFacts:
    return PersonFacts(
        employee_number=row.employee_number,
        family_name=row.family_name,
        given_name=row.given_name,
        middle_names=row.middle_names,
        preferred_name=row.preferred_name,
        previous_family_names=tuple(row.previous_family_names),
        registration_numbers=tuple(one["number"] for one in row.registrations),
        email=row.email,
        grades=tuple(row.grades),
        gone=row.gone,
    )
