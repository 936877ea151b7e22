"""Pictures of weeks and of delivery: where boxes and bars stand, and that nothing of a plan is left out of them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jobplan_adapter.dashboard.delivery_picture import Sides, draw_delivery
from jobplan_adapter.dashboard.week_picture import OTHER_COLOUR, Slot, draw_week

MINUTES = st.none() | st.integers(0, 24 * 60 - 1)
SLOTS = st.builds(
    Slot,
    weekday=st.integers(0, 6),
    starts=MINUTES,
    ends=MINUTES,
    category=st.sampled_from(["DCC", "SPA", None, "unheard of"]),
    words=st.text(max_size=40),
)


def slot(weekday: int, starts: int | None, ends: int | None, category: str | None = "DCC") -> Slot:
    hours = [None if one is None else one * 60 for one in (starts, ends)]
    return Slot(weekday, hours[0], hours[1], category, "Theatre list")


def test_a_working_week_has_five_columns_and_a_weekend_session_makes_more() -> None:
    week, weekend = draw_week([slot(0, 8, 12)]), draw_week([slot(0, 8, 12), slot(5, 8, 12)])

    assert week is not None
    assert weekend is not None
    assert [len(week.days), len(weekend.days)] == [5, 6]
    assert [one.text for one in week.hours] == ["08:00", "09:00", "10:00", "11:00", "12:00"]
    assert draw_week([]) is None


def test_sessions_that_overlap_stand_side_by_side_and_others_take_the_whole_day() -> None:
    picture = draw_week([slot(1, 8, 12), slot(1, 8, 10), slot(1, 13, 17)])

    assert picture is not None
    first, second, third = picture.boxes
    assert {first.width, second.width} == {10.0}
    assert first.x != second.x
    assert third.width == 20.0


def test_a_night_is_drawn_on_both_days_and_round_the_end_of_the_week() -> None:
    picture = draw_week([slot(6, 20, 8)])

    assert picture is not None
    sunday, monday = sorted(picture.boxes, key=lambda one: -one.x)
    assert (monday.x, round(sunday.x, 2)) == (0.0, round(600 / 7, 2))
    assert (sunday.height, monday.height) == (4 * 36, 8 * 36)


def test_a_session_without_hours_stands_at_the_foot_and_an_unknown_category_has_a_colour() -> None:
    picture = draw_week([slot(2, None, None, None), slot(2, 8, None, None)])

    assert picture is not None
    assert picture.untimed_top == min(one.top for one in picture.boxes)
    assert {one.colour for one in picture.boxes} == {OTHER_COLOUR}
    assert {one.title for one in picture.boxes} == {"?"}


@given(st.lists(SLOTS, min_size=1, max_size=12))
def test_every_session_has_a_box_inside_the_picture_and_no_two_lie_on_each_other(slots: list[Slot]) -> None:
    picture = draw_week(slots)

    assert picture is not None
    assert len(picture.boxes) >= len(slots)
    for n, one in enumerate(picture.boxes):
        assert one.x >= 0
        assert one.x + one.width <= 100.1
        assert 0 <= one.top <= one.top + one.height <= picture.height + 0.1
        for other in picture.boxes[:n]:
            apart = one.x + one.width <= other.x + 0.01 or other.x + other.width <= one.x + 0.01
            above = one.top + one.height <= other.top + 0.11 or other.top + other.height <= one.top + 0.11
            assert apart or above


def test_bars_are_to_one_scale_and_what_cannot_be_read_has_none() -> None:
    sides = [
        Sides("DCC", Decimal(100), Decimal(50)),
        Sides("SPA", None, Decimal(25)),
        Sides("APA", Decimal(-1), Decimal(0)),
    ]
    picture = draw_delivery(sides)

    assert picture is not None
    assert [(one.planned, one.delivered) for one in picture.bars] == [(80.0, 40.0), (None, 20.0), (0.0, 0.0)]
    assert picture.bars[1].planned_words == "cannot be read"
    assert draw_delivery([Sides("DCC", Decimal(0), Decimal(0))]) is None
    assert draw_delivery([]) is None
