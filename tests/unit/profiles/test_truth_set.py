"""The rules on a small trust of the benchmark's making: what `make bench-links` holds for 20,000 people, in a second."""

from __future__ import annotations

from collections import defaultdict

from tests.bench.links_people import Human
from tests.bench.links_score import Found, count
from tests.bench.links_world import Given, World, make_world

from profile_sync.rules.claims import settle
from profile_sync.rules.facts import PersonFacts, Place, ProfileFacts
from profile_sync.rules.judging import Verdict, judge
from profile_sync.rules.keys import exact_keys, loose_keys, person_keys


def test_automatic_links_are_right_and_people_without_a_number_are_found() -> None:
    world = make_world(seed=7, size=2_000)
    counts = count(world, _found(world))
    assert counts.wrong == []
    assert counts.right_numbers_not_linked == []
    assert counts.mistaken_slots == []
    assert counts.recall >= 95
    assert counts.most_candidates <= 3
    assert counts.right_numbers > 1_000
    assert counts.unnumbered > 500


def _found(world: World) -> dict[str, Found]:
    by_key: dict[str, list[PersonFacts]] = defaultdict(list)
    for human in world.people:
        person = _person(human)
        for key in person_keys(person):
            by_key[key].append(person)
    verdicts = {Place("clwrota", one.department, one.profile_id): _verdict(one, by_key) for one in world.profiles}
    return {
        place.profile_id: Found(
            verdict.claim if verdict.state == "matched" else None,
            tuple(one.employee_number for one in verdict.candidates) if verdict.state == "possible" else (),
            excluded=verdict.state == "excluded",
        )
        for place, verdict in settle(verdicts).items()
    }


def _verdict(one: Given, by_key: dict[str, list[PersonFacts]]) -> Verdict:
    facts = ProfileFacts(one.family, one.given, one.number, one.registration, one.email, one.grade, one.title)
    keys = exact_keys(facts) | loose_keys(facts)
    people = {person.employee_number: person for key in keys for person in by_key.get(key, ())}
    return judge(facts, list(people.values()), department=one.department)


def _person(one: Human) -> PersonFacts:
    return PersonFacts(
        employee_number=one.number,
        family_name=one.family,
        given_name=one.given,
        middle_names=one.middle,
        preferred_name=one.preferred,
        previous_family_names=one.previous,
        registration_numbers=(one.registration,) if one.registration else (),
        email=one.email,
        grades=(one.grade,),
        organisations=(f"277 {one.department}",),
        gone=one.gone,
    )
