"""Planned against delivered, worked by hand. The quarter is 1 April to 30 June 2026: 91 days, 13 weeks.

With 42 working weeks a weekly PA is worth 13 x 42 / 52 = 10.5 PAs in the quarter, and 6 / 52 of a PA each day.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jobplan_adapter.delivery.leave import Absent, Away
from jobplan_adapter.delivery.reckoning import Comparison, Delivery, deliver
from jobplan_adapter.delivery.worked import Done, Extra, rates_over
from jobplan_adapter.plans.in_force import stretches_by_post

APRIL, JUNE = date(2026, 4, 1), date(2026, 6, 30)


def period(
    versions: list[Any], first: date, last: date, absences: Any = (), work: Any = (), extras: Any = ()
) -> Delivery:
    posts = stretches_by_post(versions, first, last)
    return deliver(posts, Away(absences), work, extras, rates_over(posts.values(), first, last))


def quarter(versions: list[Any], absences: Any = (), work: Any = (), extras: Any = ()) -> Delivery:
    return period(versions, APRIL, JUNE, absences, work, extras)


def planned(found: Delivery) -> dict[str, Decimal | None]:
    return {one.category: one.planned for one in found.categories}


def test_a_quarter_of_a_plan_is_its_pas_pro_rata_to_the_working_weeks(make_version: Any) -> None:
    found = quarter([make_version(APRIL, DCC="7.5", SPA="1.5", APA="0.5")])

    # 7.5 x 10.5 = 78.75; 1.5 x 10.5 = 15.75; 0.5 x 10.5 = 5.25
    assert planned(found) == {"DCC": Decimal("78.75"), "SPA": Decimal("15.75"), "APA": Decimal("5.25")}
    assert found.lines[0].working == "7.5 PAs x 91 / 7 weeks x 42 / 52"
    assert found.lines[0].source == "sard/10011 version 1"


def test_annual_leave_is_in_the_working_weeks_and_not_taken_off_twice(make_version: Any) -> None:
    leave = [Absent(date(2026, 5, 4), date(2026, 5, 17), allowed_for=True)]

    assert planned(quarter([make_version(APRIL, DCC="7.5")], leave)) == {"DCC": Decimal("78.75")}


def test_a_week_of_sickness_is_taken_off(make_version: Any) -> None:
    sick = [Absent(date(2026, 5, 4), date(2026, 5, 10), allowed_for=False)]

    found = quarter([make_version(APRIL, DCC="7.5")], sick)

    # 7.5 x (91 - 7) / 7 x 42 / 52 = 7.5 x 12 x 0.807692 = 72.692
    assert planned(found) == {"DCC": Decimal("72.69")}
    assert found.lines[0].working == "7.5 PAs x (91 - 7) / 7 weeks x 42 / 52"


def test_without_working_weeks_every_day_of_leave_is_taken_off(make_version: Any) -> None:
    leave = [Absent(date(2026, 5, 4), date(2026, 5, 17), allowed_for=True)]

    # Easter's two bank holidays and that of 25 May are off too, a fifth of a week each, and that of 4 May lies in the leave:
    # 7.5 x (91 - 14 - 3 x 1.4) / 7 x 52 / 52 = 7.5 x 72.8 / 7 = 78
    assert planned(quarter([make_version(APRIL, DCC="7.5", weeks=None)], leave)) == {"DCC": Decimal("78.00")}


def test_half_days_are_half_and_two_absences_on_a_day_are_one_day(make_version: Any) -> None:
    sick = [
        Absent(date(2026, 5, 4), date(2026, 5, 6), allowed_for=False, first_part="afternoon", last_part="morning"),
        Absent(date(2026, 5, 5), date(2026, 5, 5), allowed_for=False),
    ]

    # half + 1 + half = 2 of five working days, so 2.8 of seven: 7.5 x (91 - 2.8) x 6 / 52 / 7 = 76.327
    assert planned(quarter([make_version(APRIL, DCC="7.5")], sick)) == {"DCC": Decimal("76.33")}


def test_a_plan_that_changes_in_mid_period_counts_for_its_own_days(make_version: Any) -> None:
    found = quarter([make_version(APRIL, DCC="7.5"), make_version(date(2026, 5, 16), plan_id="2", DCC="6")])

    # 45 days of 7.5: 38.942; 46 days of 6: 31.846; together 70.788
    assert planned(found) == {"DCC": Decimal("70.79")}
    assert [(line.first, line.last, line.pas) for line in found.lines] == [
        (APRIL, date(2026, 5, 15), Decimal("38.94")),
        (date(2026, 5, 16), JUNE, Decimal("31.85")),
    ]


def test_days_without_a_plan_plan_nothing(make_version: Any) -> None:
    # 30 days of June: 7.5 x 30 x 6 / 52 = 25.962
    assert planned(quarter([make_version(date(2026, 6, 1), DCC="7.5")])) == {"DCC": Decimal("25.96")}
    assert quarter([]) == Delivery([], Decimal("0.00"), [])


def test_an_unreadable_figure_makes_the_planned_figure_unknown_and_not_zero(make_version: Any) -> None:
    found = quarter([make_version(APRIL, DCC="?", SPA="1")], work=[Done(APRIL, "DCC", "a/b/c", pas=Decimal(1))])

    assert found.categories[0] == Comparison("DCC", None, Decimal("1.00"), sessions_delivered=1)
    assert found.categories[0].difference is None
    assert planned(found)["SPA"] == Decimal("10.50")
    assert found.lines[0].working == "the figure cannot be read: ?"


def test_hours_become_pas_of_four_hours_and_of_three_in_premium_time(make_version: Any) -> None:
    work = [
        Done(APRIL, "DCC", "a/b/1", hours=Decimal(4)),  # 1
        Done(APRIL, "DCC", "a/b/2", hours=Decimal(4), premium=True),  # 1.3333
        Done(APRIL, "DCC", "a/b/3", pas=Decimal("1.25")),  # 1.25
        Done(APRIL, "DCC", "a/b/4", hours=Decimal(4), cancelled=True),  # nothing
    ]

    found = quarter([make_version(APRIL, DCC="7.5")], work=work)

    # 1 + 1.3333 + 1.25 = 3.5833; 3.58 - 78.75 = -75.17
    assert found.categories == [Comparison("DCC", Decimal("78.75"), Decimal("3.58"), Decimal("1.00"), None, 3)]
    assert found.categories[0].difference == Decimal("-75.17")
    assert [line.working for line in found.lines if line.kind == "delivered"] == [
        "4 hours / 4",
        "4 hours / 3 in premium time",
        "1.25 PAs",
    ]


def test_paid_extra_work_is_apart_and_never_in_plan(make_version: Any) -> None:
    work = [
        Done(APRIL, "DCC", "a/b/1", pas=Decimal(1)),
        Done(APRIL, "DCC", "a/b/2", pas=Decimal(1), paid_extra=True),
    ]
    extras = [Extra(APRIL, "submittal 1", Decimal(6), "hours"), Extra(APRIL, "submittal 2", Decimal(1), "sessions")]

    found = quarter([make_version(APRIL, DCC="7.5")], work=work, extras=extras)

    assert found.categories[0].delivered == Decimal("1.00")
    assert found.extra == Decimal("2.50")  # 6 / 4 + 1


def test_anr_and_ed_are_set_against_the_one_figure_that_sard_plans_for_both(make_version: Any) -> None:
    work = [Done(APRIL, "ANR", "a/b/1", pas=Decimal(1)), Done(APRIL, "ED", "a/b/2", pas=Decimal(2))]

    found = quarter([make_version(APRIL, **{"ANR+ED": "1"})], work=work)

    assert found.categories == [Comparison("ANR+ED", Decimal("10.50"), Decimal("3.00"), sessions_delivered=2)]


def test_a_figure_of_a_period_is_the_sum_of_its_parts(make_version: Any) -> None:
    plan = [make_version(APRIL, DCC="5.2")]
    whole = quarter(plan)
    parts = [period(plan, day, day) for day in (APRIL + timedelta(days=n) for n in range(91))]

    # 5.2 x 6 / 52 = 0.6 a day, exactly
    assert sum(planned(one)["DCC"] or 0 for one in parts) == planned(whole)["DCC"] == Decimal("54.60")
