"""Issues: what is wrong and what to do about it, one for each cause, however often it is seen.

A cause that lasts counts on in its issue; when it goes away, whoever finds that out closes it. One that comes back later is a
new issue. No person's data is in an issue beyond an ESR number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.tables import issue
from esrlink.db import ReadTx, WriteTx
from esrlink.ids import new_id

Kind = Literal[
    "exchange", "file", "gap", "brake", "rows", "orphans", "cut_off", "run", "file_sent", "landing", "calendar"
]
Severity = Literal["bad", "warning"]
_OPEN = text("closed_at IS NULL")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong. `cause` is the same as long as the cause is; `place` is a page under the service's root."""

    cause: str
    kind: Kind
    severity: Severity
    title: str
    advice: str
    place: str


async def raise_issue(tx: WriteTx, vpd: str, problem: Problem, now: datetime, *, count: int | None = None) -> None:
    """Note the problem: a new issue, or one more sighting of the one that is open. `count` says how many in place of one more."""
    values = {
        "kind": problem.kind,
        "severity": problem.severity,
        "title": problem.title,
        "advice": problem.advice,
        "place": problem.place,
        "last_seen_at": now,
    }
    statement = upsert(issue).values(
        vpd=vpd,
        issue_id=new_id(),
        cause=problem.cause,
        count=1 if count is None else count,
        first_seen_at=now,
        **values,
    )
    again: dict[str, Any] = {**values, "count": issue.c.count + 1 if count is None else count}
    await tx.execute(statement.on_conflict_do_update(index_elements=["vpd", "cause"], index_where=_OPEN, set_=again))


async def close_issues(tx: WriteTx, vpd: str, causes: Sequence[str], now: datetime, *, by: str | None = None) -> int:
    """Close the open issues of these causes, because they are gone or because a person (`by`) says so; return how many."""
    closed = await tx.all(
        update(issue)
        .where(issue.c.vpd == vpd, issue.c.cause.in_(causes), issue.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=by)
        .returning(issue.c.issue_id)
    )
    return len(closed)


async def close_all_but(tx: WriteTx, vpd: str, kind: Kind, causes: Sequence[str], now: datetime) -> int:
    """Close the open issues of one kind whose cause is not among `causes`: a clean file closes what the ones before raised."""
    closed = await tx.all(
        update(issue)
        .where(issue.c.vpd == vpd, issue.c.kind == kind, issue.c.cause.not_in(causes), issue.c.closed_at.is_(None))
        .values(closed_at=now)
        .returning(issue.c.issue_id)
    )
    return len(closed)


async def find_issues(
    tx: ReadTx, vpds: Sequence[str], *, is_open: bool | None = True, kind: str | None = None, limit: int = 100
) -> Sequence[Any]:
    """Issues of these trusts: the worst and newest first."""
    statement = select(issue).where(issue.c.vpd.in_(vpds))
    if is_open is not None:
        statement = statement.where(issue.c.closed_at.is_(None) if is_open else issue.c.closed_at.is_not(None))
    if kind:
        statement = statement.where(issue.c.kind == kind)
    ordered = statement.order_by(issue.c.closed_at.is_not(None), issue.c.severity, issue.c.last_seen_at.desc())
    return await tx.all(ordered.limit(limit))


async def count_open(tx: ReadTx, vpds: Sequence[str]) -> dict[str, int]:
    """How many issues are open, by severity."""
    rows = await tx.all(
        select(issue.c.severity, func.count().label("n"))
        .where(issue.c.vpd.in_(vpds), issue.c.closed_at.is_(None))
        .group_by(issue.c.severity)
    )
    return {row.severity: row.n for row in rows}
