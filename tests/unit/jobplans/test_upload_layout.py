"""A file of job plans: what each row says, what is wrong with it, and that all a plan has can be said in it."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from esrlink.contracts import ProgrammedActivities, Weekday
from esrlink.errors import Invalid
from jobplan_adapter.plans.plan import Plan, Reading, Session
from jobplan_adapter.providers.port import UNNAMED, Fault
from jobplan_adapter.providers.upload_layout import COLUMNS, LineKind, heading
from jobplan_adapter.providers.upload_reading import Uploaded, read_upload
from jobplan_adapter.providers.upload_template import EXAMPLE_PEOPLE, EXAMPLE_PLANS
from jobplan_adapter.providers.upload_writing import rows_written

REFERENCE = Path(__file__).parents[3] / "docs/reference/job-plans.md"
HEADING = ["line", "plan", "employee_number", "state", "effective_from", "category", "pas", "weekday", "every_weeks"]
PLAN = ["plan", "P1", "101", "completed", "2026-04-01"]


def read(*rows: list[str], heading: list[str] = HEADING) -> Uploaded:
    return read_upload([heading, *rows], "employee_number")


def told(found: Uploaded) -> list[tuple[int, str, str, str | None]]:
    return [(one.row, one.severity, one.code, one.column) for one in found.troubles]


def test_all_that_a_plan_has_can_be_written_and_read_again() -> None:
    rows = [[cell or "" for cell in row] for row in rows_written(EXAMPLE_PEOPLE, EXAMPLE_PLANS)]

    found = read_upload([heading("employee_number"), *rows], "employee_number")

    assert (tuple(found.users), tuple(found.plans), found.troubles) == (EXAMPLE_PEOPLE, EXAMPLE_PLANS, [])
    assert {row[0] for row in rows} == {one.value for one in LineKind}, "the template shows every kind of line"
    used = {name for row in rows for name, cell in zip(heading("employee_number"), row, strict=True) if cell}
    assert used == {one.name for one in COLUMNS}, "and every column"
    plan = EXAMPLE_PLANS[0]
    assert {name for name in Plan.model_fields if getattr(plan, name) == Plan.model_fields[name].default} <= {
        "unread",
        "hours_per_pa",
        "hours_per_premium_pa",
    }, "and nothing of a plan is left out"


def test_the_reference_lists_every_column_and_what_it_holds() -> None:
    listed = dict(
        re.findall(r"^\| `(\w+)` \| (?!error|warning)[^|]* \| ([^|]*) \|$", REFERENCE.read_text(), re.MULTILINE)
    )

    assert listed == {one.name: one.meaning for one in COLUMNS}


def test_lines_of_a_plan_may_stand_before_it_and_leave_its_owner_out() -> None:
    found = read(
        ["category", "P1", "", "", "", "DCC", "7,5"], ["session", "P1", "101", "", "", "spa", "1", "Tues", "2"], PLAN
    )

    (plan,) = found.plans
    assert (plan.owner_id, plan.effective_from) == ("101", date(2026, 4, 1))
    assert plan.activities == (ProgrammedActivities(category="DCC", pas=None, raw="7,5"),)
    assert plan.timetable == (
        Session(weekday=Weekday.TUESDAY, category="SPA", pas=Reading(value=Decimal(1)), every_weeks=Decimal(2)),
    )
    assert told(found) == [(2, "warning", "unreadable", "pas")]


def test_what_cannot_be_read_of_a_session_is_kept_as_it_was_written() -> None:
    found = read(PLAN, ["session", "P1", "", "", "", "Golf", "", "Maandag", "monthly"])

    (session,) = found.plans[0].timetable
    assert (session.weekday, session.every_weeks, session.raw, session.category) == (
        None,
        None,
        "Maandag; monthly",
        "Golf",
    )
    assert [code for _, _, code, _ in told(found)] == ["unknown_category", "unreadable", "unreadable"]
    rows = [[cell or "" for cell in row] for row in rows_written(found.users, found.plans)]
    (again,) = read_upload([heading("employee_number"), *rows], "employee_number").plans
    assert again.timetable[0].every_weeks is None, "it never turns into every week"


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (["holiday", "P1"], "unknown_line", "line"),
        (["category", "P1", "", "", "", "DCC"], "missing", "pas"),
        (["category", "P1", "", "", "", "Golf", "1"], "unknown_word", "category"),
        (["category", "P1", "102", "", "", "DCC", "1"], "another_person", "employee_number"),
        (["plan", "P1", "101", "draft", "2026-04-01"], "twice", "plan"),
        (["on_call", "P1"], None, None),
    ],
)
def test_a_row_that_cannot_be_taken_sets_its_plan_aside_and_no_other(
    row: list[str], code: str | None, column: str | None
) -> None:
    found = read(PLAN, row, ["plan", "P2", "102", "draft", "2026-04-01"])

    assert [plan.plan_id for plan in found.plans] == (["P1", "P2"] if code is None else ["P2"])
    assert [one.record_id for one in found.faults] == ([] if code is None else ["P1"])
    assert told(found) == ([] if code is None else [(3, "error", code, column)])


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        (["plan", "P1", "", "draft", "2026-04-01"], "missing", "employee_number"),
        (["plan", "P1", "101", "agreed", "2026-04-01"], "unknown_word", "state"),
        (["plan", "P1", "101", "draft", ""], "missing", "effective_from"),
        (["plan", "P1", "101", "draft", "31/02/2026"], "no_day", "effective_from"),
        (["plan", "P1", "101", "draft", "soon"], "no_day", "effective_from"),
        (["category", "P1", "", "", "", "DCC", "1"], "no_plan", "plan"),
    ],
)
def test_a_plan_whose_own_row_cannot_be_taken_is_set_aside(cells: list[str], code: str, column: str) -> None:
    found = read(cells)

    assert not found.plans
    assert [one.record_id for one in found.faults] == ["P1"]
    assert told(found) == [(2, "error", code, column)]


def test_a_plan_without_its_id_may_be_any_so_that_none_is_taken_for_gone() -> None:
    assert read(["plan", "", "101", "draft", "2026-04-01"]).faults == [
        Fault(UNNAMED, "a row that names no plan cannot be taken")
    ]


def test_days_may_be_written_as_excel_writes_them_here() -> None:
    found = read(["plan", "P1", "101", "draft", "1/4/2026"], ["plan", "P2", "102", "draft", "2026-04-01 00:00:00"])

    assert [plan.effective_from for plan in found.plans] == [date(2026, 4, 1)] * 2


def test_a_cell_that_means_nothing_where_it_stands_is_told() -> None:
    found = read([*PLAN, "DCC"])

    assert len(found.plans) == 1
    assert told(found) == [(2, "warning", "not_used", "category")]


def test_people_of_one_account_are_one_and_of_two_numbers_are_an_error() -> None:
    names = ["line", "plan", "Payroll No", "account", "account_state", "last_name", "state", "effective_from", "starts"]
    table = [
        names,
        ["person", "", "101", "a1", "", "Example"],
        ["person", "", "", "a2", "dormant"],
        ["plan", "P1", "101", "a1", "", "", "draft", "2026-04-01"],
        ["plan", "P2", "999", "a1", "", "", "draft", "2026-04-01"],
        ["session", "P1", "", "", "", "", "", "", "08:30"],
    ]

    found = read_upload(table, "payroll_no")

    assert [(one.user_id, one.identity, one.dormant, one.family_name) for one in found.users] == [
        ("a1", "101", False, "Example"),
        ("a2", None, True, None),
    ]
    assert [(plan.plan_id, plan.owner_id) for plan in found.plans] == [("P1", "a1")]
    assert found.plans[0].timetable[0].starts == time(8, 30)
    assert told(found) == [(5, "error", "another_person", "employee_number")]


@pytest.mark.parametrize(
    "names", [[], ["line", "plan"], ["plan", "employee_number"], ["line", "plan", "employee_number", "plan"]]
)
def test_what_is_no_table_of_job_plans_is_refused_as_a_whole(names: list[str]) -> None:
    with pytest.raises(Invalid, match="first row"):
        read(heading=names)


def test_a_column_that_is_none_of_a_plans_is_told_and_not_read() -> None:
    found = read([*PLAN, "tall"], heading=[*HEADING[:5], "Height"])

    assert [plan.plan_id for plan in found.plans] == ["P1"]
    assert told(found) == [(1, "warning", "unknown_column", None)]
