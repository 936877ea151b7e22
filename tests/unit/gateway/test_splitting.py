"""Splitting a run into files: each line in one of them, in order, within what ESR takes."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from esr_gateway.to_esr.splitting import Splitter
from esr_gateway.trust_settings import LimitSettings

Lines = list[tuple[str, int | None]]  # an assignment, and the earlier line that this one follows
most = st.none() | st.integers(1, 5)


@st.composite
def runs(draw: st.DrawFn) -> Lines:
    lines: Lines = []
    for number in range(draw(st.integers(0, 30))):
        follows = draw(st.none() | st.integers(0, number - 1)) if number else None
        lines.append((draw(st.sampled_from("ABC")), follows))
    return lines


def split(lines: Lines, per_file: int | None, per_assignment: int | None) -> list[tuple[int, int]]:
    splitter = Splitter(LimitSettings(rows_per_file=per_file, rows_per_assignment=per_assignment))
    return [
        splitter.place(assignment, opening=UUID(int=number), follows=None if follows is None else UUID(int=follows))
        for number, (assignment, follows) in enumerate(lines)
    ]


@given(runs(), most, most)
@example([("A", None), ("A", None), ("B", 1)], None, 1)
def test_each_line_is_in_one_file_in_order_and_within_the_limits(
    lines: Lines, per_file: int | None, per_assignment: int | None
) -> None:
    places = split(lines, per_file, per_assignment)
    rows = Counter(file for file, _ in places)
    assert sorted(places) == [(file, row) for file in sorted(rows) for row in range(1, rows[file] + 1)], (
        "no gap, no double"
    )
    assert sorted(rows) == list(range(len(rows))), "no empty file"
    assert per_file is None or max(rows.values(), default=0) <= per_file
    of_assignment = Counter((file, assignment) for (file, _), (assignment, _) in zip(places, lines, strict=True))
    assert per_assignment is None or max(of_assignment.values(), default=0) <= per_assignment
    for number, (assignment, follows) in enumerate(lines):
        before = [places[n] for n in range(number) if lines[n][0] == assignment]
        assert all(place < places[number] for place in before), "a later line of an assignment stands behind"
        if follows is not None:
            assert places[follows] < places[number], "what follows stands behind"


@given(runs())
def test_without_limits_there_is_one_file_in_the_order_given(lines: Lines) -> None:
    assert split(lines, None, None) == [(0, row) for row in range(1, len(lines) + 1)]


@given(st.integers(1, 200), st.integers(1, 20))
def test_no_more_files_are_made_than_the_rows_need(lines: int, per_file: int) -> None:
    places = split([(str(n), None) for n in range(lines)], per_file, 1)
    assert len({file for file, _ in places}) == -(-lines // per_file)
