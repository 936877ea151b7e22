"""The assignment valid on the day worked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from submittals.content import Kind
from submittals.esr.assignments import assignment_on
from submittals.esr.people import AssignmentRow

DAY = date(2026, 8, 1)
FIRST = AssignmentRow("2001", date(2020, 1, 1), None, "Active Assignment", True, cost_centre="E1")
SECOND = replace(FIRST, assignment_number="2001-2", is_primary=False, cost_centre="E2")


def number(
    *rows: AssignmentRow, kind: Kind = "attendance", cost_code: str | None = None, chosen: str | None = None
) -> str | None:
    resolution = assignment_on(DAY, rows, kind=kind, cost_code=cost_code, chosen=chosen)
    return resolution.assignment.assignment_number if resolution.assignment else None


def test_the_row_in_force_on_the_day_counts_on_its_first_and_last_day_too() -> None:
    assert number(replace(FIRST, effective_from=DAY)) == "2001"
    assert number(replace(FIRST, effective_to=DAY)) == "2001"
    assert number(replace(FIRST, effective_from=date(2026, 8, 2))) is None
    assert number(replace(FIRST, effective_to=date(2026, 7, 31))) is None


def test_the_post_in_the_departments_cost_centre_comes_before_the_primary_one() -> None:
    resolution = assignment_on(DAY, [FIRST, SECOND], kind="attendance", cost_code="E2")
    assert (resolution.assignment, resolution.others) == (SECOND, ())


def test_the_primary_post_is_taken_and_the_other_named_when_nothing_decides() -> None:
    resolution = assignment_on(DAY, [SECOND, FIRST], kind="attendance", cost_code="E9")
    assert (resolution.assignment, resolution.others) == (FIRST, ("2001-2",))


def test_a_post_that_is_named_is_taken_or_none_is() -> None:
    assert number(FIRST, SECOND, chosen="2001-2") == "2001-2"
    assert number(FIRST, chosen="2001-3") is None


@pytest.mark.parametrize(
    ("status", "kind", "fits"),
    [
        ("Active Assignment", "attendance", True),
        ("Acting Up", "attendance", True),
        ("Career Break", "attendance", False),
        ("Maternity", "attendance", False),
        ("Maternity", "absence", True),
        ("Suspend No Pay", "attendance", False),
        ("Terminated", "absence", False),
        ("Offer Accepted", "absence", False),
        ("Something New", "attendance", True),
    ],
)
def test_the_status_must_fit_what_is_recorded(status: str, kind: Kind, fits: bool) -> None:
    assert (number(replace(FIRST, status=status), kind=kind) is not None) == fits


def test_an_unknown_status_is_taken_and_pointed_out() -> None:
    resolution = assignment_on(DAY, [replace(FIRST, status="Something New")], kind="attendance", cost_code=None)
    assert resolution.unknown_status


def test_why_none_fits_is_told() -> None:
    assert (
        assignment_on(DAY, [replace(FIRST, status="Terminated")], kind="absence", cost_code=None).status == "Terminated"
    )
