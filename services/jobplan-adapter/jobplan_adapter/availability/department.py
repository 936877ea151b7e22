"""A department's week, part by part: its people, their signed-off plans and their leave, in a few statements for however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from esrlink.db import Database
from esrlink.errors import NotFound
from jobplan_adapter.availability.half_days import Week
from jobplan_adapter.availability.weeks import PersonWeek, week_of_person
from jobplan_adapter.delivery.belonging import people_of_department
from jobplan_adapter.delivery.leave import Absent
from jobplan_adapter.plans.at_once import plans_at_once
from jobplan_adapter.plans.versions import HeldVersion
from jobplan_adapter.trusts import get_trust
from jobplan_adapter.work.standing import absences_of

# Whoever has not worked in a department for a year, and has no plan of its specialties, is of another one by now.
_WORKED_WITHIN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Member:
    """One of a department's people in a week, with every version that matters, signed or not."""

    employee_number: str
    week: PersonWeek
    versions: Sequence[HeldVersion]


@dataclass(frozen=True, slots=True)
class DepartmentWeek:
    """A part of a department's people in order of their ESR numbers; `next_cursor` where more follow."""

    members: Sequence[Member]
    next_cursor: str | None


async def department_week(
    database: Database, vpd: str, product: str, department: str, week: Week, *, today: date, after: str, limit: int
) -> DepartmentWeek:
    """The people whose numbers come after `after`, `limit` of them. Raises `NotFound` for an unknown department."""
    async with database.read([vpd]) as tx:
        trust = await get_trust(tx, vpd)
        if not trust.has_department(product, department):
            raise NotFound(f"There is no department {product}/{department} that you may see.", field="department")
        people = await people_of_department(tx, trust, product, department, week.monday - _WORKED_WITHIN)
        rest = sorted(number for number in people if number > after)
        numbers = rest[:limit]
        rows = await absences_of(tx, vpd, numbers, week.monday, week.sunday)
    found = await plans_at_once(database, vpd, numbers, None, whole=True)
    away: dict[str, list[Absent]] = defaultdict(list)
    for row in rows:
        # An open absence is known up to today, as everywhere: what comes after is not foretold.
        last = row["ends"] or max(row["starts"], today)
        away[row["employee_number"]].append(
            Absent(row["starts"], last, allowed_for=False, first_part=row["start_part"], last_part=row["end_part"])
        )
    held = {number: found.people[number].versions if number in found.people else [] for number in numbers}
    return DepartmentWeek(
        [Member(one, week_of_person(held[one], away[one], week), held[one]) for one in numbers],
        numbers[-1] if len(rest) > limit else None,
    )
