"""What addresses of pages say: periods, and where a page of a list begins. What nobody may have typed is refused in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esrlink.errors import Invalid
from jobplan_adapter.dashboard.period import LONGEST_DAYS, Period, period_of, this_year, usual_periods
from jobplan_adapter.dashboard.place import key_at, place_of

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 8, 3), date(2026, 4, 1), date(2026, 8, 2)),
        (date(2027, 3, 31), date(2026, 4, 1), date(2027, 3, 30)),
        (date(2027, 4, 1), date(2027, 4, 1), date(2027, 4, 1)),
    ],
)
def test_the_plan_year_so_far_is_shown_first(today: date, first: date, last: date) -> None:
    assert period_of("", "", today) == this_year(today) == Period(first, last)


def test_the_last_plan_year_is_whole() -> None:
    periods = dict(usual_periods(date(2026, 8, 3)))

    assert periods["Last plan year"] == Period(date(2025, 4, 1), date(2026, 3, 31))
    assert periods["The last four weeks"] == Period(date(2026, 7, 6), date(2026, 8, 2))


def test_a_period_is_kept_and_one_that_is_none_is_refused() -> None:
    today = date(2026, 8, 3)

    assert period_of("2026-05-01", "2026-05-01", today).address == "from=2026-05-01&to=2026-05-01"
    assert period_of("2027-01-01", "", today) == Period(date(2027, 1, 1), date(2027, 1, 1))
    for first, last in (
        ("2026-05-02", "2026-05-01"),
        ("2020-01-01", "2026-01-01"),
        ("yesterday", ""),
        ("", "9999-12-31"),
        ("1066-10-14", "1066-10-15"),
    ):
        with pytest.raises(Invalid):
            period_of(first, last, today)
    assert LONGEST_DAYS == 731


@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_a_place_comes_back_as_it_was(key: tuple[str, str, str, str]) -> None:
    assert key_at(place_of(key)) == key


@pytest.mark.parametrize("cursor", ["x", "bm9uZQ==", "WzEsMiwzLDRd", "WyJhIl0=", "____", "A" * 1999])
def test_a_place_that_is_not_ours_is_refused(cursor: str) -> None:
    assert key_at("") is None
    with pytest.raises(Invalid):
        key_at(cursor)
