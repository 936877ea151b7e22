"""How well profiles are joined to people: counts by state and department, people with several profiles, what waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from esrlink.db import ReadTx
from profile_sync.profiles.reading import Departments, in_departments
from profile_sync.tables import department, link, person

STATES = ("matched", "possible", "unmatched", "excluded")


@dataclass(frozen=True, slots=True)
class DepartmentMatching:
    """One department's profiles by state. `match_rate` is matched of all that should be, 0 to 1; none without any."""

    vpd: str
    product: str
    department: str
    name: str
    by_state: dict[str, int]
    oldest_review: datetime | None

    @property
    def match_rate(self) -> float | None:
        """Matched, of all profiles that are not excluded."""
        return match_rate(self.by_state)


def match_rate(by_state: dict[str, int]) -> float | None:
    """Matched, of all that are not excluded; none when there are none."""
    wanted = sum(count for state, count in by_state.items() if state != "excluded")
    return round(by_state.get("matched", 0) / wanted, 4) if wanted else None


def total(departments: Collection[DepartmentMatching]) -> dict[str, int]:
    """Counts by state over departments."""
    return {state: sum(one.by_state[state] for one in departments) for state in STATES}


async def by_department(tx: ReadTx, vpds: Collection[str], visible: Departments) -> list[DepartmentMatching]:
    """Each department of these trusts that the caller may see, with its counts. Deleted profiles do not count."""
    same = and_(*(link.c[name] == department.c[name] for name in ("vpd", "product", "department")))
    there = and_(same, link.c.reason != "profile_deleted")
    counts = [func.count().filter(link.c.state == state).label(state) for state in STATES]
    key = (department.c.vpd, department.c.product, department.c.department)
    statement = (
        select(*key, department.c.name, *counts, func.min(link.c.review_since).label("oldest_review"))
        .outerjoin(link, there)
        .where(department.c.vpd.in_(sorted(vpds)))
        .group_by(*key, department.c.name)
        .order_by(*key)
    )
    if visible is not None:
        statement = statement.where(in_departments(department, visible))
    return [
        DepartmentMatching(
            row.vpd,
            row.product,
            row.department,
            row.name,
            {state: getattr(row, state) for state in STATES},
            row.oldest_review,
        )
        for row in await tx.all(statement)
    ]


def _several(vpds: Collection[str], visible: Departments) -> Any:
    profiles = func.array_agg(func.concat(link.c.product, "/", link.c.department, "/", link.c.profile_id))
    statement = (
        select(link.c.vpd, link.c.employee_number, func.count().label("count"), profiles.label("profiles"))
        .where(link.c.vpd.in_(sorted(vpds)), link.c.employee_number.isnot(None))
        .group_by(link.c.vpd, link.c.employee_number)
        .having(func.count() > 1)
    )
    return statement if visible is None else statement.where(in_departments(link, visible))


async def count_people_with_several(tx: ReadTx, vpds: Collection[str], visible: Departments) -> int:
    """How many people hold more than one profile."""
    return int(await tx.scalar(select(func.count()).select_from(_several(vpds, visible).subquery())) or 0)


async def people_with_several(tx: ReadTx, vpds: Collection[str], visible: Departments, limit: int) -> Sequence[Any]:
    """The people with the most profiles: vpd, employee_number, given_name, family_name, profiles (paths)."""
    several = _several(vpds, visible).subquery()
    same = and_(person.c.vpd == several.c.vpd, person.c.employee_number == several.c.employee_number)
    statement = select(several, person.c.given_name, person.c.family_name).join(person, same)
    order = (several.c.count.desc(), several.c.vpd, several.c.employee_number)
    return await tx.all(statement.order_by(*order).limit(limit))


async def count_people(tx: ReadTx, vpds: Collection[str]) -> int:
    """How many people ESR shows in these trusts."""
    here = (person.c.vpd.in_(sorted(vpds)), person.c.gone.is_(False))
    return int(await tx.scalar(select(func.count()).select_from(person).where(*here)) or 0)
