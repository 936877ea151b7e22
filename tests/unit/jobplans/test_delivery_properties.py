"""What holds of planned against delivered whatever the plans, the leave and the work are. Compared before anything is rounded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobplan_adapter.delivery.leave import Absent, Away
from jobplan_adapter.delivery.planned import portions
from jobplan_adapter.delivery.reckoning import Sums
from jobplan_adapter.delivery.worked import Done, pas_of, rates_over
from jobplan_adapter.plans.in_force import stretches_by_post

FIRST, LAST = date(2026, 3, 1), date(2027, 2, 28)
LENGTH = (LAST - FIRST).days
PARTS = st.sampled_from(["full", "morning", "afternoon"])
days = st.integers(0, LENGTH).map(lambda n: FIRST + timedelta(days=n))
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

WEEKS = st.sampled_from(["42", "38.5", None])
TIMETABLES = st.sampled_from(
    [[], [("monday", "DCC")], [("tuesday", "DCC"), ("thursday", "SPA"), ("saturday", "DCC")], [("sunday", "DCC")]]
)


@st.composite
def absents(draw: st.DrawFn) -> list[Absent]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begins = draw(days)
        ends = begins + timedelta(days=draw(st.integers(0, 40)))
        found.append(Absent(begins, ends, draw(st.booleans()), first_part=draw(PARTS), last_part=draw(PARTS)))
    return found


def asked(versions: list[Any], absences: list[Absent], first: date, last: date) -> dict[str, Fraction]:
    """PAs that plans ask for, exactly."""
    sums, away = Sums(), Away(absences)
    for stretch in (one for some in stretches_by_post(versions, first, last).values() for one in some):
        for portion in portions(stretch, away):
            sums.plan(portion)
    return {name: pas or Fraction(0) for name, pas in sums.planned.items()}


def a_plan(
    make_version: Any, begins: date, weeks: str | None, week: list[tuple[str, str]], *, plan_id: str = "1"
) -> Any:
    says = {
        "timetable": [{"weekday": day, "category": category, "pas": {"value": "1"}} for day, category in week],
        "annualised": [{"category": "SPA", "pas_a_year": {"value": "41"}, "year_starts": date(2024, 2, 29)}],
    }
    return make_version(begins, plan_id=plan_id, weeks=weeks, says=says, DCC="7.3")


@given(cut=days, absences=absents(), weeks=WEEKS, week=TIMETABLES)
@quick
def test_splitting_a_plan_at_any_date_changes_nothing(
    make_version: Any, cut: date, absences: list[Absent], weeks: str | None, week: list[tuple[str, str]]
) -> None:
    whole = [a_plan(make_version, FIRST, weeks, week)]
    split = [*whole, a_plan(make_version, cut, weeks, week, plan_id="2")]

    assert asked(split, absences, FIRST, LAST) == asked(whole, absences, FIRST, LAST)


@given(cut=days, absences=absents(), weeks=WEEKS, week=TIMETABLES)
@quick
def test_what_is_asked_for_in_a_period_is_the_sum_of_its_parts(
    make_version: Any, cut: date, absences: list[Absent], weeks: str | None, week: list[tuple[str, str]]
) -> None:
    plan = [a_plan(make_version, FIRST, weeks, week)]
    before, after = (
        asked(plan, absences, FIRST, cut),
        asked(plan, absences, cut + timedelta(days=1), LAST + timedelta(days=1)),
    )

    whole = asked(plan, absences, FIRST, LAST + timedelta(days=1))

    assert {name: before[name] + after[name] for name in whole} == whole


@given(absences=absents(), more=absents(), weeks=WEEKS, week=TIMETABLES, first=days, length=st.integers(0, 60))
@quick
def test_leave_never_raises_what_is_owed_nor_takes_off_more_than_there_is(
    make_version: Any,
    absences: list[Absent],
    more: list[Absent],
    weeks: str | None,
    week: list[tuple[str, str]],
    first: date,
    length: int,
) -> None:
    plan = [a_plan(make_version, FIRST, weeks, week)]
    last = first + timedelta(days=length)

    fewer, most = asked(plan, [*absences, *more], first, last), asked(plan, absences, first, last)

    assert all(0 <= fewer[name] <= most[name] for name in most)


@st.composite
def works(draw: st.DrawFn) -> list[Done]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        measure = draw(st.sampled_from(["pas", "hours", "sessions"]))
        amount = draw(st.decimals(0, 10, places=3))
        premium, category = draw(st.booleans()), draw(st.sampled_from(["DCC", "SPA", "ED"]))
        found.append(Done(draw(days), category, f"a/b/{number}", premium=premium, **{measure: amount}))
    return found


@given(work=works(), cut=days, week=TIMETABLES)
@quick
def test_delivered_is_additive_over_periods(
    make_version: Any, work: list[Done], cut: date, week: list[tuple[str, str]]
) -> None:
    plan = [a_plan(make_version, FIRST, "42", week), a_plan(make_version, date(2026, 10, 1), "42", [], plan_id="2")]

    def delivered(first: date, last: date) -> Fraction:
        rates = rates_over(stretches_by_post(plan, first, last).values(), first, last)
        theirs = [one for one in work if first <= one.day <= last]
        used = [(one, next(r.rates for r in rates if r.first <= one.day <= r.last)) for one in theirs]
        return sum((pas_of(one, its)[0] for one, its in used), Fraction(0))

    later = delivered(cut + timedelta(days=1), LAST) if cut < LAST else Fraction(0)
    assert delivered(FIRST, cut) + later == delivered(FIRST, LAST)


@pytest.mark.parametrize("weeks", ["42", None])
def test_more_working_weeks_or_more_pas_ask_for_more(make_version: Any, weeks: str | None) -> None:
    less, more = make_version(FIRST, weeks=weeks, DCC="6"), make_version(FIRST, weeks=weeks, DCC="7")

    assert asked([less], [], FIRST, LAST)["DCC"] * 7 == asked([more], [], FIRST, LAST)["DCC"] * 6
    assert (
        asked([make_version(FIRST, weeks="41", DCC="6")], [], FIRST, LAST)["DCC"]
        < asked([less], [], FIRST, LAST)["DCC"]
    )
    assert Decimal(6) * 38 < asked([less], [], FIRST, LAST)["DCC"] < Decimal(6) * 53
