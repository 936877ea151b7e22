"""Work summed up by person and month, so that figures of thousands over a year need not read millions of pieces of work.

The sums are made anew from the work itself, never added to, by the loop that takes the notes of what changed. A month that is
noted is out of date: until it is summed up again its work is read piece by piece, and so are days at the ends of a period that
are no whole month, and months in which a person's rates change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, text

from esrlink.db import ReadTx, WriteTx
from jobplan_adapter.delivery.worked import Rates, RatesOver
from jobplan_adapter.work.touched import Note, noted

# What of `extra` stands: neither withdrawn nor reversed by what was not withdrawn itself.
STANDING = """
NOT EXISTS (SELECT FROM void_submittal v WHERE v.vpd = :vpd AND v.submittal_id = e.submittal_id AND v.version >= e.version)
AND NOT EXISTS (SELECT FROM reversal r
                 WHERE r.vpd = :vpd AND r.corrects = e.submittal_id
                   AND NOT EXISTS (SELECT FROM void_submittal v
                                    WHERE v.vpd = :vpd AND v.submittal_id = r.submittal_id AND v.version >= r.version))
"""


def _thousandths(column: str, condition: str) -> str:
    return f"coalesce(sum(w.{column} * 1000) FILTER (WHERE NOT w.paid AND {condition}), 0)::int"


_SESSIONS = ", ".join(_thousandths("sessions", f"w.weekday = {n}") for n in range(1, 8))
# Pieces of work of some people, each from a first to a last day. What was approved as paid extra, by the rota's id or by its day
# and session, counts for nothing but that work was put.
_PIECES = f"""
  paid_extra AS MATERIALIZED (
    SELECT DISTINCT e.employee_number, e.product, e.department, e.record_id, e.date, e.session FROM extra e
     WHERE e.vpd = :vpd AND e.employee_number = ANY(CAST(:numbers AS text[])) AND {STANDING}),
  piece AS (
    SELECT w.*, w.cancelled OR w.displaced_by IS NOT NULL AS gone, extract(isodow FROM w.date)::int AS weekday,
           (i.record_id IS NOT NULL OR d.session IS NOT NULL) AS paid
      FROM unnest(CAST(:numbers AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS r(number, first, last)
      JOIN work w ON w.vpd = :vpd AND w.employee_number = r.number AND w.date BETWEEN r.first AND r.last
      LEFT JOIN (SELECT DISTINCT employee_number, product, department, record_id FROM paid_extra) i
        ON (i.employee_number, i.product, i.department, i.record_id) = (w.employee_number, w.product, w.department, w.work_id)
      LEFT JOIN (SELECT DISTINCT employee_number, product, department, date, session FROM paid_extra
                  WHERE session IS NOT NULL) d
        ON (d.employee_number, d.product, d.department, d.date, d.session)
         = (w.employee_number, w.product, w.department, w.date, w.session))
"""  # noqa: S608 - of constants
_OF_PIECES = f"""
       count(*) FILTER (WHERE NOT w.paid)::int AS pieces, {_thousandths("pas", "true")} AS pas,
       {_thousandths("hours", "NOT w.premium")} AS hours, {_thousandths("hours", "w.premium")} AS premium_hours,
       ARRAY[{_SESSIONS}] AS sessions,
"""
_SUM_UP = text(f"""
WITH {_PIECES}
INSERT INTO work_month (vpd, employee_number, month, product, department, category, gone, pieces, pas, hours, premium_hours,
                        sessions, weeks)
SELECT :vpd, w.employee_number, date_trunc('month', w.date)::date AS month, w.product, w.department, w.category, w.gone,
       {_OF_PIECES}
       bit_or(1 << ((w.date - date_trunc('week', date_trunc('month', w.date))::date) / 7)) AS weeks
  FROM piece w GROUP BY 2, 3, 4, 5, 6, 7
""")  # noqa: S608 - of constants
_FORGET = text("""
DELETE FROM work_month m
 USING unnest(CAST(:numbers AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS r(number, first, last)
 WHERE m.vpd = :vpd AND m.employee_number = r.number AND m.month BETWEEN r.first AND r.last
""")

# Weeks with work are bits, counted from the one in which the period begins: the first 60 in one figure, the next in another.
_HERE = "coalesce(w.product = CAST(:product AS text) AND w.department = CAST(:department AS text), false) AS here"
_OF_DAYS = text(f"""
WITH {_PIECES}
SELECT w.employee_number AS number, width_bucket(w.date, CAST(:cuts AS date[])) AS place, w.category, w.gone, {_HERE},
       {_OF_PIECES}
       bit_or(CASE WHEN w.date < :later THEN 1::bigint << ((w.date - :monday) / 7) ELSE 0 END) AS weeks,
       bit_or(CASE WHEN w.date < :later THEN 0 ELSE 1::bigint << ((w.date - :later) / 7) END) AS later_weeks
  FROM piece w GROUP BY 1, 2, 3, 4, 5
""")  # noqa: S608 - of constants
_OF_MONTHS = text(f"""
SELECT w.employee_number AS number, width_bucket(w.month, CAST(:cuts AS date[])) AS place, w.category, w.gone, {_HERE},
       sum(w.pieces) AS pieces, sum(w.pas) AS pas, sum(w.hours) AS hours, sum(w.premium_hours) AS premium_hours,
       ARRAY[{", ".join(f"sum(w.sessions[{n}])" for n in range(1, 8))}] AS sessions,
       bit_or(CASE WHEN w.month < :later THEN w.weeks::bigint << ((w.month - :monday) / 7) ELSE 0 END) AS weeks,
       bit_or(CASE WHEN w.month < :later THEN 0 ELSE w.weeks::bigint << ((w.month - :later) / 7) END) AS later_weeks
  FROM work_month w
 WHERE w.vpd = :vpd AND w.employee_number = ANY(CAST(:numbers AS text[])) AND w.month BETWEEN :first AND :last
   AND NOT EXISTS (SELECT FROM unnest(CAST(:out_numbers AS text[]), CAST(:out_months AS date[])) AS o(number, month)
                    WHERE o.number = w.employee_number AND o.month = w.month)
 GROUP BY 1, 2, 3, 4, 5
""")  # noqa: S608 - of constants
_WEEKS_IN_A_FIGURE = 60
_WEEKS_OF_A_MONTH = 6
_THOUSAND = 1000

Range = tuple[str, date, date]


@dataclass(frozen=True, slots=True)
class Worked:
    """Some work of one person in one category, summed up."""

    category: str
    pas: Fraction
    pieces: int
    displaced: bool
    here: bool


@dataclass(slots=True)
class WorkOf:
    """One person's work of a period, and as bits the weeks of it, the first is 0, for which any was put."""

    worked: list[Worked] = field(default_factory=list)
    bits: int = 0

    @property
    def weeks(self) -> set[int]:
        """The weeks for which any was put."""
        return {number for number in range(self.bits.bit_length()) if self.bits >> number & 1}


async def sum_up(tx: WriteTx, vpd: str, notes: Collection[Note]) -> None:
    """Sum up anew what these notes are about, in two statements."""
    every = {one.number for one in notes if one.every_month}
    some = sorted({(one.number, one.month) for one in notes if one.month and one.number not in every})
    ranges = [(number, date.min, date.max) for number in sorted(every)]
    ranges += [(number, month, _end_of(month)) for number, month in some]
    if ranges:
        await tx.execute(_FORGET, _ranged(vpd, ranges))
        await tx.execute(_SUM_UP, _ranged(vpd, ranges))


async def work_of_people(
    tx: ReadTx,
    vpd: str,
    rates: Mapping[str, Sequence[RatesOver]],
    first: date,
    last: date,
    *,
    here: tuple[str, str] | None = None,
) -> dict[str, WorkOf]:
    """The work of these people in a period, at their rates; `here` marks that of one department (product and department)."""
    months = list(_whole_months(first, last))
    # Read first: what is noted or summed up after it is told as it was just before, or just after.
    notes = await noted(tx, vpd, list(rates))
    out = set(_out_of_date(notes, rates, months))
    cuts = sorted({one.first for some in rates.values() for one in some} - {first})
    monday = first - timedelta(days=first.weekday())
    later = monday + timedelta(days=7 * (_WEEKS_IN_A_FIGURE - _WEEKS_OF_A_MONTH))
    values: dict[str, Any] = {
        "product": here[0] if here else None,
        "department": here[1] if here else None,
        "cuts": cuts,
        "monday": monday,
        "later": later,
    }
    found: dict[str, WorkOf] = {}
    if months:
        numbers, out_months = zip(*sorted(out), strict=True) if out else ((), ())
        of_months = {
            "vpd": vpd,
            "numbers": list(rates),
            "first": months[0],
            "last": months[-1],
            "out_numbers": list(numbers),
            "out_months": list(out_months),
        }
        _add(found, await tx.all(_OF_MONTHS, values | of_months), rates, [first, *cuts])
    ranges = [*_edges(rates, months, first, last), *((number, month, _end_of(month)) for number, month in sorted(out))]
    if ranges:
        _add(found, await tx.all(_OF_DAYS, values | _ranged(vpd, ranges)), rates, [first, *cuts])
    return found


def _add(
    found: dict[str, WorkOf], rows: Iterable[Row[Any]], rates: Mapping[str, Sequence[RatesOver]], starts: Sequence[date]
) -> None:
    for row in rows:
        own = found.setdefault(row.number, WorkOf())
        used = _rates_on(rates[row.number], starts[row.place])
        own.worked.append(Worked(row.category, _pas(row, used), row.pieces, row.gone, row.here))
        own.bits |= row.weeks | row.later_weeks << (_WEEKS_IN_A_FIGURE - _WEEKS_OF_A_MONTH)


def _out_of_date(
    notes: Collection[Note], rates: Mapping[str, Sequence[RatesOver]], months: Sequence[date]
) -> Iterator[tuple[str, date]]:
    """People's months whose sums must not be used: noted, or with a change of rates in them."""
    within = set(months)
    for note in notes:
        if note.every_month:
            yield from ((note.number, one) for one in months)
        elif note.month in within:
            yield note.number, note.month
    for number, some in rates.items():
        for one in some[1:]:
            if one.first.day > 1 and (month := one.first.replace(day=1)) in within:
                yield number, month


def _whole_months(first: date, last: date) -> Iterator[date]:
    """The first days of the months that lie in a period as a whole."""
    month = first if first.day == 1 else _end_of(first) + timedelta(days=1)
    while _end_of(month) <= last:
        yield month
        month = _end_of(month) + timedelta(days=1)


def _edges(numbers: Iterable[str], months: Sequence[date], first: date, last: date) -> Iterator[Range]:
    """The days of a period before its first whole month and after its last."""
    parts = [(first, months[0] - timedelta(days=1)), (_end_of(months[-1]) + timedelta(days=1), last)] if months else []
    for begin, end in parts or [(first, last)]:
        if begin <= end:
            yield from ((number, begin, end) for number in numbers)


def _end_of(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _ranged(vpd: str, ranges: Sequence[Range]) -> dict[str, Any]:
    numbers, firsts, lasts = zip(*ranges, strict=True)
    return {"vpd": vpd, "numbers": list(numbers), "firsts": list(firsts), "lasts": list(lasts)}


def _rates_on(rates: Sequence[RatesOver], day: date) -> Rates:
    return rates[0].rates if len(rates) == 1 else next(one.rates for one in rates if one.first <= day <= one.last)


def _pas(row: Row[Any], rates: Rates) -> Fraction:
    """PAs of summed work: exact, with one division."""
    whole = Decimal(row.pas)
    for weekday, sessions in enumerate(row.sessions):
        if sessions:
            whole += sessions * rates.session(weekday, row.category)
    per, per_premium = rates.hours_per_pa, rates.hours_per_premium_pa
    hours = row.hours * per_premium + row.premium_hours * per
    return Fraction(whole * per * per_premium + hours) / Fraction(per * per_premium * _THOUSAND)
