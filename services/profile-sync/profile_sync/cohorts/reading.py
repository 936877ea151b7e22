"""Reading cohorts: the list, one with its figures, its rows by page, and what a product has to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, false, func, literal, or_, select, tuple_

from esrlink.db import ReadTx
from profile_sync.cohorts.proposing import ACTIONS, Action
from profile_sync.cursors import Cursor, not_ours
from profile_sync.profiles.reading import Departments, in_departments
from profile_sync.tables import cohort, cohort_person

OUTCOMES = ("waiting", "done", "failed", "skipped", "undone", "kept")
KINDS = ("joiner", "mover", "returner", "leaver")

_C = cohort_person.c
action_of_row: ColumnElement[Any] = case(
    (_C.excluded, "leave"), else_=func.coalesce(_C.chosen_action, _C.proposed_action)
)
"""What is to be done with a row: as a person chose, else as proposed."""

outcome_of_row: ColumnElement[Any] = func.coalesce(_C.outcome, "waiting")
_ORDER = (_C.family_name, _C.employee_number, _C.product, _C.department)
# The key alone: an address must not hold a name, so the name is looked up where the page before ended.
_BY_KEY = Cursor(str, str, str)
_BY_DATE = Cursor(str, str)
# Published, and not a row whose undoing is all that there is to know of it.
_TOLD: ColumnElement[bool] = _C.outcome.in_(("done", "kept", "undone")) & _C.told_action.isnot(None)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many rows a plan has, by what is to be done, by kind and by outcome; how many were told of, and acknowledged."""

    people: int = 0
    actions: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(ACTIONS, 0))
    kinds: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    outcomes: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    changed: int = 0
    told: int = 0
    acknowledged: int = 0
    refused: int = 0

    @property
    def progress(self) -> float:
        """The share of rows that have an outcome, 0 to 1."""
        return 1 - self.outcomes["waiting"] / self.people if self.people else 1.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Which part of a plan: rows of these only, `limit` of them after `cursor`."""

    action: Action | None = None
    kind: str | None = None
    outcome: str | None = None
    product: str | None = None
    department: str | None = None
    employee_number: str | None = None
    changed: bool = False
    cursor: str | None = None
    limit: int = 100


async def list_cohorts(
    tx: ReadTx, vpds: Collection[str], visible: Departments, *, cursor: str | None = None, limit: int = 100
) -> tuple[list[tuple[Any, Figures]], str | None]:
    """Cohorts with a department that the caller may see, the latest changeover first, and the cursor of what follows."""
    order = (cohort.c.changeover, cohort.c.cohort_id)
    statement = select(cohort).where(cohort.c.vpd.in_(sorted(vpds)), _is_visible(visible))
    if cursor:
        statement = statement.where(tuple_(*order) < tuple_(*_place(cursor)))
    rows = await tx.all(statement.order_by(*(one.desc() for one in order)).limit(limit + 1))
    figures = await figures_of(tx, rows[:limit], visible)
    last = rows[limit - 1] if len(rows) > limit else None
    following = _BY_DATE.after([last.changeover.isoformat(), str(last.cohort_id)]) if last else None
    return [(row, figures[row.cohort_id]) for row in rows[:limit]], following


def _is_visible(visible: Departments) -> ColumnElement[bool]:
    if visible is None:
        return cohort.c.cohort_id.isnot(None)
    pairs = [key.partition("/")[::2] for key in sorted(visible)]
    holds = [cohort.c.departments.contains([{"product": product, "department": name}]) for product, name in pairs]
    return or_(false(), *holds)


def _place(cursor: str) -> tuple[date, UUID]:
    day, cohort_id = _BY_DATE.read(cursor)
    try:
        return date.fromisoformat(day), UUID(cohort_id)
    except ValueError as error:
        raise not_ours() from error


async def figures_of(tx: ReadTx, cohorts: Sequence[Any], visible: Departments) -> dict[UUID, Figures]:
    """The figures of these cohorts, of the departments that the caller may see; one statement."""
    found = {row.cohort_id: Figures() for row in cohorts}
    if not cohorts:
        return found
    counts = {
        "people": func.count(),
        "changed": func.count().filter(_C.difference.isnot(None)),
        "told": func.count().filter(_TOLD),
        "acknowledged": func.count().filter(_C.acknowledged == "done"),
        "refused": func.count().filter(_C.acknowledged == "refused"),
        **{f"action_{one}": func.count().filter(action_of_row == one) for one in ACTIONS},
        **{f"kind_{one}": func.count().filter(_C.kind == one) for one in KINDS},
        **{f"outcome_{one}": func.count().filter(outcome_of_row == one) for one in OUTCOMES},
    }
    totals = ("people", "changed", "told", "acknowledged", "refused")
    here = (_C.vpd.in_(sorted({row.vpd for row in cohorts})), _C.cohort_id.in_([row.cohort_id for row in cohorts]))
    statement = select(_C.cohort_id, *(count.label(name) for name, count in counts.items())).where(*here)
    for row in await tx.mappings(_of(statement, visible).group_by(_C.cohort_id)):
        found[row["cohort_id"]] = Figures(
            actions={one: row[f"action_{one}"] for one in ACTIONS},
            kinds={one: row[f"kind_{one}"] for one in KINDS},
            outcomes={one: row[f"outcome_{one}"] for one in OUTCOMES},
            **{name: row[name] for name in totals},
        )
    return found


async def list_rows(
    tx: ReadTx, vpd: str, cohort_id: UUID, visible: Departments, wanted: Rows
) -> tuple[Sequence[Any], str | None]:
    """A page of a plan's rows by family name, and the cursor of the next page."""
    return await _page(tx, vpd, cohort_id, visible, wanted, select(cohort_person))


async def list_told(
    tx: ReadTx, vpd: str, cohort_id: UUID, visible: Departments, wanted: Rows, *, acknowledged: bool | None = None
) -> tuple[Sequence[Any], str | None]:
    """A page of the rows that were told of; those that a product has acknowledged, or has not, where it is said."""
    statement = select(cohort_person).where(_TOLD)
    if acknowledged is not None:
        answered = _C.acknowledged.isnot(None)
        statement = statement.where(answered if acknowledged else ~answered)
    return await _page(tx, vpd, cohort_id, visible, wanted, statement)


async def _page(
    tx: ReadTx, vpd: str, cohort_id: UUID, visible: Departments, wanted: Rows, statement: Select[Any]
) -> tuple[Sequence[Any], str | None]:
    statement = _of(statement, visible).where(_C.vpd == vpd, _C.cohort_id == cohort_id)
    pairs = (
        (action_of_row, wanted.action),
        (_C.kind, wanted.kind),
        (outcome_of_row, wanted.outcome),
        (_C.product, wanted.product),
        (_C.department, wanted.department),
        (_C.employee_number, wanted.employee_number),
    )
    statement = statement.where(*(column == value for column, value in pairs if value is not None))
    if wanted.changed:
        statement = statement.where(_C.difference.isnot(None))
    if wanted.cursor:
        statement = statement.where(tuple_(*_ORDER) > _ended_at(vpd, cohort_id, _BY_KEY.read(wanted.cursor)))
    rows = await tx.all(statement.order_by(*_ORDER).limit(wanted.limit + 1))
    last = rows[wanted.limit - 1] if len(rows) > wanted.limit else None
    following = _BY_KEY.after([getattr(last, one.name) for one in _ORDER[1:]]) if last else None
    return rows[: wanted.limit], following


def _ended_at(vpd: str, cohort_id: UUID, key: Sequence[str]) -> Any:
    """The place in the order of the row with this key; a row that is not there ends the list."""
    row = cohort_person.alias()
    found = [row.c[one.name] == value for one, value in zip(_ORDER[1:], key, strict=True)]
    name = select(row.c.family_name).where(row.c.vpd == vpd, row.c.cohort_id == cohort_id, *found).scalar_subquery()
    return tuple_(name, *map(literal, key))


def _of(statement: Select[Any], visible: Departments) -> Select[Any]:
    return statement if visible is None else statement.where(in_departments(cohort_person, visible))
