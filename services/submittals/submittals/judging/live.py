"""Loading the live records of people, of whichever department, around the days that a batch is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from esrlink.db import ReadTx
from esrlink.db.questions import Question, arrays
from submittals.content import content_of
from submittals.judging.claims import Claims
from submittals.records.record import NOT_CLAIMING
from submittals.rules import Claim

_DAY = timedelta(days=1)

# What was taken back stands for nothing any more, and neither does what takes it back.
_LIVE = """
SELECT s.id, s.product, s.department, s.record_id, s.kind, s.sent, s.employee_number, v.content
  FROM unnest(CAST(:people AS text[]), CAST(:first AS date[]), CAST(:last AS date[])) AS d (person, first, last)
  JOIN submittal s ON s.vpd = :vpd AND s.employee_number = d.person AND {fits}
  JOIN submittal_version v ON v.vpd = s.vpd AND v.submittal_id = s.id AND v.version = s.version
 WHERE s.state <> ALL(CAST(:nothing AS text[])) AND NOT s.taken_back AND coalesce(s.relation, '') <> 'reversal'
"""
_AROUND = text(_LIVE.format(fits="s.first_day <= d.last AND (s.last_day IS NULL OR s.last_day >= d.first)"))
_CLOSINGS = text(_LIVE.format(fits="s.first_day = d.first AND s.last_day IS NOT NULL AND s.kind = 'absence'"))


def claims_around(vpd: str, spans: Mapping[str, tuple[date, date]]) -> Question[Claims]:
    """The live records of these people (by employee number) that touch their days, first to last; see `with_closings`."""
    # A night session reaches into the next day, so a day more on either side.
    days = [(number, first - _DAY, last + _DAY) for number, (first, last) in spans.items()]
    return _live(_AROUND, vpd, days, Claims())


async def with_closings(tx: ReadTx, vpd: str, claims: Claims) -> Claims:
    """The same with what closes the open absences among them, however long before those days it begins."""
    opened = claims.opened()
    if opened:
        # Where an open absence ends, its closing says: it has the same first day.
        await tx.ask(_live(_CLOSINGS, vpd, [(number, first, first) for number, first in opened], claims))
    return claims


def _live(statement: Any, vpd: str, days: Sequence[tuple[str, date, date]], claims: Claims) -> Question[Claims]:
    """Adds what it finds to `claims`."""

    def read(rows: Sequence[Any]) -> Claims:
        for row in rows:
            content = content_of(row.kind, row.content)
            claim = Claim(row.id, row.product, row.department, content, row.sent, row.record_id)
            claims.add(row.employee_number, claim)
        return claims

    values = {"vpd": vpd, "nothing": sorted(NOT_CLAIMING), **arrays(days, "people", "first", "last")}
    return Question(statement, values, read)
