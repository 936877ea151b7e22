"""How many people a trust has by where they stand: current, leaving, joining, gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, case, func, select

from esrlink.db import ReadTx
from profile_sync.tables import assignment, person

STANDINGS = ("current", "leaving", "joining", "gone")


@dataclass(frozen=True, slots=True)
class TrustStanding:
    """People of one trust on a day.

    `joining` begin after it; `leaving` have a last day that has not passed; `gone` have left, or ESR no longer shows them;
    `current` are all others.
    """

    vpd: str
    current: int
    leaving: int
    joining: int
    gone: int


async def people_standing(tx: ReadTx, vpds: Collection[str], day: date) -> list[TrustStanding]:
    """Each of these trusts that has anybody, by VPD."""
    begins = (
        select(assignment.c.vpd, assignment.c.employee_number, func.min(assignment.c.effective_from).label("first"))
        .where(assignment.c.vpd.in_(sorted(vpds)))
        .group_by(assignment.c.vpd, assignment.c.employee_number)
        .subquery("begins")
    )
    same = (begins.c.vpd == person.c.vpd) & (begins.c.employee_number == person.c.employee_number)
    # The first day of employment, or of the first post where ESR gives none.
    first_day = func.coalesce(person.c.hire_date, begins.c.first)
    standing = case(
        (person.c.gone | (person.c.leaving_date < day), "gone"),
        (first_day > day, "joining"),
        (person.c.leaving_date.is_not(None), "leaving"),
        else_="current",
    ).label("standing")
    each = (
        select(person.c.vpd, standing)
        .select_from(person.outerjoin(begins, same))
        .where(person.c.vpd.in_(sorted(vpds)))
        .subquery("each")
    )
    counts = [func.count().filter(each.c.standing == name).cast(Integer).label(name) for name in STANDINGS]
    rows = await tx.all(select(each.c.vpd, *counts).group_by(each.c.vpd).order_by(each.c.vpd))
    return [TrustStanding(row.vpd, *(getattr(row, name) for name in STANDINGS)) for row in rows]
