"""What the pays around now hold: records by pay element and by how far they are, with their money.

A record belongs to the pay whose cut-off comes first after its first day is over, whenever it is approved. What counts as
approved and as late is said in one place for pages and reports: `records.counted`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import text

from esrlink.db import ReadTx
from submittals.deadlines.when import belongs_from
from submittals.esr.cut_offs import PayCalendar
from submittals.records.counted import BELONGS, SIGN, STAGE, missed

_BEFORE, _AFTER = 2, 1
"""Pays shown before and after the one that comes next."""

_FIGURES = text(f"""
SELECT p.number, s.kind, coalesce(v.content->>'pay_element', '') AS element, {STAGE} AS stage,
       (p.at <= :now AND {missed("p.at")}) AS late,
       count(*) AS records, coalesce(sum({SIGN} * (v.content->>'units')::numeric), 0) AS units,
       coalesce(sum({SIGN} * (v.content->>'amount')::numeric), 0) AS amount
  FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[]), CAST(:ats AS timestamptz[]))
       WITH ORDINALITY AS p(first, last, at, number)
       -- Each pay's days by their index, then what each record says by its key: what else is stored is not read.
 CROSS JOIN LATERAL (
       SELECT s.id, s.version, s.kind, s.state, s.relation FROM submittal s
        WHERE s.vpd = :vpd AND s.first_day >= p.first AND s.first_day < p.last OFFSET 0
       ) s
 CROSS JOIN LATERAL (
       SELECT v.content FROM submittal_version v
        WHERE v.vpd = :vpd AND v.submittal_id = s.id AND v.version = s.version OFFSET 0
       ) v
 WHERE {BELONGS}
 GROUP BY 1, 2, 3, 4, 5
 ORDER BY 1, 2, 3, 4, 5
""")  # noqa: S608 - no value of anybody's


@dataclass(frozen=True, slots=True)
class Period:
    """A pay: its run, its name, its cut-off, and the days that belong to it: from `first`, before `last`."""

    run_code: str
    pay_name: str
    cut_off: datetime
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Share:
    """Records of a pay that are alike: `element` empty for absences and where none is known; `stage` approved, waiting or
    rejected; late when they missed the pay's cut-off. `amount` in pounds."""

    period: Period
    kind: str
    element: str
    stage: str
    late: bool
    records: int
    units: Decimal
    amount: Decimal


def periods_around(calendar: PayCalendar, now: datetime) -> list[Period]:
    """The pays around now, oldest first; none when no cut-off is known."""
    closings = calendar.closings
    place = next((n for n, closing in enumerate(closings) if closing.at > now), len(closings))
    shown = range(max(place - _BEFORE, 0), min(place + _AFTER + 1, len(closings)))
    return [
        Period(
            closings[n].run_code,
            closings[n].pay_name,
            closings[n].at,
            belongs_from(closings[n - 1].at) if n else date.min,
            belongs_from(closings[n].at),
        )
        for n in shown
    ]


async def shares(tx: ReadTx, vpd: str, periods: Sequence[Period], now: datetime) -> list[Share]:
    """All records of these pays, counted together where they are alike. One statement."""
    if not periods:
        return []
    values = {
        "vpd": vpd,
        "now": now,
        "firsts": [period.first for period in periods],
        "lasts": [period.last for period in periods],
        "ats": [period.cut_off for period in periods],
    }
    return [
        Share(periods[row.number - 1], row.kind, row.element, row.stage, row.late, row.records, row.units, row.amount)
        for row in await tx.all(_FIGURES, values)
    ]
