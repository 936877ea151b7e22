"""The payroll calendar of the invented trusts."""

import itertools
from datetime import date

from esr_sandbox.world.payroll_calendar import pay_periods


def test_april_is_period_one_and_august_2026_is_period_five_of_the_year_ending_2027() -> None:
    periods = pay_periods()
    assert [(period.pp, period.start.month) for period in (periods[0], periods[4], periods[11])] == [
        ("01", 4),
        ("05", 8),
        ("12", 3),
    ]
    assert {period.yy for period in periods} == {"27"}
    assert periods[4].cut_off == "2026-09-02T12:00"


def test_periods_touch_and_cover_the_year() -> None:
    periods = pay_periods()
    assert (periods[0].start, periods[-1].end) == (date(2026, 4, 1), date(2027, 3, 31))
    assert all((later.start - earlier.end).days == 1 for earlier, later in itertools.pairwise(periods))


def test_a_cut_off_on_a_weekend_or_bank_holiday_moves_to_the_working_day_before() -> None:
    by_number = {period.pp: period.cut_off for period in pay_periods()}
    assert by_number["04"] == "2026-07-31T12:00"  # 2 August 2026 is a Sunday
    assert by_number["09"] == "2026-12-31T12:00"  # 2 January 2027 is a Saturday, the day before it a holiday
