"""Absences as the reckoning takes them: with the whole weeks around a period, because a week's days away count together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import RowMapping

from esrlink.db import ReadTx
from jobplan_adapter.delivery.leave import Absent, Away
from jobplan_adapter.work.standing import absences_of


async def absences_around(
    tx: ReadTx, vpd: str, numbers: Sequence[str], first: date, last: date
) -> Sequence[RowMapping]:
    """Absences of these people that touch the weeks of a period. One statement, however many people."""
    monday, sunday = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    return await absences_of(tx, vpd, numbers, monday, sunday)


def away_from(rows: Iterable[RowMapping], allowed_leave: Iterable[str], today: date) -> Away:
    """One person's absences. `allowed_leave`: types that working weeks allow for, whatever their letters' case."""
    allowed = {one.casefold() for one in allowed_leave}
    return Away(
        Absent(
            first=row["starts"],
            last=row["ends"] or max(row["starts"], today),
            open=row["ends"] is None,
            allowed_for=row["absence_type"].casefold() in allowed,
            first_part=row["start_part"],
            last_part=row["end_part"],
        )
        for row in rows
    )
