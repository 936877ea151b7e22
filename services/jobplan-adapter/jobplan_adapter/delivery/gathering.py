"""Reads what the figures of many people are made of, in as many statements for thousands as for one: plans, work, paid extra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, text

from esrlink.db import ReadTx
from jobplan_adapter.delivery.worked import Extra, Rates, RatesOver, pas_of_extra
from jobplan_adapter.plans.versions import HeldVersion

# Compiling the statement of a small department takes longer than running it, and sums of a whole trust must not go to disk.
_TUNE = text("SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true)")

# Versions that matter for figures, without what no figure is made of.
_VERSIONS = text("""
SELECT h.employee_number AS number,
       jsonb_agg(jsonb_build_object(
         'provider', h.provider, 'plan_id', h.plan_id, 'version', v.version, 'state', v.state, 'plan_state', h.state,
         'current', v.version = h.version, 'effective_to', h.effective_to,
         'ends', LEAST((v.content ->> 'effective_to')::date,
                       CASE WHEN h.gone THEN (h.updated_at AT TIME ZONE 'Europe/London')::date - 1 END),
         'recorded_at', v.recorded_at,
         'content', v.content - ARRAY['sign_offs', 'spa_activities', 'flexible', 'unread', 'directorate', 'contract_type']
       ) ORDER BY v.recorded_at, v.provider, v.plan_id, v.version)::text AS versions
  FROM plan h JOIN plan_version v USING (vpd, provider, plan_id)
 WHERE h.vpd = :vpd AND h.employee_number = ANY(CAST(:numbers AS text[]))
   AND (v.version = h.version OR v.state = 'signed_off')
 GROUP BY h.employee_number
""")
_HELD = TypeAdapter(list[HeldVersion])

_STANDING_EXTRA = """
extra e
 WHERE e.vpd = :vpd AND e.employee_number = ANY(CAST(:numbers AS text[])) AND e.date BETWEEN :first AND :last
   AND NOT EXISTS (SELECT FROM void_submittal v
                    WHERE v.vpd = :vpd AND v.submittal_id = e.submittal_id AND v.version >= e.version)
   AND NOT EXISTS (SELECT FROM reversal r
                    WHERE r.vpd = :vpd AND r.corrects = e.submittal_id
                      AND NOT EXISTS (SELECT FROM void_submittal v
                                       WHERE v.vpd = :vpd AND v.submittal_id = r.submittal_id AND v.version >= r.version))
"""
_EXTRA = text(
    f"SELECT e.employee_number AS number, e.unit, sum(e.units) AS units FROM {_STANDING_EXTRA} GROUP BY 1, 2"  # noqa: S608 - of constants
)

# Work of a period, summed. `place` is the stretch between cuts; work in sessions is summed by weekday, because what a session is
# may differ by weekday. Weeks with work are bits: the first 60 of the period in one figure, the next 60 in the other.
_SUMS = """
SELECT w.employee_number AS number, {place} AS place, w.category, (w.cancelled OR w.displaced_by IS NOT NULL) AS gone,
       coalesce(w.product = CAST(:product AS text) AND w.department = CAST(:department AS text), false) AS here,
       CASE WHEN w.sessions IS NOT NULL THEN extract(isodow FROM w.date)::int - 1 END AS weekday,
       count(*) AS pieces, sum(w.pas) AS pas, sum(w.sessions) AS sessions,
       sum(w.hours) FILTER (WHERE NOT w.premium) AS hours, sum(w.hours) FILTER (WHERE w.premium) AS premium_hours,
       bit_or(CASE WHEN w.date < :later THEN 1::bigint << ((w.date - :first) / 7) ELSE 0 END) AS weeks,
       bit_or(CASE WHEN w.date < :later THEN 0 ELSE 1::bigint << ((w.date - :later) / 7) END) AS later_weeks
  FROM {source} w
 WHERE w.vpd = :vpd AND w.date BETWEEN :first AND :last AND w.employee_number = ANY(CAST(:{who} AS text[]))
 GROUP BY 1, 2, 3, 4, 5, 6
"""
_CUT = "width_bucket(w.date, CAST(:cuts AS date[]))"
# The same work by the rota's id, or by its day and the session's name.
_PAID = f"""(
    SELECT w.* FROM (SELECT e.* FROM {_STANDING_EXTRA}) e
      JOIN work w ON (w.vpd, w.product, w.department, w.work_id) = (e.vpd, e.product, e.department, e.record_id)
     WHERE w.employee_number = e.employee_number
     UNION
    SELECT w.* FROM (SELECT e.* FROM {_STANDING_EXTRA}) e
      JOIN work w ON (w.vpd, w.employee_number, w.date) = (e.vpd, e.employee_number, e.date)
     WHERE (w.product, w.department, w.session) = (e.product, e.department, e.session))"""  # noqa: S608 - of constants
_WHOLE_SUMS = text(_SUMS.format(place="0", source="work", who="uncut"))
_CUT_SUMS = text(_SUMS.format(place=_CUT, source="work", who="cut"))
_PAID_SUMS = text(_SUMS.format(place=_CUT, source=_PAID, who="numbers"))
_WEEKS_IN_A_FIGURE = 60


@dataclass(frozen=True, slots=True)
class Worked:
    """Some work of one person in one category, summed up. `sign` is -1 for what was paid extra and does not count after all."""

    category: str
    pas: Fraction
    pieces: int
    displaced: bool
    here: bool


@dataclass(slots=True)
class WorkOf:
    """One person's work of a period, and the weeks of it, counted from 0, for which any was put."""

    worked: list[Worked]
    weeks: set[int]


async def tune(tx: ReadTx) -> None:
    """Make the transaction fit for large sums."""
    await tx.execute(_TUNE)


async def versions_of_people(tx: ReadTx, vpd: str, numbers: Sequence[str]) -> dict[str, list[HeldVersion]]:
    """The versions that matter for the figures of these people, oldest first."""
    rows = await tx.all(_VERSIONS, {"vpd": vpd, "numbers": list(numbers)})
    return {row.number: _HELD.validate_json(row.versions) for row in rows}


async def extra_of_people(tx: ReadTx, vpd: str, numbers: Sequence[str], first: date, last: date) -> dict[str, Fraction]:
    """PAs of paid extra work of these people in a period."""
    rows = await tx.all(_EXTRA, {"vpd": vpd, "numbers": list(numbers), "first": first, "last": last})
    found: dict[str, Fraction] = {}
    for row in rows:
        pas, _ = pas_of_extra(Extra(first, "", row.units, row.unit))
        found[row.number] = found.get(row.number, Fraction(0)) + pas
    return found


async def work_of_people(
    tx: ReadTx,
    vpd: str,
    rates: Mapping[str, Sequence[RatesOver]],
    first: date,
    last: date,
    *,
    here: tuple[str, str] | None = None,
    any_extra: bool = True,
) -> dict[str, WorkOf]:
    """The work of these people in a period, at their rates; `here` marks that of one department (product and department)."""
    cut = [number for number, some in rates.items() if len(some) > 1]
    cuts = sorted({one.first for number in cut for one in rates[number]} - {first})
    values: dict[str, Any] = {
        "vpd": vpd,
        "first": first,
        "last": last,
        "later": first + timedelta(days=7 * _WEEKS_IN_A_FIGURE),
        "product": here[0] if here else None,
        "department": here[1] if here else None,
        "cuts": cuts,
        "cut": cut,
        "uncut": [number for number, some in rates.items() if len(some) == 1],
        "numbers": list(rates),
    }
    starts = [first, *cuts]
    found: dict[str, WorkOf] = {}
    for statement, wanted, sign in (
        (_WHOLE_SUMS, bool(values["uncut"]), 1),
        (_CUT_SUMS, bool(cut), 1),
        (_PAID_SUMS, any_extra, -1),
    ):
        for row in await tx.all(statement, values) if wanted else ():
            own = found.setdefault(row.number, WorkOf([], set()))
            used = _rates_on(rates[row.number], starts[row.place])
            own.worked.append(Worked(row.category, sign * _pas(row, used), sign * row.pieces, row.gone, row.here))
            own.weeks |= _weeks(row.weeks, 0) | _weeks(row.later_weeks, _WEEKS_IN_A_FIGURE)
    return found


def _rates_on(rates: Sequence[RatesOver], day: date) -> Rates:
    return rates[0].rates if len(rates) == 1 else next(one.rates for one in rates if one.first <= day <= one.last)


def _pas(row: Row[Any], rates: Rates) -> Fraction:
    """PAs of summed work. What is of sessions has neither hours nor PAs, and is of one weekday."""
    if row.weekday is not None:
        return Fraction(row.sessions) * Fraction(rates.session(row.weekday, row.category))
    total = Fraction(row.pas or 0)
    if row.hours:
        total += Fraction(row.hours) / Fraction(rates.hours_per_pa)
    if row.premium_hours:
        total += Fraction(row.premium_hours) / Fraction(rates.hours_per_premium_pa)
    return total


def _weeks(bits: int, offset: int) -> set[int]:
    return {offset + number for number in range(_WEEKS_IN_A_FIGURE) if bits >> number & 1}
