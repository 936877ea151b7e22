"""Finding and reading people: by ESR number, as at a day, and by whatever a person may type into a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, intersect, or_, select, union

from esrlink.db import ReadTx
from esrlink.errors import NotFound
from profile_sync.keys import registration_key, search_words, sound
from profile_sync.tables import assignment, person, person_key


@dataclass(frozen=True, slots=True)
class PersonPicture:
    """A person with assignments, as rows of the tables."""

    person: Any
    assignments: Sequence[Any]


async def read_person(tx: ReadTx, vpd: str, employee_number: str, on: date | None) -> PersonPicture:
    """One person, with all assignments or those in force `on` a day (first and last day included).

    Leavers and those gone from ESR are read like everybody. Raises `NotFound`.
    """
    row = await tx.one_or_none(select(person).where(_is(person, vpd, employee_number)))
    if row is None:
        raise NotFound(f"ESR shows nobody with the ESR number {employee_number}.", field="employee_number")
    held = select(assignment).where(_is(assignment, vpd, employee_number))
    if on is not None:
        held = held.where(_in_force(on))
    order = (assignment.c.assignment_number, assignment.c.effective_from, assignment.c.row)
    return PersonPicture(row, await tx.all(held.order_by(*order)))


async def search_people(tx: ReadTx, vpd: str, query: str, limit: int) -> Sequence[Any]:
    """People whose number, assignment number or registration is `query`, or whose names begin with all its words.

    When no name begins so, names that sound alike are given. Ordered by name; at most `limit`.
    """
    words = search_words(query)
    if not words:
        return []
    number = registration_key(query)
    exact = union(
        _by_key(vpd, person_key.c.key.in_([f"n:{number}", f"r:{number}"])),
        select(assignment.c.employee_number).where(
            assignment.c.vpd == vpd, assignment.c.assignment_number == query.strip().upper()
        ),
        intersect(*(_by_key(vpd, _begins(f"t:{word}")) for word in words)),
    )
    found = await tx.all(_named(vpd, exact, limit))
    if found or any(c.isdigit() for c in query):
        return found
    alike = or_(*(_begins(f"s:{sound(word)}:") for word in words))
    return await tx.all(_named(vpd, _by_key(vpd, alike), limit))


def _named(vpd: str, numbers: Any, limit: int) -> Select[Any]:
    order = (person.c.family_name, person.c.given_name, person.c.employee_number)
    chosen = person.c.employee_number.in_(select(numbers.subquery().c.employee_number))
    return select(person).where(person.c.vpd == vpd, chosen).order_by(*order).limit(limit)


def _by_key(vpd: str, condition: ColumnElement[bool]) -> Select[Any]:
    return select(person_key.c.employee_number).where(person_key.c.vpd == vpd, condition)


def _begins(prefix: str) -> ColumnElement[bool]:
    """Keys that begin so, as a range: LIKE uses no index under row-level security."""
    return and_(person_key.c.key >= prefix, person_key.c.key < prefix + "\x7f")


def _is(table: Any, vpd: str, employee_number: str) -> ColumnElement[bool]:
    return and_(table.c.vpd == vpd, table.c.employee_number == employee_number)


def _in_force(on: date) -> ColumnElement[bool]:
    last = assignment.c.effective_to
    return and_(assignment.c.effective_from <= on, or_(last.is_(None), last >= on))
