"""Which version counts on a day, and what is named as uncertain about it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from esrlink.contracts import PlanState
from jobplan_adapter.delivery.leave import Absent, Away
from jobplan_adapter.delivery.uncertainty import of_period
from jobplan_adapter.plans.in_force import being_prepared, in_force, in_force_by_post, stretches, stretches_by_post

LAST_YEAR, APRIL, JUNE = date(2025, 4, 1), date(2026, 4, 1), date(2026, 6, 30)


def test_the_signed_version_that_begins_last_is_in_force_and_the_older_one_was_before(make_version: Any) -> None:
    old, new = make_version(LAST_YEAR, plan_id="1", DCC="7"), make_version(APRIL, plan_id="2", DCC="6")

    assert in_force([old, new], APRIL) is new
    assert in_force([old, new], APRIL - timedelta(days=1)) is old
    assert in_force([old, new], LAST_YEAR - timedelta(days=1)) is None


def test_a_signed_version_counts_before_a_newer_unsigned_one_which_is_being_prepared(make_version: Any) -> None:
    signed = make_version(LAST_YEAR, plan_id="1", DCC="7")
    draft = make_version(APRIL, plan_id="2", state=PlanState.DRAFT, DCC="6")

    assert in_force([signed, draft], JUNE) is signed
    assert being_prepared([signed, draft], signed) is draft


def test_a_reopened_plan_keeps_its_last_signed_figures_in_force(make_version: Any) -> None:
    signed = make_version(APRIL, version=1, current=False, plan_state=PlanState.UNDER_REVISION, DCC="7")
    reopened = make_version(APRIL, version=2, state=PlanState.UNDER_REVISION, DCC="5")

    assert in_force([signed, reopened], JUNE) is signed
    assert being_prepared([signed, reopened], signed) is reopened


def test_an_unsigned_version_stands_in_only_where_there_is_no_signed_one(make_version: Any) -> None:
    draft = make_version(APRIL, state=PlanState.DRAFT, DCC="6")

    assert in_force([draft], JUNE) is draft
    assert being_prepared([draft], draft) is None


def test_a_version_without_a_start_is_never_in_force(make_version: Any) -> None:
    assert in_force([make_version(None, DCC="6")], JUNE) is None


def test_a_plan_that_is_gone_from_the_provider_ends(make_version: Any) -> None:
    plan = make_version(APRIL, ends=date(2026, 5, 31), DCC="6")

    assert [(one.first, one.last, one.version) for one in stretches([plan], APRIL, JUNE)] == [
        (APRIL, date(2026, 5, 31), plan),
        (date(2026, 6, 1), JUNE, None),
    ]


def test_plans_of_several_posts_are_in_force_beside_each_other_and_within_a_post_one_at_a_time(
    make_version: Any,
) -> None:
    list_work = make_version(LAST_YEAR, plan_id="1", says={"post": "Consultant"}, DCC="6")
    newer = make_version(APRIL, plan_id="2", says={"post": "Consultant"}, DCC="5")
    lecturer = make_version(LAST_YEAR, plan_id="3", says={"post": "Lecturer"}, DCC="2")
    elsewhere = make_version(APRIL, plan_id="1", provider="upload", DCC="1")
    plans = [list_work, newer, lecturer, elsewhere]

    assert [(str(post), one) for post, one in in_force_by_post(plans, JUNE).items()] == [
        ("sard: Consultant", newer),
        ("sard: Lecturer", lecturer),
        ("upload", elsewhere),
    ]
    assert list(in_force_by_post(plans, APRIL - timedelta(days=1)).values()) == [list_work, lecturer]
    assert [len(some) for some in stretches_by_post(plans, LAST_YEAR, JUNE).values()] == [2, 1, 2]


def test_a_revision_is_of_the_same_post_and_not_of_a_plan_that_has_run_out(make_version: Any) -> None:
    signed = make_version(LAST_YEAR, plan_id="1", says={"post": "Consultant"}, DCC="6")
    other = make_version(APRIL, plan_id="2", says={"post": "Lecturer"}, state=PlanState.DRAFT, DCC="2")
    over = make_version(APRIL, plan_id="3", says={"post": "Consultant"}, state=PlanState.EXPIRED, DCC="5")
    bounded = make_version(APRIL, plan_id="4", says={"post": "Consultant"}, state=PlanState.DRAFT, ends=JUNE, DCC="5")

    assert being_prepared([signed, other, over], signed) is None
    assert being_prepared([signed, other, over, bounded], signed) is bounded


def codes(found: list[Any]) -> list[str]:
    return [one.code for one in found]


def doubts(versions: list[Any], last: date, absences: Any = (), weeks: Any = (), *, today: date) -> list[Any]:
    return of_period(stretches_by_post(versions, APRIL, last), Away(absences), weeks, APRIL, last, today=today)


def test_a_certain_quarter_names_no_uncertainty(make_version: Any) -> None:
    assert doubts([make_version(APRIL, DCC="7")], JUNE, weeks=range(14), today=date(2026, 7, 1)) == []


def test_each_kind_of_uncertainty_is_named(make_version: Any) -> None:
    draft = make_version(date(2026, 4, 15), state=PlanState.DRAFT, weeks=None, DCC="?")
    absences = [Absent(date(2026, 6, 1), date(2026, 6, 10), allowed_for=False, open=True)]

    found = doubts([draft], JUNE, absences, today=date(2026, 6, 10))

    assert codes(found) == [
        "plan_missing",
        "plan_unsigned",
        "unreadable_figure",
        "working_weeks_missing",
        "period_not_over",
        "absence_open",
        "work_not_reported",
    ]


def test_a_week_that_was_leave_throughout_is_not_called_unreported(make_version: Any) -> None:
    leave = [Absent(APRIL, date(2026, 4, 14), allowed_for=True)]
    plan = [make_version(APRIL, DCC="7")]

    assert codes(doubts(plan, date(2026, 4, 14), leave, today=JUNE)) == []
    assert codes(doubts(plan, date(2026, 4, 14), today=JUNE)) == ["work_not_reported"]


def test_days_on_which_one_of_several_posts_has_a_plan_are_not_called_without_one(make_version: Any) -> None:
    early = make_version(APRIL, says={"post": "A"}, ends=date(2026, 4, 20), DCC="5")
    late = make_version(date(2026, 5, 1), says={"post": "B"}, DCC="5")

    found = doubts([early, late], JUNE, weeks=range(14), today=date(2026, 7, 1))

    assert [one.detail for one in found] == ["No plan is in force from 2026-04-21 to 2026-04-30 (10 days)."]
