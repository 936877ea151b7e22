"""Who comes and goes at a changeover, at the edges of days, posts and grades; and what is proposed of them."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from profile_sync.cohorts.changeover import Change, Wanted, change_of
from profile_sync.cohorts.expecting import last_day_of
from profile_sync.cohorts.planning import merged
from profile_sync.cohorts.proposing import Held, OpenProfile, propose
from profile_sync.cohorts.spells import Post, Spell, Window, spells_of
from profile_sync.trusts import DepartmentSettings

CHANGEOVER = date(2026, 8, 5)
WINDOW = Window.around(CHANGEOVER, 14, 14)
HERE, THERE = "277 Anaesthetics", "277 Cardiology"
DAY = timedelta(days=1)
EVERYBODY = Wanted()


def post(start: date, end: date | None = None, organisation: str | None = HERE, **values: Any) -> Post:
    return Post(
        **{"assignment_number": "20001001", "grade": "MN37", **values},
        effective_from=start,
        effective_to=end,
        organisation=organisation,
    )


def change(
    *posts: Post, window: Window = WINDOW, wanted: Wanted = EVERYBODY, last: date | None = None
) -> Change | None:
    return change_of(posts, HERE.__eq__, window, wanted, last)


def kind(*posts: Post, **options: Any) -> str | None:
    found = change(*posts, **options)
    return found.kind if found else None


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (WINDOW.first - DAY, None),
        (WINDOW.first, "joiner"),
        (CHANGEOVER, "joiner"),
        (WINDOW.last, "joiner"),
        (WINDOW.last + DAY, None),
    ],
)
def test_a_joiner_s_first_day_is_in_the_window_its_first_and_last_day_included(
    starts: date, expected: str | None
) -> None:
    assert kind(post(starts)) == expected


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [
        (WINDOW.first - 2 * DAY, None),
        (WINDOW.first - DAY, "leaver"),
        (CHANGEOVER - DAY, "leaver"),
        (WINDOW.last - DAY, "leaver"),
        (WINDOW.last, None),
    ],
)
def test_a_leaver_s_first_day_away_is_in_the_window(last_day: date, expected: str | None) -> None:
    assert kind(post(date(2020, 1, 1), last_day)) == expected


def test_on_the_changeover_alone_who_ends_the_day_before_leaves_and_who_begins_that_day_joins() -> None:
    window = Window.around(CHANGEOVER, 0, 0)
    assert kind(post(date(2025, 8, 6), CHANGEOVER - DAY), window=window) == "leaver"
    assert kind(post(CHANGEOVER), window=window) == "joiner"


def test_a_leap_day_is_a_day_like_any_other() -> None:
    leap = date(2028, 2, 29)
    window = Window.around(leap, 0, 0)
    assert kind(post(leap), window=window) == "joiner"
    assert kind(post(date(2020, 1, 1), date(2028, 2, 28)), window=window) == "leaver"
    assert kind(post(date(2020, 1, 1), leap), post(date(2028, 3, 1)), window=Window.around(leap, 1, 1)) is None


def test_a_future_dated_change_of_grade_is_neither_a_leaver_nor_a_joiner() -> None:
    before = post(date(2025, 8, 6), CHANGEOVER - DAY, grade="MN37")
    assert kind(before, post(CHANGEOVER, grade="MN39")) is None
    assert kind(before, post(CHANGEOVER, grade="MN39"), wanted=Wanted(grades=frozenset({"MN37"}))) is None


def test_a_joiner_is_told_with_the_grade_of_the_first_day_and_not_of_a_later_one() -> None:
    found = change(post(CHANGEOVER, CHANGEOVER + 9 * DAY, grade="MN37"), post(CHANGEOVER + 10 * DAY, grade="MN39"))
    assert found is not None
    assert (found.post.grade, found.starts, found.ends) == ("MN37", CHANGEOVER, None)


def test_of_two_posts_here_only_the_last_to_end_is_a_leaver_and_the_first_to_begin_a_joiner() -> None:
    staying, ending = post(date(2020, 1, 1)), post(date(2020, 1, 1), CHANGEOVER, assignment_number="20001001-2")
    assert kind(staying, ending) is None
    both = change(post(CHANGEOVER, primary=True), post(CHANGEOVER + DAY, assignment_number="20001001-2"))
    assert both is not None
    assert (both.starts, both.post.assignment_number) == (CHANGEOVER, "20001001")


def test_the_main_post_of_the_first_day_is_told() -> None:
    second = post(CHANGEOVER, assignment_number="20001001-2", primary=True)
    found = change(post(CHANGEOVER), second)
    assert found is not None
    assert found.post == second


def test_who_goes_to_another_department_is_a_mover_at_both() -> None:
    posts = (post(date(2025, 8, 6), CHANGEOVER - DAY), post(CHANGEOVER, organisation=THERE))
    assert kind(*posts) == "mover"
    coming = change_of(posts, THERE.__eq__, WINDOW)
    assert coming is not None
    assert (coming.kind, coming.comes, coming.sentence) == ("mover", True, f"Comes from {HERE} on 5 August 2026.")


def test_who_keeps_a_post_elsewhere_and_takes_one_here_joins_and_moves_nowhere() -> None:
    found = change(post(date(2020, 1, 1), organisation=THERE), post(CHANGEOVER, assignment_number="20001001-2"))
    assert found is not None
    assert (found.kind, found.sentence) == ("joiner", f"Takes up a post here on 5 August 2026, beside {THERE}.")


def test_who_was_here_before_and_comes_back_is_a_returner() -> None:
    assert kind(post(date(2020, 1, 1), date(2021, 1, 1)), post(CHANGEOVER)) == "returner"
    assert kind(post(date(2020, 1, 1), date(2021, 1, 1), THERE), post(CHANGEOVER)) == "returner"


def test_who_is_away_for_days_within_the_window_comes_back_and_does_not_leave() -> None:
    found = change(post(date(2020, 1, 1), CHANGEOVER - 3 * DAY), post(CHANGEOVER))
    assert found is not None
    assert (found.kind, found.comes, found.starts) == ("returner", True, CHANGEOVER)


def test_a_spell_within_the_window_is_one_coming_with_its_last_day() -> None:
    found = change(post(CHANGEOVER, CHANGEOVER + 2 * DAY))
    assert found is not None
    assert (found.kind, found.ends) == ("joiner", CHANGEOVER + 2 * DAY)


def test_an_employment_s_last_day_ends_posts_that_esr_left_open() -> None:
    assert kind(post(date(2020, 1, 1)), last=CHANGEOVER - DAY) == "leaver"
    assert kind(post(CHANGEOVER), last=CHANGEOVER - DAY) is None


@pytest.mark.parametrize("status", ["Terminated", "Offer Accepted", "Inactive Not Worked"])
def test_a_row_that_is_no_employment_brings_nobody(status: str) -> None:
    assert kind(post(CHANGEOVER, status=status)) is None
    assert kind(post(date(2020, 1, 1), CHANGEOVER - DAY), post(CHANGEOVER, status=status)) == "leaver"


def test_who_goes_on_leave_keeps_their_place() -> None:
    assert kind(post(date(2020, 1, 1), CHANGEOVER - DAY), post(CHANGEOVER, status="Maternity")) is None


def test_only_wanted_staff_groups_and_grades_are_in_a_cohort() -> None:
    doctors = Wanted(frozenset({"Medical and Dental"}))
    assert kind(post(CHANGEOVER, staff_group="Medical and Dental"), wanted=doctors) == "joiner"
    assert kind(post(CHANGEOVER, staff_group="Estates and Ancillary"), wanted=doctors) is None
    assert kind(post(CHANGEOVER, grade="YC72"), wanted=Wanted(grades=frozenset({"MN37"}))) is None


def test_spells_join_rows_that_follow_or_overlap_and_part_at_one_day_without_any() -> None:
    first = post(date(2026, 1, 1), date(2026, 1, 31))
    assert spells_of([first, post(date(2026, 2, 1), date(2026, 2, 28))]) == [Spell(date(2026, 1, 1), date(2026, 2, 28))]
    assert len(spells_of([first, post(date(2026, 2, 2))])) == 2
    assert spells_of([post(date(2026, 1, 1)), first]) == [Spell(date(2026, 1, 1), None)]
    assert spells_of([post(date(2026, 1, 1), date.max)]) == [Spell(date(2026, 1, 1), None)]


def test_a_leaving_date_of_an_earlier_employment_ends_nothing() -> None:
    gone: dict[str, Any] = {"gone": False, "as_of": None, "hire_date": date(2026, 8, 5)}
    assert last_day_of(SimpleNamespace(**gone, leaving_date=date(2024, 1, 1))) is None
    assert last_day_of(SimpleNamespace(**gone, leaving_date=date(2026, 9, 1))) == date(2026, 9, 1)


def test_an_organisation_is_a_department_by_the_trust_s_settings_else_by_its_name() -> None:
    key = {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"}
    by_name = DepartmentSettings(**key)
    assert [by_name.is_called(one) for one in (HERE, THERE, None)] == [True, False, False]
    mapped = DepartmentSettings(**key, organisations=("277 Theatres",))
    assert [mapped.is_called(one) for one in ("277 Theatres", HERE)] == [True, False]


def _comes() -> Change:
    found = change(post(CHANGEOVER))
    assert found is not None
    return found


def _alike(profile_id: str = "ao1", score: float = 0.99, rival: float = 0.1, reason: str = "similarity") -> OpenProfile:
    return OpenProfile(profile_id, "similarity/2", score, rival, reason)


@pytest.mark.parametrize(
    ("held", "action", "profile_id"),
    [
        (Held(), "create", "20001001"),
        (Held(taken={"20001001"}), "create", "20001001-202608"),
        (Held(linked="ao1"), "leave", "ao1"),
        (Held(deleted=["ao1"]), "reinstate", "ao1"),
        (Held(open=[_alike()]), "link", "ao1"),
        (Held(open=[_alike(score=0.94)]), "leave", None),
        (Held(open=[_alike(rival=0.96)]), "leave", None),
        (Held(open=[_alike(), _alike("ao2")]), "leave", None),
        (Held(open=[_alike(reason="number_contradicted")]), "leave", None),
        (Held(open=[_alike(reason="two_profiles_one_person")]), "leave", None),
    ],
)
def test_a_link_is_proposed_only_where_one_profile_and_one_person_are_very_alike(
    held: Held, action: str, profile_id: str | None
) -> None:
    found = propose(_comes(), held, "20001001", CHANGEOVER)
    assert (found.action, found.profile_id) == (action, profile_id)


def test_a_leaver_s_profile_ends_and_without_one_nothing_does() -> None:
    leaves = change(post(date(2020, 1, 1), CHANGEOVER))
    assert leaves is not None
    assert propose(leaves, Held(linked="ao1"), "20001001", CHANGEOVER).action == "end"
    assert propose(leaves, Held(open=[_alike()]), "20001001", CHANGEOVER).action == "leave"


def test_planning_anew_leaves_what_was_applied_and_says_of_the_rest_what_is_new() -> None:
    facts = {"family_name": "Okafor", "given_name": "Adaeze", "grade": "MN37"}
    row = {
        "kind": "joiner",
        "starts": CHANGEOVER,
        "ends": None,
        "proposed_action": "create",
        "proposed_profile_id": "1",
    }
    row |= {"family_name": "Okafor", "reason": "no_profile", "sentence": "", "facts": facts, "version": 3}
    key, other = ("1", "clwrota", "anaesthetics"), ("2", "clwrota", "anaesthetics")
    before = {key: SimpleNamespace(**row, outcome="done"), other: SimpleNamespace(**row, outcome=None)}
    [again] = merged(before, {})
    assert (again["employee_number"], again["proposed_action"], again["version"]) == ("2", "leave", 4)
    told = [(one["field"], one["before"], one["after"]) for one in again["difference"]]
    assert told == [("proposed_action", "create", "leave"), ("proposed_profile_id", "1", None)]
