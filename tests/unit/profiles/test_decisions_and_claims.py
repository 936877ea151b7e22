"""Decisions folded into a stance, and rival claims settled."""

from __future__ import annotations

from uuid import UUID, uuid4

from profile_sync.rules.claims import settle
from profile_sync.rules.decisions import Decision, Kind, Stance, stance_of
from profile_sync.rules.facts import Place
from profile_sync.rules.judging import Verdict

FIRST = Place("clwrota", "anaesthetics", "ao1")
SECOND = Place("clwrota", "anaesthetics", "ao2")
ELSEWHERE = Place("medirota", "cardiology", "ao1")
BY_RULE = Verdict("matched", "exact_number", rule="exact_number/1", claim="20001001")
BY_HAND = Verdict("matched", "confirmed_by_hand", made_by="person", claim="20001001")


def decide(kind: Kind, employee_number: str | None = None, undoes: UUID | None = None) -> Decision:
    return Decision(uuid4(), kind, employee_number, undoes)


def test_the_last_confirmation_stands_and_rejections_add_up() -> None:
    assert stance_of([decide(Kind.CONFIRM, "1"), decide(Kind.REJECT, "2"), decide(Kind.CONFIRM, "3")]) == Stance(
        confirmed="3", rejected=frozenset({"2"})
    )


def test_rejecting_the_confirmed_person_takes_the_confirmation_away() -> None:
    assert stance_of([decide(Kind.CONFIRM, "1"), decide(Kind.REJECT, "1")]) == Stance(rejected=frozenset({"1"}))


def test_unlinking_takes_the_confirmation_away_and_bars_the_rules() -> None:
    assert stance_of([decide(Kind.CONFIRM, "1"), decide(Kind.UNLINK, "1")]) == Stance(unlinked=frozenset({"1"}))


def test_confirming_after_unlinking_links_again() -> None:
    assert stance_of([decide(Kind.UNLINK, "1"), decide(Kind.CONFIRM, "1")]) == Stance(confirmed="1")


def test_undoing_a_decision_brings_back_what_stood_before_it() -> None:
    confirm, exclude = decide(Kind.CONFIRM, "1"), decide(Kind.EXCLUDE)
    assert stance_of([confirm, exclude]) == Stance(excluded=True)
    assert stance_of([confirm, exclude, decide(Kind.UNDO, undoes=exclude.decision_id)]) == Stance(confirmed="1")


def test_two_profiles_of_one_department_that_claim_one_person_both_go_to_review() -> None:
    settled = settle({FIRST: BY_RULE, SECOND: BY_RULE})
    assert {(v.state, v.reason) for v in settled.values()} == {("possible", "two_profiles_one_person")}


def test_profiles_of_several_departments_may_be_one_person() -> None:
    assert settle({FIRST: BY_RULE, ELSEWHERE: BY_RULE}) == {FIRST: BY_RULE, ELSEWHERE: BY_RULE}


def test_what_a_person_confirmed_stands_against_a_rival_that_a_rule_found() -> None:
    settled = settle({FIRST: BY_HAND, SECOND: BY_RULE})
    assert settled[FIRST] == BY_HAND
    assert settled[SECOND].state == "possible"
