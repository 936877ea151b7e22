"""How long those that wait have waited: by department and age."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select

from esrlink.db import ReadTx
from profile_sync.profiles.reading import Departments, in_departments
from profile_sync.tables import link

AGES = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""Where one age ends and the next begins: under a day, a day to a week, a week to 30 days, longer."""


@dataclass(frozen=True, slots=True)
class DepartmentBacklog:
    """How many wait in a department, by age, the youngest first: one more than there are `AGES`."""

    vpd: str
    product: str
    department: str
    waiting: tuple[int, ...]
    oldest: datetime


async def backlog_by_age(
    tx: ReadTx, vpds: Collection[str], departments: Departments, now: datetime
) -> list[DepartmentBacklog]:
    """Each department in which a profile waits, the longest wait first."""
    since = link.c.review_since
    edges = [now - age for age in AGES]
    younger = [func.count().filter(since > edge) for edge in edges]
    counts = [younger[0], *(more - less for less, more in pairwise(younger)), func.count() - younger[-1]]
    key = (link.c.vpd, link.c.product, link.c.department)
    statement = (
        select(*key, *(count.label(f"age_{n}") for n, count in enumerate(counts)), func.min(since).label("oldest"))
        .where(link.c.vpd.in_(sorted(vpds)), since.is_not(None))
        .group_by(*key)
        .order_by(func.min(since), *key)
    )
    if departments is not None:
        statement = statement.where(in_departments(link, departments))
    return [
        DepartmentBacklog(
            row.vpd,
            row.product,
            row.department,
            tuple(getattr(row, f"age_{n}") for n in range(len(counts))),
            row.oldest,
        )
        for row in await tx.all(statement)
    ]
