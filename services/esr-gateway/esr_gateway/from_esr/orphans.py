"""Rows whose person has not come (or is gone): kept, counted, and one issue for each trust as long as there are any."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from esr_gateway.issues import Problem, close_issues, raise_issue
from esrlink.db import WriteTx

CAUSE = "orphans"
_WAITING = text("""
SELECT count(*) AS people, coalesce(sum(waiting_rows), 0) AS rows FROM person WHERE vpd = :vpd AND waiting_rows > 0
""")


async def note_orphans(tx: WriteTx, vpd: str, now: datetime) -> None:
    """Raise the issue with what waits now, or close it."""
    found = (await tx.execute(_WAITING, {"vpd": vpd})).one()
    if not found.people:
        await close_issues(tx, vpd, [CAUSE], now)
        return
    rows = "1 row waits" if found.rows == 1 else f"{found.rows:,} rows wait"
    people = "a person" if found.people == 1 else f"{found.people:,} people"
    problem = Problem(
        cause=CAUSE,
        kind="orphans",
        severity="warning",
        title=f"{rows} for {people} whom ESR has not shown, or shows no more.",
        advice="Nothing is lost: what the rows say is published when their person comes. If it lasts, ask ESR for a snapshot, "
        "or have the rows removed in ESR. This closes by itself when no row waits.",
        place="files",
    )
    await raise_issue(tx, vpd, problem, now, count=int(found.rows))
