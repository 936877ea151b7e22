"""What a provider writes becomes a value, or stays as it was written: nothing is guessed, and nothing becomes 0."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest

from esrlink.contracts import Weekday
from jobplan_adapter.plans.reading import Reading, read_every, read_percent, read_time, read_weekday


@pytest.mark.parametrize(
    ("written", "every"),
    [
        (None, 1),
        ("", 1),
        ("Weekly", 1),
        ("every other  week", 2),
        ("fortnightly", 2),
        ("1 in 5", 5),
        ("one in 4 weeks", 4),
        ("every 6 weeks", 6),
        ("3", 3),
        ("monthly", None),
        ("0", None),
        ("1 in 99", None),
        ("as needed", None),
    ],
)
def test_how_often_is_a_number_of_weeks_or_unreadable(written: str | None, every: int | None) -> None:
    assert read_every(written) == every


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("08:30", time(8, 30)),
        ("8.30", time(8, 30)),
        ("17:00:00", time(17)),
        ("24:00", None),
        ("8am", None),
        (None, None),
    ],
)
def test_a_time_is_of_the_clock_or_unreadable(written: str | None, read: time | None) -> None:
    assert read_time(written) == read


@pytest.mark.parametrize(
    ("written", "day"),
    [("Monday", Weekday.MONDAY), ("tues", Weekday.TUESDAY), ("SUN.", Weekday.SUNDAY), ("Lundi", None), ("", None)],
)
def test_a_day_is_one_of_the_week_or_unreadable(written: str, day: Weekday | None) -> None:
    assert read_weekday(written) == day


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5%", Reading(value=Decimal(5))),
        (" 2.5 % ", Reading(value=Decimal("2.5"))),
        (3, Reading(value=Decimal(3))),
        ("%", Reading(raw="%")),
        ("500%", Reading(raw="500%")),
        ("", Reading()),
        (None, Reading()),
    ],
)
def test_a_percentage_is_read_with_or_without_its_sign(written: object, read: Reading) -> None:
    assert read_percent(written) == read
