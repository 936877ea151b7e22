"""Loading the live records of people, of whichever department, around the days that a batch is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import TextClause, text

from esrlink.db import ReadTx
from esrlink.db.questions import Question, arrays
from submittals.content import content_in
from submittals.judging.claims import Claims
from submittals.records.record import NOT_CLAIMING
from submittals.rules.claim import Claim, StoredWork

_DAY = timedelta(days=1)

_WANTED = """unnest(CAST(:people AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS wanted (person, first, last)"""
_CLAIMING = f"""
       s.state NOT IN ({", ".join(f"'{state}'" for state in sorted(NOT_CLAIMING))})
       -- What was taken back stands for nothing any more, and neither does what takes it back.
       AND NOT s.taken_back AND coalesce(s.relation, '') <> 'reversal'
"""


def _said(found: str) -> str:
    """What is told of the records found. Each version is looked up by its key, and no others are read."""
    return f"""
SELECT s.id, s.product, s.department, s.record_id, s.kind, s.sent, s.employee_number, s.first_day,
       v.content->>'starts' AS starts, v.content->>'ends' AS ends, v.content->>'units' AS units, v.content->>'unit' AS unit,
       v.content->>'in_lieu' AS in_lieu, v.content::text AS content
  FROM ({found}) AS s
 CROSS JOIN LATERAL (
       SELECT v.content FROM submittal_version v
        WHERE v.vpd = :vpd AND v.submittal_id = s.id AND v.version = s.version OFFSET 0
       ) v
"""  # noqa: S608 - of this module's own parts


# Person by person by their index, however many records there are: left to itself, PostgreSQL reads the index of the whole trust.
_LIVE = text(
    _said(f"""
    SELECT s.* FROM {_WANTED}
     CROSS JOIN LATERAL (
           SELECT * FROM submittal s
            WHERE s.vpd = :vpd AND s.employee_number = wanted.person
              AND s.last_day >= wanted.first AND s.first_day <= wanted.last OFFSET 0
           ) s
     WHERE {_CLAIMING}
    UNION ALL
    SELECT s.* FROM submittal s JOIN {_WANTED} ON s.employee_number = wanted.person AND s.first_day <= wanted.last
     WHERE s.vpd = :vpd AND s.last_day IS NULL AND {_CLAIMING}""")  # noqa: S608
)
_CLOSING = text(
    _said(f"""
    SELECT s.* FROM {_WANTED}
     CROSS JOIN LATERAL (
           SELECT * FROM submittal s
            WHERE s.vpd = :vpd AND s.employee_number = wanted.person AND s.kind = 'absence'
              AND s.last_day >= wanted.first AND s.first_day = wanted.first OFFSET 0
           ) s
     WHERE {_CLAIMING}""")  # noqa: S608
)


def claims_around(vpd: str, spans: Mapping[str, tuple[date, date]]) -> Question[Claims]:
    """The live records of these people (by employee number) that touch their days, first to last; see `with_closings`."""
    # A night session reaches into the next day, so a day more on either side.
    days = [(number, first - _DAY, last + _DAY) for number, (first, last) in spans.items()]
    return _added(_LIVE, vpd, days, Claims())


async def with_closings(tx: ReadTx, vpd: str, claims: Claims) -> Claims:
    """The same with what closes the open absences among them, however long before those days that begins."""
    opened = [(number, first, first) for number, first in claims.opened()]
    # Where an open absence ends, its closing says: it has the same first day.
    return await tx.answer(_added(_CLOSING, vpd, opened, claims)) if opened else claims


def _added(statement: TextClause, vpd: str, days: Sequence[tuple[str, date, date]], claims: Claims) -> Question[Claims]:
    """The claims, with what the statement finds of these people on these days."""

    def read(rows: Sequence[Any]) -> Claims:
        for row in rows:
            claims.add(row.employee_number, _claim(row))
        return claims

    return Question(statement, {"vpd": vpd, **arrays(days, "people", "firsts", "lasts")}, read)


def _claim(row: Any) -> Claim:
    if row.kind == "absence":
        content = content_in("absence", row.content)
        return Claim(row.id, row.product, row.department, content, row.sent, row.record_id)
    return StoredWork(
        row.id, row.product, row.department, row.content, row.sent, row.record_id,
        day=row.first_day, starts=row.starts, ends=row.ends, units=row.units, unit=row.unit, in_lieu=row.in_lieu == "true",
    )  # fmt: skip
