"""People and links as this service keeps them: its own copy of what ESR and profile-sync told, without names.

Both are applied set-based; the newest revision wins, whatever the order of arrival.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from esrlink.contracts import ProfileImported, ProfileKey, ProfileLinked, ProfileUnlinked
from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question, arrays
from submittals.tables import assignment, person, profile_link

# Full time is 1. What is far from it is a slip of whoever typed it, and no figure to reckon with.
_NO_POST = 10

_LINKS = text("""
SELECT l.product, l.department, l.profile_id, l.employee_number
  FROM profile_link l
  JOIN unnest(CAST(:product AS text[]), CAST(:department AS text[]), CAST(:profile_id AS text[]))
       AS k (product, department, profile_id)
    ON (l.product, l.department, l.profile_id) = (k.product, k.department, k.profile_id)
 WHERE l.vpd = :vpd AND l.employee_number IS NOT NULL
""")

ProfilePlace = tuple[str, str, str]
"""Product, department, profile id."""


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One dated row of a post."""

    assignment_number: str
    effective_from: date
    effective_to: date | None
    status: str
    is_primary: bool
    staff_group: str | None = None
    job_role: str | None = None
    grade: str | None = None
    cost_centre: str | None = None
    fte: Decimal | None = None


_COLUMNS = ", ".join(one.name for one in fields(AssignmentRow))
_ASSIGNMENTS = text(
    f"SELECT employee_number, {_COLUMNS} FROM assignment WHERE vpd = :vpd AND employee_number = ANY(:employees)"  # noqa: S608
)


def place_of(profile: ProfileKey) -> ProfilePlace:
    """The profile's key within its trust."""
    return profile.product, profile.department, profile.profile_id


async def apply_people(tx: WriteTx, events: Sequence[ProfileImported]) -> set[str]:
    """Take over people with their assignments; gives the employee numbers that changed. All of one trust."""
    newest = {event.employee_number: event for event in sorted(events, key=lambda event: event.revision)}
    rows = [
        {"vpd": e.vpd, "employee_number": e.employee_number, "revision": e.revision, "gone": e.gone}
        for e in newest.values()
    ]
    statement = upsert(person).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=["vpd", "employee_number"],
        set_={"revision": statement.excluded.revision, "gone": statement.excluded.gone},
        where=person.c.revision < statement.excluded.revision,
    )
    changed = {row.employee_number for row in await tx.all(statement.returning(person.c.employee_number))}
    if not changed:
        return changed
    vpd = events[0].vpd
    await tx.execute(
        delete(assignment).where(assignment.c.vpd == vpd, assignment.c.employee_number == func.any(sorted(changed)))
    )
    posts = [row for number in sorted(changed) if not newest[number].gone for row in _rows_of(newest[number])]
    if posts:
        await tx.execute(insert(assignment), posts)
    return changed


def _rows_of(event: ProfileImported) -> list[dict[str, Any]]:
    rows = {
        (a.assignment_number, a.effective_from): {
            "vpd": event.vpd,
            "employee_number": event.employee_number,
            "assignment_number": a.assignment_number,
            "effective_from": a.effective_from,
            "effective_to": a.effective_to,
            "status": a.status,
            "is_primary": a.primary,
            "staff_group": a.staff_group,
            "job_role": a.job_role,
            "grade": a.grade,
            "cost_centre": a.cost_centre,
            "fte": a.fte if a.fte is not None and 0 <= a.fte < _NO_POST else None,
        }
        for a in event.assignments
    }
    return list(rows.values())


async def apply_links(tx: WriteTx, events: Sequence[ProfileLinked | ProfileUnlinked]) -> set[ProfilePlace]:
    """Take over links; gives the profiles whose link changed. All of one trust."""
    newest = {place_of(event.profile): event for event in sorted(events, key=lambda event: event.revision)}
    rows = [
        {
            "vpd": event.vpd,
            "product": product,
            "department": department,
            "profile_id": profile_id,
            "employee_number": event.employee_number if isinstance(event, ProfileLinked) else None,
            "revision": event.revision,
        }
        for (product, department, profile_id), event in newest.items()
    ]
    statement = upsert(profile_link).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=["vpd", "product", "department", "profile_id"],
        set_={"employee_number": statement.excluded.employee_number, "revision": statement.excluded.revision},
        where=profile_link.c.revision < statement.excluded.revision,
    )
    keys = (profile_link.c.product, profile_link.c.department, profile_link.c.profile_id)
    return {(row.product, row.department, row.profile_id) for row in await tx.all(statement.returning(*keys))}


async def linked(tx: ReadTx, vpd: str, places: Collection[ProfilePlace]) -> dict[ProfilePlace, str]:
    """The employee numbers of those of these profiles that are linked."""
    return await tx.answer(links_of(vpd, places)) if places else {}


def links_of(vpd: str, places: Collection[ProfilePlace]) -> Question[dict[ProfilePlace, str]]:
    """The same as a question."""
    values = {"vpd": vpd, **arrays(sorted(places), "product", "department", "profile_id")}
    return Question(_LINKS, values, lambda rows: {(r.product, r.department, r.profile_id): r[3] for r in rows})


async def profiles_of(tx: ReadTx, vpd: str, employees: Collection[str]) -> dict[str, list[ProfilePlace]]:
    """The profiles that are linked to these people, in all departments, by employee number."""
    link = profile_link.c
    statement = select(link.employee_number, link.product, link.department, link.profile_id).where(
        link.vpd == vpd, link.employee_number == func.any(sorted(employees))
    )
    found: dict[str, list[ProfilePlace]] = {}
    for row in await tx.all(statement):
        found.setdefault(row.employee_number, []).append((row.product, row.department, row.profile_id))
    return found


async def assignments(tx: ReadTx, vpd: str, employees: Collection[str]) -> dict[str, list[AssignmentRow]]:
    """All dated assignment rows of these people, by employee number."""
    return await tx.answer(assignments_of(vpd, employees))


def assignments_of(vpd: str, employees: Collection[str]) -> Question[dict[str, list[AssignmentRow]]]:
    """The same as a question."""
    return Question(_ASSIGNMENTS, {"vpd": vpd, "employees": sorted(employees)}, _by_person)


def _by_person(rows: Sequence[Any]) -> dict[str, list[AssignmentRow]]:
    found: dict[str, list[AssignmentRow]] = {}
    for number, *values in rows:
        found.setdefault(number, []).append(AssignmentRow(*values))
    return found
