"""Lists and counts of submittals, from the cached columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, case, exists, func, or_, select

from esrlink.db import ReadTx
from submittals.tables import decision, settlement, submittal


@dataclass(frozen=True, slots=True)
class Query:
    """Which submittals: of which departments ("product/department" keys; none = all), in which state, after which id."""

    vpd: str
    departments: frozenset[str] | None = None
    department: str | None = None
    state: str | None = None
    after: UUID | None = None
    limit: int = 100


async def page(tx: ReadTx, query: Query) -> Sequence[RowMapping]:
    """Up to `limit` submittals in the order in which they came in."""
    conditions: list[ColumnElement[bool]] = [submittal.c.vpd == query.vpd, _of(query.departments)]
    if query.department is not None:
        conditions.append(submittal.c.department == query.department)
    if query.state is not None:
        conditions.append(submittal.c.state == query.state)
    if query.after is not None:
        conditions.append(submittal.c.id > query.after)
    return await tx.mappings(select(submittal).where(*conditions).order_by(submittal.c.id).limit(query.limit))


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many submittals of a department stand in a state; `held` of them are held by the gateway."""

    vpd: str
    product: str
    department: str
    state: str
    count: int
    held: int
    oldest: datetime


async def counts(tx: ReadTx, vpds: Collection[str], departments: frozenset[str] | None) -> list[StateCount]:
    """Submittals of these departments (none = all) by trust, department and state."""
    own = submittal.c
    keys = (own.vpd, own.product, own.department, own.state)
    statement = (
        select(
            *keys,
            func.count().label("count"),
            func.count().filter(own.outcome == "held").label("held"),
            func.min(own.updated_at).label("oldest"),
        )
        .where(own.vpd == func.any(sorted(vpds)), _of(departments))
        .group_by(*keys)
        .order_by(*keys)
    )
    return [StateCount(**row) for row in await tx.mappings(statement)]


# The version that a decision took back: an edit makes the next one, all others speak of their own.
_TAKEN_BACK = decision.c.version - case((decision.c.kind == "submitted", 1), else_=0)
# Where ESR had it, a run had been frozen with it before the withdrawal came: then the gateway took nothing back.
_CROSSED = exists().where(
    settlement.c.vpd == decision.c.vpd,
    settlement.c.submittal_id == decision.c.submittal_id,
    settlement.c.version == _TAKEN_BACK,
    settlement.c.outcome.not_in(("scheduled", "held")),
)


async def conservation(tx: ReadTx, vpd: str, departments: frozenset[str] | None) -> tuple[int, int]:
    """How many versions were approved, and how many of them were taken back before a run was frozen with them.

    Of these departments' records, or of the whole trust's for none. These are the gateway's totals of the same name, once
    it has had all events and its runs are sent.
    """
    statement = select(
        func.count().filter(decision.c.kind == "approved").label("approved"),
        func.count().filter(decision.c.took_back, ~_CROSSED).label("withdrawn"),
    ).where(decision.c.vpd == vpd, or_(decision.c.kind == "approved", decision.c.took_back))
    if departments is not None:
        same = (submittal.c.vpd == decision.c.vpd, submittal.c.id == decision.c.submittal_id)
        statement = statement.join(submittal, and_(*same)).where(_of(departments))
    row = (await tx.execute(statement)).one()
    return int(row.approved), int(row.withdrawn)


async def returned(
    tx: ReadTx, vpds: Collection[str], departments: frozenset[str] | None, limit: int
) -> Sequence[RowMapping]:
    """The newest of the returned and rejected submittals of these departments (none = all), with their reasons."""
    own = submittal.c
    statement = (
        select(own.vpd, own.product, own.department, own.record_id, own.state, own.reason, own.field, own.updated_at)
        .where(
            own.vpd == func.any(sorted(vpds)), or_(own.state == "returned", own.state == "rejected"), _of(departments)
        )
        .order_by(own.updated_at.desc(), own.id)
        .limit(limit)
    )
    return await tx.mappings(statement)


def _of(departments: frozenset[str] | None) -> ColumnElement[Any]:
    if departments is None:
        return submittal.c.vpd.is_not(None)
    keys = submittal.c.product + "/" + submittal.c.department
    return keys == func.any(sorted(departments))


async def waiting_in(
    tx: ReadTx, vpd: str, place: tuple[str, str], state: str, *, kind: str | None, until: date | None, limit: int
) -> list[UUID]:
    """The submittals of one department (product, department) that stand in this state, as they came in."""
    own = submittal.c
    conditions = [own.vpd == vpd, own.product == place[0], own.department == place[1], own.state == state]
    if kind is not None:
        conditions.append(own.kind == kind)
    if until is not None:
        conditions.append(own.first_day <= until)
    rows = await tx.all(select(own.id).where(*conditions).order_by(own.id).limit(limit))
    return [row.id for row in rows]
