"""Issues: what is wrong and what to do about it, one for each cause, however often it is seen.

A cause that lasts counts on in its issue; when it goes away, whoever finds that out closes it. One that comes back later is a
new issue. No person's data is in an issue beyond an ESR number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.tables import issue
from esrlink import audit
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, NotFound
from esrlink.ids import new_id

Kind = Literal[
    "exchange", "file", "gap", "brake", "rows", "orphans", "cut_off", "run", "file_sent", "landing", "calendar"
]
Severity = Literal["bad", "warning"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_OPEN = text("closed_at IS NULL")


class NotOpen(Conflict):
    """Somebody, or a clean file, was there before."""

    code, title = "issue_not_open", "The issue is not open"


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


async def keep_open(tx: WriteTx, vpd: str, problem: Problem, now: datetime) -> None:
    """Note a problem that is looked at every few seconds: nothing is written while an issue says the same of it already."""
    said = await tx.one_or_none(
        select(issue.c.title, issue.c.severity).where(
            issue.c.vpd == vpd, issue.c.cause == problem.cause, issue.c.closed_at.is_(None)
        )
    )
    if said is None or (said.title, said.severity) != (problem.title, problem.severity):
        await raise_issue(tx, vpd, problem, now, count=1)


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


async def close_by_hand(tx: WriteTx, issue_id: UUID, *, by: str, reason: str, now: datetime) -> Any:
    """Close an issue because a person says so, and why; return it. It is raised anew when its cause is seen again.

    Raises `NotFound`, and `NotOpen` for one that is closed already.
    """
    found = await find_issue(tx, issue_id)
    if found.closed_at is not None:
        raise NotOpen("The issue is closed already.")
    await tx.execute(
        update(issue)
        .where(issue.c.vpd == found.vpd, issue.c.issue_id == issue_id, issue.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=by, closed_reason=reason)
    )
    detail = {"cause": found.cause, "title": found.title, "reason": reason}
    await audit.record(tx, found.vpd, actor=by, action="issue.closed", about=str(issue_id), at=now, detail=detail)
    return await find_issue(tx, issue_id)


async def find_issue(tx: ReadTx, issue_id: UUID) -> Any:
    """One issue. Raises `NotFound` when the transaction's trusts have none of this id."""
    found = await tx.one_or_none(select(issue).where(issue.c.issue_id == issue_id))
    if found is None:
        raise NotFound("There is no such issue that you may see.", field="issue_id")
    return found


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """Which issues are wanted; `words` is any part of the title."""

    is_open: bool | None = True
    kind: str | None = None
    words: str | None = None


OPEN_ONES = IssueFilter()


async def find_issues(
    tx: ReadTx, vpds: Sequence[str], wanted: IssueFilter = OPEN_ONES, *, offset: int = 0, limit: int = 100
) -> Sequence[Any]:
    """Issues of these trusts: the open before the closed, the worst and newest first."""
    ordered = _wanted(select(issue), vpds, wanted).order_by(
        issue.c.closed_at.is_not(None), issue.c.severity, issue.c.last_seen_at.desc(), issue.c.issue_id
    )
    return await tx.all(ordered.offset(offset).limit(limit))


async def count_by_kind(tx: ReadTx, vpds: Sequence[str], wanted: IssueFilter = OPEN_ONES) -> dict[str, int]:
    """How many of them there are of each kind."""
    counted = _wanted(select(issue.c.kind, func.count().label("n")), vpds, wanted)
    return {row.kind: row.n for row in await tx.all(counted.group_by(issue.c.kind).order_by(issue.c.kind))}


def _wanted(statement: Select[Any], vpds: Sequence[str], wanted: IssueFilter) -> Select[Any]:
    statement = statement.where(issue.c.vpd.in_(vpds))
    if wanted.is_open is not None:
        statement = statement.where(issue.c.closed_at.is_(None) if wanted.is_open else issue.c.closed_at.is_not(None))
    if wanted.kind:
        statement = statement.where(issue.c.kind == wanted.kind)
    if wanted.words:
        statement = statement.where(issue.c.title.icontains(wanted.words, autoescape=True))
    return statement


async def count_open(tx: ReadTx, vpds: Sequence[str]) -> dict[str, int]:
    """How many issues are open, by severity."""
    rows = await tx.all(
        select(issue.c.severity, func.count().label("n"))
        .where(issue.c.vpd.in_(vpds), issue.c.closed_at.is_(None))
        .group_by(issue.c.severity)
    )
    return {row.severity: row.n for row in rows}
