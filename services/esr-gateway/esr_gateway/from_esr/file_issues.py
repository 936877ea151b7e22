"""What a person should know of the files from ESR, as issues: a gap, what is held, what is quarantined.

One issue for each cause: all files that are held for one reason, all of one kind that are quarantined for one reason since the
last good file of that kind, and everything that waits for what is missing. They close by themselves when that is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from esr_gateway.from_esr.files import position_of
from esr_gateway.from_esr.succession import RESTARTED, missing_numbers
from esr_gateway.issues import Problem, close_all_but, close_issues, raise_issue
from esr_gateway.tables import exchange, file
from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx

GAP = "gap"
_BRAKE = "brake"


async def note_files(tx: WriteTx, vpd: str, moved: Sequence[UUID], now: datetime) -> None:
    """Raise and count on issues for the files that `moved` to where a person has to look, and close those that are over."""
    wrong = await _wrong(tx, vpd)
    fresh = {row.file_id for row in wrong} & set(moved)
    for cause, rows in _by_cause(wrong).items():
        if any(row.file_id in fresh for row in rows):
            await raise_issue(tx, vpd, _file_problem(cause, rows), now, count=len(rows))
    causes = list(_by_cause(wrong))
    await close_all_but(tx, vpd, "file", causes, now)
    await close_all_but(tx, vpd, "brake", causes, now)
    await _note_gap(tx, vpd, bool(moved), now)


async def _wrong(tx: ReadTx, vpd: str) -> Sequence[Any]:
    """Files that a person should look at: held ones, and of each kind what came to no good since the last one that did."""
    good = (
        select(file.c.kind, file.c.settled_at, file.c.file_id)
        .where(file.c.vpd == vpd, file.c.state == "imported", file.c.code.is_distinct_from(RESTARTED))
        .ext(distinct_on(file.c.kind))
        .order_by(file.c.kind, file.c.settled_at.desc(), file.c.file_id.desc())
        .subquery()
    )
    columns = (file.c.file_id, file.c.name, file.c.kind, file.c.state, file.c.code, file.c.reason, file.c.settled_at)
    remarkable = (file.c.state == "quarantined") | ((file.c.state == "imported") & (file.c.code == RESTARTED))
    is_later = tuple_(file.c.settled_at, file.c.file_id) > tuple_(good.c.settled_at, good.c.file_id)
    return await tx.all(
        select(*columns)
        .select_from(file.outerjoin(good, good.c.kind == file.c.kind))
        .where(
            file.c.vpd == vpd,
            (file.c.state == "held") | (remarkable & (good.c.file_id.is_(None) | is_later)),
        )
        .order_by(file.c.settled_at, file.c.name)
    )


def _by_cause(rows: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(f"file:{row.state}:{row.kind}:{row.code}", []).append(row)
    return found


def _file_problem(cause: str, rows: Sequence[Any]) -> Problem:
    last = rows[-1]
    others = f" So are {len(rows) - 1} more." if len(rows) > 1 else ""
    place = f"files/{last.file_id}"
    if last.state == "imported":
        title = f"{last.name}: {last.reason}"
        advice = "The file was taken. Ask ESR whether they set their numbers back. This closes with the next file in the row."
        return Problem(cause, "file", "warning", title, advice, place)
    if last.state == "held":
        title = f"{last.name} is held: {last.reason}{others}"
        advice = "Open the file, look at the reason, and release it if it is right."
        return Problem(
            cause, "brake" if last.code.startswith(("too_many", _BRAKE)) else "file", "bad", title, advice, place
        )
    title = f"{last.name} is quarantined: {last.reason}{others}"
    if last.kind == "unknown":
        advice = "Ask whoever put it there what it is for. ESR Link leaves it alone; close this when it is settled."
    else:
        advice = f"Ask ESR to put the file out again, whole. This closes with the next good {last.kind} file."
    return Problem(cause, "file", "bad", title, advice, place)


async def _note_gap(tx: WriteTx, vpd: str, has_moved: bool, now: datetime) -> None:
    waiting = await tx.all(
        select(file.c.name, file.c.sequence, file.c.code, file.c.received_at)
        .where(file.c.vpd == vpd, file.c.state == "waiting_for_gap")
        .order_by(file.c.received_at)
    )
    if not waiting:
        await close_issues(tx, vpd, [GAP], now)
        return
    if has_moved:
        await raise_issue(tx, vpd, await _gap_problem(tx, vpd, waiting), now, count=len(waiting))


async def _gap_problem(tx: ReadTx, vpd: str, waiting: Sequence[Any]) -> Problem:
    position = await position_of(tx, vpd)
    asked = await tx.one_or_none(
        select(exchange.c.snapshot_asked_at, exchange.c.snapshot_asked_name).where(exchange.c.vpd == vpd)
    )
    since = f"{waiting[0].received_at.astimezone(LONDON):%-d %B %Y %H:%M}"
    files = "1 changes file waits" if len(waiting) == 1 else f"{len(waiting)} changes files wait"
    numbers = missing_numbers(position, [row.sequence for row in waiting if row.sequence is not None])
    if position.reached is None:
        title = f"No snapshot has come yet; {files} for one since {since}."
    elif numbers:
        title = f"Changes from ESR are missing: number {numbers}. {files} since {since}."
    else:
        title = f"Changes from ESR are missing before {waiting[0].name}. {files} since {since}."
    advice = "Ask ESR for the missing files or for a snapshot, which closes the gap too. Nothing is lost: the files are kept."
    if asked and asked.snapshot_asked_name:
        advice = (
            f"We asked ESR for a snapshot with {asked.snapshot_asked_name}; it closes the gap. If none comes, ask ESR."
        )
    return Problem(GAP, "gap", "bad", title, advice, f"exchanges/{vpd}")
