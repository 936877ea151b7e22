"""The time line's picture: every bar inside it, what is in force told from the rest, and no text that cannot be read."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from profile_sync.dashboard.revision_words import in_sentences
from profile_sync.dashboard.time_line import TimeLine, draw

TODAY = date(2026, 8, 3)
DAYS = st.dates(date(1960, 1, 1), date(2060, 1, 1))


def row(number: str, start: date, end: date | None = None, **values: Any) -> Any:
    given = {"position_title": None, "job_role": "Consultant", "organisation": "Anaesthetics", **values}
    return SimpleNamespace(assignment_number=number, effective_from=start, effective_to=end, **given)


def drawn(*rows: Any, day: date = TODAY) -> TimeLine:
    line = draw(rows, day)
    assert line is not None
    return line


def test_nobody_without_posts_has_a_picture() -> None:
    assert draw([], TODAY) is None


def test_each_assignment_has_a_lane_and_each_dated_row_a_bar_of_its_time() -> None:
    line = drawn(
        row("1", date(2024, 1, 1), date(2026, 8, 2)),
        row("1", date(2026, 8, 3)),
        row("1-2", date(2026, 9, 1), date(2026, 12, 31)),
    )
    assert [[bar.when for bar in lane.bars] for lane in line.lanes] == [["past", "now"], ["future"]]
    before, now = line.lanes[0].bars
    assert round(before.x + before.width, 1) == round(now.x, 1) == round(line.day.x, 1)
    assert round(now.x + now.width) == 100


def test_a_row_is_in_force_on_its_last_day() -> None:
    [lane] = drawn(row("1", date(2024, 1, 1), TODAY)).lanes
    assert lane.bars[0].when == "now"


def test_the_label_is_of_the_post_on_the_day_and_fits_a_phone() -> None:
    long = row("20001001", date(2020, 1, 1), position_title="Consultant in Anaesthetics and Intensive Care")
    [lane] = drawn(row("20001001", date(2019, 1, 1), date(2019, 12, 31), job_role="Registrar"), long).lanes
    assert lane.label == "20001001: Consultant in Anaesthetics an…"
    assert len(lane.label) <= 40


@given(rows=st.lists(st.tuples(DAYS, st.none() | st.integers(0, 9000)), min_size=1, max_size=6), day=DAYS)
def test_whatever_the_dates_everything_stands_inside(rows: list[tuple[date, int | None]], day: date) -> None:
    ended = [
        row("1", start, start + timedelta(days=n) if n is not None else None) for start, n in sorted(rows, key=str)
    ]
    line = drawn(*ended, day=day)
    for lane in line.lanes:
        for bar in lane.bars:
            assert bar.x >= 0
            assert 0 < bar.width <= 100.5
            assert bar.x + bar.width <= 100.5
    assert len(line.years) <= 5
    assert all(0 <= mark.x <= 100 for mark in (*line.years, line.day))


def test_changes_are_told_in_sentences() -> None:
    post = {"assignment": "20001001", "effective_from": "2026-09-01"}
    said = in_sentences(
        [
            {"field": "family_name", "before": "Bell", "after": "Okafor"},
            {"field": "previous_family_names", "before": [], "after": ["Bell", "Grant"]},
            {"field": "gone", "before": False, "after": True},
            {"field": "leaving_date", "before": None, "after": "2026-09-30"},
            {"field": "fte", **post, "before": "1.0", "after": "0.8"},
            {"field": "assignment", **post, "before": {"status": "Active Assignment"}, "after": None},
            {"field": "expires", "registration": "GMC 7012345", "before": "2026-09-30", "after": "2027-09-30"},
        ]
    )
    assert said == [
        "Family name: Bell → Okafor",
        "Previous family names: none → Bell, Grant",
        "Gone from ESR: no → yes",
        "Leaving date: none → 30 September 2026",
        "Assignment 20001001 from 1 September 2026: FTE: 1.0 → 0.8",
        "Assignment 20001001 from 1 September 2026 went.",
        "Registration GMC 7012345: expires: 30 September 2026 → 30 September 2027",
    ]
    assert in_sentences([]) == ["Nothing that is shown here."]
