"""What waits for somebody: records in some states, those that wait longest first, by cursor, whatever else is stored.

A page is found by ranges of an index that is in the queue's order, one range for each trust, state, kind and (where it is
narrowed) department: what is not on the page is not read. A queue is ordered by when a record came into its state or was
last changed in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from uuid import UUID

from sqlalchemy import ARRAY, FromClause, Text, bindparam, func, select, true, tuple_

from esrlink.db import ReadTx
from esrlink.errors import Invalid
from submittals.content import Content, Kind, content_of
from submittals.records.state import State
from submittals.rules import Finding
from submittals.tables import submittal, submittal_version

MOST_COUNTED = 1_000
"""More than this many that wait are not counted."""
_KINDS: tuple[Kind, ...] = ("absence", "attendance")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: in these states, of these departments ("product/department" keys; none = all), of a kind, since when at
    the latest. `endorsed`: only those that wait for the trust's final approval, or only the others."""

    states: tuple[State, ...]
    departments: frozenset[str] | None = None
    kind: Kind | None = None
    waiting_since: datetime | None = None
    endorsed: bool | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A record on a list, with what it says now."""

    id: UUID
    vpd: str
    product: str
    department: str
    record_id: str
    profile_id: str
    kind: Kind
    version: int
    state: State
    reason: str | None
    field: str | None
    findings: tuple[Finding, ...]
    employee_number: str | None
    assignment_number: str | None
    content: Content
    updated_at: datetime


async def waiting(
    tx: ReadTx, vpds: Sequence[str], wanted: Wanted, *, cursor: str = "", limit: int
) -> tuple[list[Line], str | None]:
    """A page of those that wait, and the cursor of the next page. Raises `Invalid` for a cursor that is not ours."""
    found = _found(vpds, wanted, _after(cursor), limit + 1)
    rows = await tx.all(select(found).order_by(found.c.updated_at, found.c.id).limit(limit + 1))
    following = f"{rows[limit - 1].updated_at.isoformat()}_{rows[limit - 1].id}" if len(rows) > limit else None
    return await lines(tx, vpds, [row.id for row in rows[:limit]]), following


async def count_waiting(tx: ReadTx, vpds: Sequence[str], wanted: Wanted) -> int:
    """How many wait; one more than `MOST_COUNTED` stands for all that are more."""
    found = _found(vpds, wanted, None, MOST_COUNTED + 1)
    counted = select(found.c.id).limit(MOST_COUNTED + 1).subquery()
    return int(await tx.scalar(select(func.count()).select_from(counted)))


async def keys_waiting(
    tx: ReadTx, vpds: Sequence[str], wanted: Wanted, *, limit: int = MOST_COUNTED
) -> list[tuple[str, UUID, int]]:
    """The trust, id and version of those that wait longest."""
    found, own = _found(vpds, wanted, None, limit), submittal.c
    statement = (
        select(own.vpd, own.id, own.version)
        .join(found, own.id == found.c.id)
        .where(own.vpd == func.any(sorted(vpds)))
        .order_by(found.c.updated_at, found.c.id)
        .limit(limit)
    )
    return [(row.vpd, row.id, row.version) for row in await tx.all(statement)]


async def lines(tx: ReadTx, vpds: Sequence[str], ids: Sequence[UUID]) -> list[Line]:
    """These records as they stand, in this order; those of other trusts are left out."""
    own, version = submittal.c, submittal_version.c
    here = (version.vpd == own.vpd) & (version.submittal_id == own.id) & (version.version == own.version)
    statement = (
        select(submittal, version.content, version.assignment_number)
        .join(submittal_version, here)
        .where(own.vpd == func.any(sorted(vpds)), own.id == func.any(list(ids)))
    )
    found = {row.id: _line(row) for row in await tx.all(statement)} if ids else {}
    return [found[one] for one in ids if one in found]


def _line(row: object) -> Line:
    values = {name: getattr(row, name) for name in _PLAIN}
    return Line(
        **values,
        state=State(row.state),  # type: ignore[attr-defined]
        findings=tuple(Finding.model_validate(one) for one in row.findings),  # type: ignore[attr-defined]
        content=content_of(values["kind"], row.content),  # type: ignore[attr-defined]
    )


_PLAIN = (
    *("id", "vpd", "product", "department", "record_id", "profile_id", "kind", "version", "reason", "field"),
    *("employee_number", "assignment_number", "updated_at"),
)


def _found(vpds: Sequence[str], wanted: Wanted, after: tuple[datetime, UUID] | None, limit: int) -> FromClause:
    """Those that wait, `limit` of each range at most; not in order yet."""
    own = submittal.c
    kinds = (wanted.kind,) if wanted.kind else _KINDS
    names = ["vpd", "state", "kind"]
    spots: list[tuple[str, ...]] = list(product(sorted(vpds), wanted.states, kinds))
    if wanted.departments is not None:
        names += ["product", "department"]
        places = [tuple(key.split("/", 1)) for key in sorted(wanted.departments)]
        spots = [(*spot, *place) for spot, place in product(spots, places)]
    columns = list(zip(*spots, strict=True)) if spots else [()] * len(names)
    given = (
        bindparam(name, list(values), type_=ARRAY(Text), unique=True)
        for name, values in zip(names, columns, strict=True)
    )
    source = func.unnest(*given).table_valued(*names).render_derived(name="spot")
    conditions = [own[name] == source.c[name] for name in names]
    if wanted.waiting_since is not None:
        conditions.append(own.updated_at <= wanted.waiting_since)
    if wanted.endorsed is not None:
        conditions.append(own.endorsed.is_(wanted.endorsed))
    if after is not None:
        conditions.append(tuple_(own.updated_at, own.id) > tuple_(*after))
    # A range of the index for each: all at once would be sorted whole.
    one = (
        select(own.id, own.updated_at).where(*conditions).order_by(own.updated_at, own.id).limit(limit).lateral("waits")
    )
    return select(one).select_from(source.join(one, true())).subquery("waiting")


def _after(cursor: str) -> tuple[datetime, UUID] | None:
    if not cursor:
        return None
    at, _, last = cursor.partition("_")
    try:
        moment, key = datetime.fromisoformat(at), UUID(last)
    except ValueError as error:
        raise Invalid("The address names no place in this list. Begin with its first page.", field="cursor") from error
    if moment.tzinfo is None:
        raise Invalid("The address names no place in this list. Begin with its first page.", field="cursor")
    return moment, key
