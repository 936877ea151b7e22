"""What a snapshot changes, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from esrlink.contracts import PlanState
from jobplan_adapter.plans.changes import Change, StoredPlan, compare
from jobplan_adapter.plans.plan import Plan, SignOff
from jobplan_adapter.providers.port import UNNAMED

TODAY = date(2026, 8, 3)
NUMBERS = {"1001": "00000101"}


def plan(word: str = "completed", plan_id: str = "1", begins: date = date(2026, 4, 1), specialty: str = "A") -> Plan:
    signed = SignOff(role="Consultant", signed=word == "completed")
    return Plan(
        plan_id=plan_id,
        owner_id="1001",
        provider_state=word,
        effective_from=begins,
        sign_offs=(signed,),
        specialty=specialty,
    )


def stored_after(*snapshots: list[Plan], today: date = TODAY) -> dict[str, StoredPlan]:
    stored: dict[str, StoredPlan] = {}
    for plans in snapshots:
        stored |= {one.head.plan_id: one.head for one in compare(stored, plans, NUMBERS, today)}
    return stored


def only(changes: list[Change]) -> Change:
    (one,) = changes
    return one


def test_an_unchanged_snapshot_changes_nothing() -> None:
    assert compare(stored_after([plan()]), [plan()], NUMBERS, TODAY) == []


def test_a_changed_plan_makes_the_next_version() -> None:
    change = only(compare(stored_after([plan()]), [plan(specialty="B")], NUMBERS, TODAY))

    assert change.head.version == 2
    assert change.version_state is PlanState.SIGNED_OFF
    assert change.head.signed_version == 2


def test_reopening_is_a_version_under_revision_that_remembers_the_signed_one() -> None:
    change = only(compare(stored_after([plan()]), [plan("draft")], NUMBERS, TODAY))

    assert (change.head.version, change.head.state) == (2, PlanState.UNDER_REVISION)
    assert change.head.signed_version == 1


def test_an_older_plan_expires_when_a_later_one_that_is_signed_off_has_begun() -> None:
    older = plan(plan_id="0", begins=date(2025, 4, 1))

    stored = stored_after([older], [older, plan()])

    assert (stored["0"].state, stored["0"].effective_to) == (PlanState.EXPIRED, date(2026, 3, 31))
    assert stored["0"].version == 1, "a state that follows from another plan makes no version"
    assert stored["1"].state is PlanState.SIGNED_OFF


def test_a_draft_ends_nothing() -> None:
    older = plan(plan_id="0", begins=date(2025, 4, 1))

    assert stored_after([older, plan("draft")])["0"].state is PlanState.SIGNED_OFF


def test_a_plan_runs_until_the_later_one_begins() -> None:
    older, later = plan(plan_id="0", begins=date(2025, 4, 1)), plan(begins=date(2026, 9, 1))

    stored = stored_after([older, later])

    assert (stored["0"].state, stored["0"].effective_to) == (PlanState.SIGNED_OFF, date(2026, 8, 31))


def test_a_plan_that_is_no_longer_shown_is_gone_once_and_may_come_back() -> None:
    held = stored_after([plan()])
    gone = only(compare(held, [], NUMBERS, TODAY))
    assert gone.head == replace(held["1"], gone=True, state=PlanState.EXPIRED)
    assert gone.version_state is None
    assert compare({"1": gone.head}, [], NUMBERS, TODAY) == []

    back = only(compare({"1": gone.head}, [plan()], NUMBERS, TODAY))
    assert (back.head.gone, back.head.version, back.head.state) == (False, 1, PlanState.SIGNED_OFF)


def test_an_owner_whose_number_was_corrected_takes_the_plan_along_without_a_version() -> None:
    change = only(compare(stored_after([plan()]), [plan()], {"1001": "00000102"}, TODAY))

    assert (change.head.employee_number, change.head.version, change.version_state) == ("00000102", 1, None)


def test_a_plan_that_could_not_be_read_stays_as_it_was_and_is_not_gone() -> None:
    held = stored_after([plan(), plan(plan_id="2")])

    assert compare(held, [plan()], NUMBERS, TODAY, unread={"2"}) == []
    assert only(compare(held, [plan()], NUMBERS, TODAY)).head.gone


def test_when_a_record_has_no_id_that_can_be_read_no_plan_is_gone_for_it() -> None:
    held = stored_after([plan(), plan(plan_id="2")])

    assert compare(held, [], NUMBERS, TODAY, unread={UNNAMED}) == []


def test_a_signed_plan_expires_after_its_own_last_day() -> None:
    ends = plan().model_copy(update={"effective_to": TODAY})

    assert stored_after([ends])["1"].state is PlanState.SIGNED_OFF
    after = only(compare(stored_after([ends]), [ends], NUMBERS, date(2026, 8, 4)))
    assert (after.head.state, after.head.effective_to, after.version_state) == (PlanState.EXPIRED, TODAY, None)


def test_a_later_plan_of_another_post_ends_nothing() -> None:
    older = plan(plan_id="0", begins=date(2025, 4, 1))
    other = plan().model_copy(update={"post": "Deanery"})

    assert stored_after([older, other])["0"].effective_to is None
    assert stored_after([older, plan()])["0"].effective_to == date(2026, 3, 31)


def test_a_plan_that_turns_out_to_be_anothers_is_taken_from_whom_it_was_taken_for() -> None:
    change = only(compare(stored_after([plan()]), [plan()], {"1001": "00000102"}, TODAY))

    assert change.left == "00000101"
    assert only(compare({}, [plan()], NUMBERS, TODAY)).left is None
