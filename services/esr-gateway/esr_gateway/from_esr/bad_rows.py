"""Rows that were set aside, as issues: one for each cause, however many rows and files it is found in.

A cause is a field of a record and what is wrong with it, in files of one kind. The next file of that kind tells anew: causes
that are still found count on, the others close by themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from esr_gateway.from_esr.set_aside import causes, title_of
from esr_gateway.issues import Problem, close_issues, raise_issue
from esr_gateway.tables import issue
from esrlink.db import WriteTx

_MOST = 20
"""More causes than so many have one cause themselves, such as a charset or a layout, and share an issue."""


async def note_bad_rows(tx: WriteTx, vpd: str, found: Any, now: datetime) -> None:
    """Raise, count on and close issues by the rows that are kept of `found` (a row of `file`), in its transaction."""
    seen = await causes(tx, found.file_id)
    kept = [
        (f"rows:{found.kind}:{one.record}:{one.field}:{one.code}", one.count, _what(found.kind, one))
        for one in seen[:_MOST]
    ]
    if others := seen[_MOST:]:
        words = f"{len(others)} more kinds of bad rows"
        kept.append((f"rows:{found.kind}:others", sum(one.count for one in others), words))
    for cause, count, words in kept:
        await raise_issue(tx, vpd, _problem(found, cause, count, words), now, count=count)
    await _close_others(tx, vpd, found.kind, {cause for cause, _, _ in kept}, now)


def _what(kind: str, cause: Any) -> str:
    where = f", {cause.field}" if cause.field else ""
    return f"{title_of(kind, cause.record)}{where}: {cause.code.replace('_', ' ')}"


def _problem(found: Any, cause: str, count: int, words: str) -> Problem:
    rows = "1 row" if count == 1 else f"{count:,} rows"
    return Problem(
        cause=cause,
        kind="rows",
        severity="warning",
        title=f"{rows} of the last {found.kind} file could not be taken. {words}.",
        advice="Open the file, download the rows with their reasons, and have them put right in ESR. The other rows of the file "
        f"were taken. This closes by itself after a {found.kind} file without such rows.",
        place=f"files/{found.file_id}",
    )


async def _close_others(tx: WriteTx, vpd: str, kind: str, causes_now: set[str], now: datetime) -> None:
    rows = await tx.all(
        select(issue.c.cause).where(
            issue.c.vpd == vpd, issue.c.closed_at.is_(None), issue.c.cause.startswith(f"rows:{kind}:", autoescape=True)
        )
    )
    if gone := [row.cause for row in rows if row.cause not in causes_now]:
        await close_issues(tx, vpd, gone, now)
