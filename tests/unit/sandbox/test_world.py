"""The invented people: the same for a seed, and with the traps that readers of ESR files have to meet."""

from datetime import date

import pytest

from esr_sandbox.world.people import TERMINATED
from esr_sandbox.world.trusts import trust_of
from esr_sandbox.world.world import World

ANCHOR = date(2026, 8, 3)


@pytest.fixture(scope="module")
def world() -> World:
    return World.begin(trust_of("277"), 2026, ANCHOR, 2000)


def test_the_same_seed_makes_the_same_people(world: World) -> None:
    assert World.begin(trust_of("277"), 2026, ANCHOR, 2000).people == world.people


def test_another_seed_makes_other_people(world: World) -> None:
    assert World.begin(trust_of("277"), 7, ANCHOR, 100).people != dict(list(world.people.items())[:100])


def test_every_name_fits_the_character_set_of_the_files_and_some_carry_accents(world: World) -> None:
    for person in world.people.values():
        f"{person.last_name}{person.first_name}{person.middle_names}".encode("iso-8859-1")
    assert sum(not person.last_name.isascii() for person in world.people.values()) > 50


def test_employee_numbers_are_eight_digits_each_once_some_with_leading_zeros(world: World) -> None:
    numbers = [person.employee_number for person in world.people.values()]
    assert all(len(number) == 8 and number.isdecimal() for number in numbers)
    assert len(set(numbers)) == 2000
    assert sum(number.startswith("0") for number in numbers) > 100


def test_about_one_in_eight_is_a_doctor_with_a_registration_of_their_own(world: World) -> None:
    registrations = [person.gmc for person in world.people.values() if person.gmc]
    assert len(registrations) == 240
    assert len(set(registrations)) == 240
    assert all(len(number) == 7 and number.isdecimal() for number in registrations)


def test_sixty_doctors_work_in_three_departments_and_ten_of_them_in_two(world: World) -> None:
    doctors = list(world.in_departments())
    assert len(doctors) == 60
    assert sum(len(person.departments) == 2 for person in doctors) == 10
    assert {department for person in doctors for department in person.departments} == {
        "anaesthetics",
        "cardiology",
        "radiology",
    }


def test_some_hold_two_posts_some_have_left_and_some_start_later(world: World) -> None:
    people = world.people.values()
    second = [person.assignments[1] for person in people if len(person.assignments) == 2]
    assert 100 < len(second) < 140
    assert all(assignment.number.endswith("-2") for assignment in second)
    assert sum(person.leaving_date is not None for person in people) > 40
    assert sum(person.hire_date > ANCHOR for person in people) > 20


def test_some_humans_work_in_both_trusts_under_one_nhs_unique_id(world: World) -> None:
    other = World.begin(trust_of("312"), 2026, ANCHOR, 300)
    here = {person.nhs_unique_id: person for person in world.people.values()}
    shared = [person for person in other.people.values() if person.nhs_unique_id in here]
    assert len(shared) == 6
    for person in shared:
        twin = here[person.nhs_unique_id]
        assert (person.last_name, person.gmc) == (twin.last_name, twin.gmc)
        assert person.person_id != twin.person_id


def test_one_esr_number_names_two_people_in_two_trusts(world: World) -> None:
    other = World.begin(trust_of("312"), 2026, ANCHOR, 300)
    both = [number for number in other.people if number in world.people]
    assert both
    assert any(other.people[number].nhs_unique_id != world.people[number].nhs_unique_id for number in both)


def test_national_insurance_numbers_carry_a_prefix_that_is_never_issued(world: World) -> None:
    assert {person.ni_number[:2] for person in world.people.values()} == {"QQ"}


def test_a_day_of_changes_does_what_it_says() -> None:
    world = World.begin(trust_of("277"), 2026, ANCHOR, 600)
    day = date(2026, 8, 4)
    done = world.advance(day)
    assert len(done.joiners) == 5
    assert all(world.people[number].hire_date == day for number in done.joiners)
    assert world.people[done.future_starter].hire_date > day
    assert len(set(done.leavers)) == 3
    for number in done.leavers:
        assert world.people[number].assignments[0].last.status == TERMINATED
        assert world.people[number].assignments[0].active_on(day)
    spells = world.people[done.changed_post].assignments[0].spells
    assert spells[-1].start == day
    assert spells[-1].position == done.new_position != spells[-2].position
    assert done.deleted is not None
    assert world.assignment(done.deleted.number) is None


def test_played_again_the_days_lead_to_the_same_people() -> None:
    days = [date(2026, 8, 4), date(2026, 8, 5)]
    one = World.begin(trust_of("277"), 2026, ANCHOR, 600)
    for day in days:
        one.advance(day)
    assert World.begin(trust_of("277"), 2026, ANCHOR, 600, days).people == one.people
