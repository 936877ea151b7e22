"""Pictures: dated rows that ESR leaves overlapping are shown one after the other."""

from __future__ import annotations

from esr_gateway.from_esr.pictures import Dated, Painter, PersonRows, Surroundings, in_force
from tests.unit.gateway.building import LAYOUT, assignment, person, position


def dated(row: str, start: str, end: str = "47121231") -> Dated:
    return Dated(start, end, row.split("~"))


def spans(*rows: Dated) -> list[tuple[str, str | None]]:
    painter = Painter(LAYOUT, Surroundings(), day="20260803")
    rows_of_one = PersonRows("P1", persons=[dated(person(), "20200101")], assignments=list(rows))
    picture = painter.picture(rows_of_one, vpd="277")
    return [(one["effective_from"], one["effective_to"]) for one in picture["assignments"]]


def test_a_post_whose_later_row_came_alone_ends_where_that_begins() -> None:
    rows = [dated(assignment(), "20260101"), dated(assignment(), "20260810")]
    assert spans(*rows) == [("2026-01-01", "2026-08-09"), ("2026-08-10", None)]


def test_rows_that_do_not_meet_and_other_posts_stay_as_they_are() -> None:
    rows = [
        dated(assignment(), "20260101", "20260228"),
        dated(assignment(), "20260401"),
        dated(assignment(suffix="-2"), "20260201"),
    ]
    assert spans(*rows) == [("2026-01-01", "2026-02-28"), ("2026-04-01", None), ("2026-02-01", None)]


def test_of_two_rows_of_one_day_the_one_that_begins_last_is_in_force() -> None:
    rows = [dated(position(), "20200101"), dated(position(), "20260801"), dated(position(), "20270101")]
    assert in_force(rows, "20260803").start == "20260801"
    assert in_force(rows, "20190101").start == "20200101"
    assert in_force([dated(position(), "20200101", "20201231")] * 2, "20260803").start == "20200101"
