"""Reading people: by ESR number, as at a day, with the other ESR numbers of the same human."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, select, tuple_

from esrlink.db import ReadTx
from esrlink.errors import NotFound
from profile_sync.tables import assignment, department, person


@dataclass(frozen=True, slots=True)
class PersonPicture:
    """A person with all their dated assignments, as rows of the tables, and what of them holds on `day`."""

    person: Any
    assignments: Sequence[Any]
    day: date

    @property
    def in_force(self) -> list[Any]:
        """The assignments in force on the day, their first and last day included."""
        return [one for one in self.assignments if is_in_force(one, self.day)]

    @property
    def staff_groups(self) -> list[str]:
        """ESR's words for them, from the assignments in force."""
        return sorted({one.staff_group for one in self.in_force if one.staff_group})

    @property
    def job_roles(self) -> list[str]:
        """ESR's words for them, from the assignments in force."""
        return sorted({one.job_role for one in self.in_force if one.job_role})

    @property
    def registrations(self) -> list[dict[str, Any]]:
        """Body, number, `expires` as a date or none, and whether it was `expired` on the day."""
        return [_registration(one, self.day) for one in self.person.registrations]


def is_in_force(one: Any, day: date) -> bool:
    """Whether a dated row holds on a day: its first and last day are included."""
    return bool(one.effective_from <= day and (one.effective_to is None or day <= one.effective_to))


# Made once: the making of a statement costs as much as its answer.
_WHO = (bindparam("of_vpd", type_=Text), bindparam("of_number", type_=Text))
_PERSON = select(person).where(and_(person.c.vpd == _WHO[0], person.c.employee_number == _WHO[1]))
_HELD = (
    select(assignment)
    .where(and_(assignment.c.vpd == _WHO[0], assignment.c.employee_number == _WHO[1]))
    .order_by(assignment.c.assignment_number, assignment.c.effective_from, assignment.c.row)
)
_OTHERS = (
    select(person)
    .where(person.c.nhs_unique_id == bindparam("human"), person.c.vpd == any_(bindparam("vpds", type_=ARRAY(Text))))
    .where(tuple_(person.c.vpd, person.c.employee_number) != tuple_(*_WHO))
    .order_by(person.c.vpd, person.c.employee_number)
)


async def read_person(tx: ReadTx, vpd: str, employee_number: str, day: date) -> PersonPicture:
    """One person. Leavers and those gone from ESR are read like everybody. Raises `NotFound`."""
    who = {"of_vpd": vpd, "of_number": employee_number}
    row = await tx.one_or_none(_PERSON, who)
    if row is None:
        raise nobody(employee_number)
    return PersonPicture(row, await tx.all(_HELD, who), day)


def nobody(employee_number: str) -> NotFound:
    """The refusal for a person whom ESR never showed in the trust."""
    return NotFound(f"ESR shows nobody with the ESR number {employee_number}.", field="employee_number")


async def other_numbers(tx: ReadTx, vpds: Collection[str], one: Any) -> Sequence[Any]:
    """The other rows of `person` of the same human, by NHS Unique ID, in these trusts and in no other."""
    if not one.nhs_unique_id:
        return []
    who = {"of_vpd": one.vpd, "of_number": one.employee_number}
    return await tx.all(_OTHERS, {**who, "human": one.nhs_unique_id, "vpds": sorted(vpds)})


async def names_of(tx: ReadTx, vpd: str, numbers: Collection[str]) -> dict[str, str]:
    """Given and family name of these people of a trust, by ESR number; without those whom ESR never showed."""
    if not numbers:
        return {}
    wanted = (person.c.vpd == vpd, person.c.employee_number.in_(sorted(numbers)))
    rows = await tx.all(select(person.c.employee_number, person.c.given_name, person.c.family_name).where(*wanted))
    return {row.employee_number: " ".join(filter(None, (row.given_name, row.family_name))) for row in rows}


async def department_names(tx: ReadTx, vpd: str) -> dict[tuple[str, str], str]:
    """The names of a trust's departments, by product and department."""
    rows = await tx.all(select(department).where(department.c.vpd == vpd))
    return {(row.product, row.department): row.name for row in rows}


def _registration(one: dict[str, Any], day: date) -> dict[str, Any]:
    expires = date.fromisoformat(one["expires"]) if one.get("expires") else None
    return {**one, "expires": expires, "expired": expires is not None and expires < day}
