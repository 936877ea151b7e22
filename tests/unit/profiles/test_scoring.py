"""Properties of the rules and of the score, whatever the names."""

from __future__ import annotations

from math import isclose
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profile_sync.rules.facts import PersonFacts, ProfileFacts
from profile_sync.rules.judging import EXACT_NUMBER, NUMBER_WEAK_NAME, REGISTRATION, STRENGTH, RuleSettings, judge
from profile_sync.rules.keys import exact_keys, loose_keys, person_keys
from profile_sync.rules.mistyping import nearly
from profile_sync.rules.names import Finding, family_finding, given_finding
from profile_sync.rules.rule_book import RULES
from profile_sync.rules.short_forms import one_name, usual_forms
from profile_sync.rules.similarity import bits_of, compare, part_of
from profile_sync.rules.weights import _M_AND_U, BITS, probability

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "link-rules.md"

FAMILIES = st.sampled_from(
    ["Okafor", "Okaforr", "Bell", "Bell-Okafor", "Smith", "Simth", "Núñez", "Ng", "de Souza", "Ada", ""]
)
GIVEN = st.sampled_from(["Ada", "Adaeze", "A", "Robert", "Bob", "Rbert", "Amina", "Amira", "Okafor", "Smith", None])
NUMBERS = st.sampled_from(["20001001", "20001002", "20001010", None])
REGISTRATIONS = st.sampled_from(["7012345", "7012346", "7099999", None])
EMAILS = st.sampled_from(["ada.okafor@example.nhs.uk", "ada.okafor@example.net", "rota@example.nhs.uk", None])
GRADES = st.sampled_from(["Consultant", "Consultant (2003)", "ST3", None])

PROFILES = st.builds(
    ProfileFacts,
    family_name=FAMILIES,
    given_name=GIVEN,
    employee_number=NUMBERS,
    registration_number=REGISTRATIONS,
    email=EMAILS,
    grade=GRADES,
)
PEOPLE = st.builds(
    PersonFacts,
    employee_number=st.sampled_from(["20001001", "20001002", "20001003"]),
    family_name=FAMILIES,
    given_name=GIVEN,
    preferred_name=GIVEN,
    previous_family_names=st.lists(FAMILIES, max_size=1).map(tuple),
    registration_numbers=st.lists(REGISTRATIONS.filter(bool), max_size=1).map(tuple),
    email=EMAILS,
    grades=st.lists(GRADES.filter(bool), max_size=2).map(tuple),
    gone=st.booleans(),
)
CROWDS = st.lists(PEOPLE, max_size=4, unique_by=lambda one: one.employee_number)
WORDS = st.text(alphabet="abcdeo", min_size=1, max_size=11)


@given(FAMILIES, FAMILIES)
def test_it_does_not_matter_which_family_name_is_given_first(one: str, other: str) -> None:
    assert family_finding(one, other) is family_finding(other, one)


@given(st.lists(GIVEN, min_size=1, max_size=3), st.lists(GIVEN, min_size=1, max_size=3))
def test_it_does_not_matter_which_given_names_are_given_first(one: list[str | None], other: list[str | None]) -> None:
    assert given_finding(one, other) is given_finding(other, one)


@given(WORDS, WORDS)
def test_a_slip_is_one_from_both_sides_and_no_word_is_its_own(one: str, other: str) -> None:
    assert nearly(one, other) is nearly(other, one)
    assert not nearly(one, one)
    assert one_name(one, other) is one_name(other, one)


@given(WORDS.filter(lambda word: len(word) > 8), st.integers(0, 8), st.sampled_from("xyz"))
def test_two_slips_in_a_long_word_are_forgiven(word: str, at: int, letter: str) -> None:
    assert nearly(word, f"{word[:at]}{letter}{word[at:]}{letter}")


@given(PROFILES, PEOPLE)
def test_a_name_is_the_same_as_itself_and_nothing_weighs_more(profile: ProfileFacts, person: PersonFacts) -> None:
    named = profile._replace(family_name=person.family_name, given_name=person.given_name)
    likeness = compare(named, person)
    assert likeness.family in (Finding.SAME, Finding.UNKNOWN)
    names = {"family_name", "given_name"}
    best = bits_of(part for part in likeness.parts if part.name in names)
    given_parts = [part for part in compare(profile, person).parts if part.name in names]
    if {part.name for part in given_parts} == {part.name for part in likeness.parts if part.name in names}:
        assert bits_of(given_parts) <= best or Finding.INITIAL in (likeness.given, likeness.family)


@given(st.lists(st.sampled_from([(part, finding) for part, all_ in BITS.items() for finding in all_]), max_size=7))
def test_a_stronger_finding_never_lowers_the_score(chosen: list[tuple[str, Finding]]) -> None:
    parts = [part_of(name, finding) for name, finding in dict(chosen).items()]
    score = probability(bits_of(parts))
    assert 0 <= score <= 1
    for at, part in enumerate(parts):
        for finding in BITS[part.name]:
            other = part_of(part.name, finding)
            changed = probability(bits_of([*parts[:at], other, *parts[at + 1 :]]))
            assert (other.agreement >= part.agreement) == (other.weight >= part.weight)
            assert changed >= score if other.weight >= part.weight else changed <= score


@given(PROFILES, CROWDS, st.booleans())
def test_similarity_alone_never_links(profile: ProfileFacts, people: list[PersonFacts], bold: bool) -> None:
    bare = profile._replace(employee_number=None, registration_number=None)
    verdict = judge(bare, people, settings=RuleSettings(registration_links=bold))
    assert verdict.state != "matched"
    assert verdict.claim is None


@given(PROFILES, CROWDS, st.booleans())
def test_only_a_number_that_is_the_persons_links_and_what_contradicts_it_never_does(
    profile: ProfileFacts, people: list[PersonFacts], bold: bool
) -> None:
    verdict = judge(profile, people, settings=RuleSettings(registration_links=bold))
    if verdict.state != "matched":
        assert verdict.claim is None
        return
    (person,) = (one for one in people if one.employee_number == verdict.claim)
    likeness = compare(profile, person)
    assert verdict.rule in (EXACT_NUMBER, NUMBER_WEAK_NAME, REGISTRATION)
    assert likeness.family is not Finding.DIFFERENT
    if verdict.rule == REGISTRATION:
        assert bold
        assert profile.employee_number is None
    else:
        assert profile.employee_number == verdict.claim
        assert likeness.given is not Finding.DIFFERENT
        assert likeness.finding_of("registration_number") in (Finding.SAME, Finding.UNKNOWN)


@given(PROFILES, CROWDS, st.randoms())
def test_the_order_of_people_changes_nothing(profile: ProfileFacts, people: list[PersonFacts], chance: object) -> None:
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judge(profile, shuffled) == judge(profile, people)


@given(PROFILES, CROWDS)
def test_people_without_a_key_of_the_profile_would_change_nothing_that_numbers_decide(
    profile: ProfileFacts, people: list[PersonFacts]
) -> None:
    keys = exact_keys(profile) | loose_keys(profile)
    sharing = [one for one in people if keys & person_keys(one)]
    verdict, whole = judge(profile, sharing), judge(profile, people)
    assert (verdict.state == "matched", verdict.claim) == (whole.state == "matched", whole.claim)


@given(PROFILES, st.lists(PEOPLE, max_size=8, unique_by=lambda one: one.employee_number))
def test_candidates_come_best_first_and_at_most_three(profile: ProfileFacts, people: list[PersonFacts]) -> None:
    candidates = judge(profile, people).candidates
    assert len(candidates) <= 3
    order = [(STRENGTH.index(one.rule), -one.bits) for one in candidates]
    assert order == sorted(order)


@pytest.mark.parametrize("part", _M_AND_U)
def test_each_part_is_a_distribution_and_its_findings_stand_strongest_first(part: str) -> None:
    for side in (0, 1):
        assert isclose(sum(pair[side] for pair in _M_AND_U[part].values()), 1, abs_tol=1e-4)
    assert BITS[part][Finding.SAME] == max(BITS[part].values())
    assert BITS[part][Finding.DIFFERENT] == min(BITS[part].values()) < 0


def test_usual_forms_hold_the_name_itself() -> None:
    assert {"bob", "robert"} <= usual_forms("rob")
    assert usual_forms("adaeze") == {"adaeze"}


def test_the_reference_page_names_every_rule_with_its_version_and_every_weight() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [rule.rule for rule in RULES if f"`{rule.rule}`" not in page] == []
    rows = {line.replace(" ", "") for line in page.splitlines() if line.startswith("|")}
    lacking = [
        (part, finding.value)
        for part, findings in BITS.items()
        for finding, bits in findings.items()
        if not any(row.startswith(f"|{part}|{finding.value}|") and f"|{bits:+}|" in row for row in rows)
    ]
    assert lacking == []
