"""Each link rule: when it speaks, and above all when it must not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from profile_sync.rules.decisions import Stance
from profile_sync.rules.facts import PersonFacts, ProfileFacts
from profile_sync.rules.judging import RuleSettings, Verdict, judge

ADA = PersonFacts(
    "20001001",
    "Okafor",
    given_name="Adaeze",
    preferred_name="Ada",
    previous_family_names=("Bell",),
    registration_numbers=("7012345",),
    email="ada.okafor@example.nhs.uk",
    grades=("Consultant",),
)
ROBERT = PersonFacts("20001002", "Okafor", given_name="Robert", registration_numbers=("7054321",))
WITH_NUMBER = ProfileFacts("Okafor", given_name="Ada", employee_number="20001001")
NAMED = ProfileFacts("Okafor", given_name="Ada")


def summary(verdict: Verdict) -> tuple[str, str, str | None]:
    return verdict.state, verdict.reason, verdict.claim


def test_the_exact_number_with_an_agreeing_name_links() -> None:
    verdict = judge(WITH_NUMBER, [ADA])
    assert summary(verdict) == ("matched", "exact_number", "20001001")
    assert verdict.rule == "exact_number/2"


@pytest.mark.parametrize(
    "profile",
    [
        WITH_NUMBER._replace(family_name="Bell"),
        WITH_NUMBER._replace(given_name="ADAEZE"),
        WITH_NUMBER._replace(family_name="Okafór"),
        WITH_NUMBER._replace(given_name="Okafor", family_name="Ada"),
    ],
    ids=["previous name", "other case", "accent", "swapped"],
)
def test_previous_preferred_accented_and_swapped_names_do_not_contradict_the_number(profile: ProfileFacts) -> None:
    assert judge(profile, [ADA]).state == "matched"


@pytest.mark.parametrize(
    "profile",
    [
        WITH_NUMBER._replace(family_name="Okaforr"),
        WITH_NUMBER._replace(given_name="Adaeez"),
        WITH_NUMBER._replace(given_name="A."),
        WITH_NUMBER._replace(given_name=None),
    ],
    ids=["mistyped family name", "mistyped given name", "initial", "no given name"],
)
def test_a_weak_name_links_by_the_number_while_nobody_fits_it_better(profile: ProfileFacts) -> None:
    assert summary(judge(profile, [ADA, ROBERT])) == ("matched", "number_weak_name", "20001001")


def test_a_typing_error_that_is_a_twins_very_name_goes_to_review() -> None:
    amina = PersonFacts("20001005", "Khan", given_name="Amina", grades=("ST3",))
    amira = amina._replace(employee_number="20001006", given_name="Amira")
    verdict = judge(ProfileFacts("Khan", given_name="Amira", employee_number="20001005"), [amina, amira])
    assert summary(verdict) == ("possible", "another_fits_better", None)
    assert [c.employee_number for c in verdict.candidates] == ["20001005", "20001006"]
    assert judge(ProfileFacts("Khan", given_name="Amira", employee_number="20001005"), [amina]).claim == "20001005"


@pytest.mark.parametrize("given", [None, "A", "Amber"])
def test_a_number_with_the_e_mail_address_of_another_of_that_name_goes_to_review(given: str | None) -> None:
    one = PersonFacts("20001007", "Smith", given_name="Amber", email="amber.smith@example.nhs.uk")
    other = one._replace(employee_number="20001008", email="amber.smith2@example.nhs.uk")
    profile = ProfileFacts("Smith", given_name=given, employee_number="20001007", email="Amber.Smith2@example.nhs.uk")
    assert summary(judge(profile, [one, other])) == ("possible", "another_fits_better", None)


def test_two_typing_errors_at_once_are_another_name() -> None:
    profile = WITH_NUMBER._replace(family_name="Okaforr", given_name="Adaeez")
    assert summary(judge(profile, [ADA])) == ("possible", "number_contradicted", None)


@pytest.mark.parametrize(
    "profile",
    [
        WITH_NUMBER._replace(family_name="Lindqvist", given_name="Maja"),
        WITH_NUMBER._replace(given_name="Robert"),
        WITH_NUMBER._replace(family_name="Lindqvist"),
        WITH_NUMBER._replace(registration_number="7099999"),
        WITH_NUMBER._replace(registration_number="7012346"),
    ],
    ids=["stranger", "sibling", "other family name", "other registration", "mistyped registration"],
)
def test_the_same_number_with_a_contradicting_name_or_registration_is_never_guessed(profile: ProfileFacts) -> None:
    verdict = judge(profile, [ADA])
    assert summary(verdict) == ("possible", "number_contradicted", None)
    assert [c.employee_number for c in verdict.candidates] == ["20001001"]


def test_a_registration_number_with_the_family_name_suggests_by_default() -> None:
    verdict = judge(ProfileFacts("Okafor", given_name="A", registration_number="7012345"), [ADA, ROBERT])
    assert summary(verdict) == ("possible", "registration", None)
    assert verdict.candidates[0].employee_number == "20001001"


def test_a_registration_number_links_where_the_trust_says_so() -> None:
    profile = ProfileFacts("Okafor", registration_number="7012345")
    assert summary(judge(profile, [ADA], settings=RuleSettings(registration_links=True))) == (
        "matched",
        "registration",
        "20001001",
    )


def test_a_registration_number_never_links_against_another_esr_number() -> None:
    profile = ProfileFacts("Okafor", registration_number="7012345", employee_number="20009999")
    assert judge(profile, [ADA], settings=RuleSettings(registration_links=True)).state == "possible"


def test_a_registration_number_of_two_esr_numbers_is_left_to_a_person() -> None:
    again = ADA._replace(employee_number="20007777")
    profile = ProfileFacts("Okafor", registration_number="7012345")
    verdict = judge(profile, [ADA, again], settings=RuleSettings(registration_links=True))
    assert summary(verdict) == ("possible", "registration_of_several", None)
    assert {c.employee_number for c in verdict.candidates} == {"20001001", "20007777"}


def test_a_registration_number_with_another_family_name_only_suggests() -> None:
    profile = ProfileFacts("Lindqvist", registration_number="7012345")
    verdict = judge(profile, [ADA], settings=RuleSettings(registration_links=True))
    assert summary(verdict) == ("possible", "registration_contradicted", None)


def test_similarity_suggests_with_a_score_and_its_parts_and_never_links() -> None:
    profile = NAMED._replace(email="ada.okafor@example.nhs.uk", grade="Consultant")
    people = [ADA._replace(organisations=("277 Anaesthetics",))]
    verdict = judge(profile, people, settings=RuleSettings(registration_links=True), department="Anaesthetics")
    assert summary(verdict) == ("possible", "similarity", None)
    (candidate,) = verdict.candidates
    assert candidate.score == Decimal("1.0")
    assert {p.name: p.finding for p in candidate.parts} == {
        "family_name": "same",
        "given_name": "other_name",
        "email": "same",
        "department": "same",
        "grade": "same",
    }
    assert all(part.weight > 0 and 0 < part.agreement <= 1 for part in candidate.parts)


def test_a_typing_error_lowers_the_score_but_still_suggests() -> None:
    (right,) = judge(NAMED, [ADA]).candidates
    (candidate,) = judge(NAMED._replace(family_name="Okaforr"), [ADA]).candidates
    assert 0 < candidate.score < right.score


def test_an_address_that_several_people_have_says_less() -> None:
    profile = NAMED._replace(email="ada.okafor@example.nhs.uk")
    shared = judge(profile, [ADA, ROBERT._replace(email=ADA.email)]).candidates[0]
    assert {p.name: p.finding for p in shared.parts}["email"] == "shared"
    assert shared.bits < judge(profile, [ADA]).candidates[0].bits


def test_a_sibling_is_not_suggested() -> None:
    assert summary(judge(NAMED, [ROBERT])) == ("unmatched", "nobody_alike", None)


def test_a_wrong_number_does_not_hide_the_person_it_should_have_been() -> None:
    verdict = judge(WITH_NUMBER._replace(employee_number="20001010"), [ADA])
    assert summary(verdict) == ("possible", "similarity", None)


def test_an_unknown_number_is_said_to_be_unknown() -> None:
    assert summary(judge(WITH_NUMBER, [])) == ("unmatched", "number_unknown", None)


def test_somebody_gone_is_linked_by_number_for_late_claims_but_not_suggested() -> None:
    gone = ADA._replace(gone=True)
    assert judge(WITH_NUMBER, [gone]).state == "matched"
    assert judge(NAMED, [gone]).state == "unmatched"


def test_at_most_three_are_suggested_and_the_best_comes_first() -> None:
    people = [ADA._replace(employee_number=f"2000200{n}", preferred_name=None, given_name="Adah") for n in range(4)]
    verdict = judge(NAMED, [*people, ADA])
    assert len(verdict.candidates) == 3
    assert verdict.candidates[0].employee_number == "20001001"


def test_a_placeholder_is_excluded_even_with_a_number() -> None:
    verdict = judge(ProfileFacts("Locum 1", employee_number="20001001"), [ADA])
    assert summary(verdict) == ("excluded", "placeholder", None)


def test_what_a_person_confirmed_stands_before_every_rule() -> None:
    verdict = judge(WITH_NUMBER, [ADA, ROBERT], Stance(confirmed="20001002"))
    assert summary(verdict) == ("matched", "confirmed_by_hand", "20001002")
    assert verdict.made_by == "person"


def test_what_a_person_excluded_stands_before_every_rule() -> None:
    assert summary(judge(WITH_NUMBER, [ADA], Stance(excluded=True))) == ("excluded", "excluded_by_hand", None)


def test_not_the_same_is_neither_linked_nor_suggested_by_any_rule() -> None:
    stance = Stance(rejected=frozenset({"20001001"}))
    for profile in (WITH_NUMBER, NAMED, NAMED._replace(registration_number="7012345")):
        verdict = judge(profile, [ADA], stance, RuleSettings(registration_links=True))
        assert (verdict.state, verdict.candidates) == ("unmatched", ())


def test_what_a_person_unlinked_is_suggested_but_not_linked_again() -> None:
    verdict = judge(WITH_NUMBER, [ADA], Stance(unlinked=frozenset({"20001001"})))
    assert summary(verdict) == ("possible", "unlinked_by_hand", None)
    assert verdict.candidates[0].employee_number == "20001001"
