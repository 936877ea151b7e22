"""In which half day of which week a line of a timetable is held."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.integration.jobplans.held import session

from esrlink.contracts import Weekday
from esrlink.errors import Invalid
from jobplan_adapter.availability.half_days import Half, Turn, Week, halves_of, turn_in, week_of

DAY = Weekday.MONDAY


@pytest.mark.parametrize(
    ("starts", "ends", "halves"),
    [
        ("08:00", "12:00", [Half.MORNING]),
        ("08:00", "13:30", [Half.MORNING]),
        ("08:00", "17:00", [Half.MORNING, Half.AFTERNOON]),
        ("12:30", "17:00", [Half.AFTERNOON]),
        ("12:30", "13:30", [Half.MORNING]),
        ("18:00", "22:00", [Half.EVENING]),
        ("14:00", "21:00", [Half.AFTERNOON, Half.EVENING]),
        ("20:00", "08:00", [Half.EVENING]),
        ("08:00", "08:00", [Half.MORNING, Half.AFTERNOON, Half.EVENING]),
        ("14:00", None, [Half.AFTERNOON]),
        (None, "12:00", [Half.UNSTATED]),
        (None, None, [Half.UNSTATED]),
    ],
)
def test_a_session_is_of_each_half_day_that_holds_an_hour_of_it(
    starts: str | None, ends: str | None, halves: list[Half]
) -> None:
    assert halves_of(session(DAY, starts, ends, "List")) == halves


@pytest.mark.parametrize(
    ("every", "of_cycle", "odd", "even"),
    [
        (Decimal(1), None, Turn.PLANNED, Turn.PLANNED),
        (Decimal(2), 1, Turn.PLANNED, None),
        (Decimal(2), 2, None, Turn.PLANNED),
        (Decimal(2), None, Turn.ALTERNATE_WEEKS, Turn.ALTERNATE_WEEKS),
        (Decimal("1.5"), 1, Turn.ALTERNATE_WEEKS, Turn.ALTERNATE_WEEKS),
        (None, None, Turn.UNCLEAR, Turn.UNCLEAR),
    ],
)
def test_every_other_week_goes_by_the_iso_week_where_the_cycle_is_known(
    every: Decimal | None, of_cycle: int | None, odd: Turn | None, even: Turn | None
) -> None:
    line = session(DAY, "08:00", "12:00", "List", every_weeks=every, week_of_cycle=of_cycle)
    assert (turn_in(line, Week(2026, 31)), turn_in(line, Week(2026, 32))) == (odd, even)


def test_one_week_of_four_is_held_in_one_week_of_four() -> None:
    line = session(DAY, "08:00", "12:00", "List", every_weeks=Decimal(4), week_of_cycle=3)
    assert [week for week in range(1, 13) if turn_in(line, Week(2026, week))] == [3, 7, 11]


def test_weeks_are_named_as_iso_names_them() -> None:
    assert (week_of("2026-W01").monday, week_of("2026-W53").sunday) == (date(2025, 12, 29), date(2027, 1, 3))
    assert week_of("2026-W32").day(Weekday.FRIDAY) == date(2026, 8, 7)
    for wrong in ("2025-W53", "2026-W00", "2026-W54", "2026-32", "1989-W05", "0000-W01", "2026-W1"):
        with pytest.raises(Invalid):
            week_of(wrong)
