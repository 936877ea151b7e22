"""The profiles of `make bench-links`, and the truth about each: whose it is, and what is wrong with it by construction.

What counts as a contradiction is decided here, where the noise is made, and not by asking the rules that are measured.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from tests.bench.links_noise import SHORT, mistyped, mistyped_number, unaccented
from tests.bench.links_people import DEPARTMENTS, STAFF, Human, make_people

PLACEHOLDERS = (
    "Locum 1", "Locum 2", "Vacant", "VACANT SHO", "Agency", "Agency Nurse 3", "Registrar 2", "TBC", "Unfilled", "Bank Doctor",
    "SHO A", "Consultant 4", "To be confirmed", "Rota gap", "Trust Grade 2", "Unknown locum", "New starter", "F2 (vacant)",
)  # fmt: skip
# A contract's name in a rota is its own business.
_ROTA_GRADES = {
    "Consultant": "Consultant (substantive)", "Specialty Registrar": "StR", "Foundation Year 1": "FY1",
    "Foundation Year 2": "FY2", "Specialty Doctor": "SAS doctor",
}  # fmt: skip


@dataclass(frozen=True)
class Given:
    """A profile as a rota product puts it."""

    profile_id: str
    department: str
    family: str
    given: str | None = None
    number: str | None = None
    registration: str | None = None
    email: str | None = None
    grade: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Truth:
    """Whose a profile is. `owners`: any of these numbers is right. `noise`: what was done to the name.

    `contradicts`: the number is right, yet the name or registration given is another's as far as ESR can tell.
    """

    owners: frozenset[str]
    noise: str
    placeholder: bool = False
    contradicts: bool = False


@dataclass
class World:
    """One invented trust: its people, the profiles put for them, and the truth by profile id."""

    people: list[Human]
    profiles: list[Given] = field(default_factory=list)
    truth: dict[str, Truth] = field(default_factory=dict)


def make_world(seed: int, size: int) -> World:
    """`size` people, their profiles in one to three departments, 2 % placeholders and 2 % profiles of nobody in ESR."""
    rng = random.Random(f"profiles/{seed}")  # noqa: S311 - seeded on purpose
    people = make_people(seed, size)
    numbers: dict[int, set[str]] = defaultdict(set)
    for one in people:
        if not one.gone:
            numbers[one.human].add(one.number)
    world = World(people)
    for one in people:
        if not one.gone:
            _profiles_of(rng, world, one, frozenset(numbers[one.human]))
    _slots(rng, world, size // 50)
    _strangers(rng, world, make_people(seed + 1_000, size // 50))
    rng.shuffle(world.profiles)
    return world


def _profiles_of(rng: random.Random, world: World, one: Human, owners: frozenset[str]) -> None:
    others = rng.sample([d for d in DEPARTMENTS if d != one.department], 2)
    for department in (one.department, *others)[: rng.choices((1, 2, 3), (84, 13, 3))[0]]:
        key = f"p{len(world.profiles):06d}"
        given, truth = _profile(rng, world.people, one, owners, key, department)
        world.profiles.append(given)
        world.truth[key] = truth


def _profile(
    rng: random.Random, people: Sequence[Human], one: Human, owners: frozenset[str], key: str, department: str
) -> tuple[Given, Truth]:
    noise = rng.choices(tuple(_NOISES), [weight for weight, _ in _NOISES.values()])[0]
    given, family, contradicts = _NOISES[noise][1](rng, one)
    number = one.number if rng.random() < 0.62 else None
    wrong = number is not None and rng.random() < (0.15 if one.twin else 0.012)
    if wrong:
        number = _wrong_number(rng, people, one)
    registration = one.registration if one.registration and rng.random() < 0.35 else None
    if registration and rng.random() < 0.01:
        registration, contradicts = mistyped_number(rng, registration), True
    if rng.random() < 0.3:
        given, family = unaccented(given) if given else None, unaccented(family)
    profile = Given(
        key,
        department,
        family,
        given,
        number,
        registration,
        _address(rng, one, department),
        _grade(rng, one),
        one.title,
    )
    # A number that is wrong is nobody's proof; one that is right is proof of this number alone.
    return profile, Truth(
        owners if wrong or number is None else frozenset({one.number}), noise, contradicts=contradicts
    )


def _wrong_number(rng: random.Random, people: Sequence[Human], one: Human) -> str:
    """A slip of one digit, a twin's, the next line's of an alphabetical list, or that of who had the profile before."""
    if one.twin and rng.random() < 0.9:
        return one.twin
    kind = rng.random()
    if kind < 0.5:
        return mistyped_number(rng, one.number)
    if kind < 0.8:
        same = [p.number for p in people if p.family == one.family and p.human != one.human]
        return rng.choice(same) if same else rng.choice(people).number
    return rng.choice(people).number


def _address(rng: random.Random, one: Human, department: str) -> str | None:
    if rng.random() < 0.32:
        return None
    kind = rng.random()
    if kind < 0.03:
        return f"{department.lower().replace(' ', '.')}.rota@alderbrook.example"  # shared by many
    if kind < 0.13 or one.email is None:
        return f"{unaccented(one.family).lower().replace(' ', '')}{rng.randrange(1, 999)}@post.example"
    if kind < 0.15:
        local, _, host = one.email.partition("@")
        return f"{mistyped(rng, local)}@{host}"
    return one.email.title() if kind < 0.2 else one.email


def _grade(rng: random.Random, one: Human) -> str | None:
    kind = rng.random()
    if kind < 0.25:
        return None
    if kind < 0.33:
        return rng.choice([grade for _, grades in STAFF.values() for grade in grades])
    return _ROTA_GRADES.get(one.grade, one.grade) if kind < 0.6 else one.grade


def _slots(rng: random.Random, world: World, size: int) -> None:
    for n in range(size):
        key = f"x{n:06d}"
        world.profiles.append(Given(key, rng.choice(DEPARTMENTS), rng.choice(PLACEHOLDERS)))
        world.truth[key] = Truth(frozenset(), "placeholder", placeholder=True)


def _strangers(rng: random.Random, world: World, people: Sequence[Human]) -> None:
    """Agency doctors whom ESR does not know, of the same names as everybody."""
    for n, one in enumerate(people):
        key = f"s{n:06d}"
        address = f"{unaccented(one.family).lower().replace(' ', '')}@agency.example" if rng.random() < 0.5 else None
        world.profiles.append(
            Given(key, rng.choice(DEPARTMENTS), one.family, one.given, email=address, grade=one.grade)
        )
        world.truth[key] = Truth(frozenset(), "stranger")


Named = tuple[str | None, str, bool]
"""Given name, family name, and whether they contradict what ESR knows."""


def _as_it_is(_: random.Random, one: Human) -> Named:
    return one.given, one.family, False


def _short(rng: random.Random, one: Human) -> Named:
    return SHORT.get(one.given, one.given), one.family, False


def _preferred(rng: random.Random, one: Human) -> Named:
    return one.preferred or one.given, one.family, False


def _middle(rng: random.Random, one: Human) -> Named:
    return one.middle or one.given, one.family, False


def _both(rng: random.Random, one: Human) -> Named:
    return f"{one.given} {one.middle or ''}".strip(), one.family, False


def _initial(rng: random.Random, one: Human) -> Named:
    return one.given[0] + rng.choice(("", ".")), one.family, False


def _no_given(rng: random.Random, one: Human) -> Named:
    return None, one.family, False


def _typo_family(rng: random.Random, one: Human) -> Named:
    # One slip in a name of three letters makes another name.
    return one.given, mistyped(rng, one.family), len(one.family) < 4


def _typo_given(rng: random.Random, one: Human) -> Named:
    return mistyped(rng, one.given), one.family, len(one.given) < 4


def _swapped(rng: random.Random, one: Human) -> Named:
    return one.family, one.given, False


def _previous(rng: random.Random, one: Human) -> Named:
    return one.given, one.previous[0] if one.previous else one.family, False


def _half(rng: random.Random, one: Human) -> Named:
    return one.given, rng.choice(one.family.split("-")), False


def _capitals(rng: random.Random, one: Human) -> Named:
    return one.given.upper(), one.family.upper(), False


def _titled(rng: random.Random, one: Human) -> Named:
    return f"{one.title} {one.given}", one.family, False


def _newly_married(rng: random.Random, one: Human) -> Named:
    """A name that was taken on and that ESR does not know of yet."""
    others = [name for name in _surnames() if name != one.family]
    return one.given, rng.choice(others), True


def _known_as(rng: random.Random, one: Human) -> Named:
    """A name at work that ESR was never told."""
    return rng.choice(("Kevin", "Tina", "Lucky", "Sunny", "Bee", "JJ", "Angel", "Prince")), one.family, True


@cache
def _surnames() -> tuple[str, ...]:
    return tuple(sorted({one.family for one in make_people(0, 500)}))


_NOISES: dict[str, tuple[float, Callable[[random.Random, Human], Named]]] = {
    "as it is": (54, _as_it_is),
    "short form": (10, _short),
    "preferred": (4, _preferred),
    "middle name": (1.5, _middle),
    "both names": (4, _both),
    "initial": (5, _initial),
    "no given name": (1, _no_given),
    "typing error in the family name": (4, _typo_family),
    "typing error in the given name": (3, _typo_given),
    "swapped": (2, _swapped),
    "previous name": (3, _previous),
    "half a double name": (2, _half),
    "capitals": (3, _capitals),
    "title in the name": (1.5, _titled),
    "newly married": (1.5, _newly_married),
    "known as": (0.5, _known_as),
}
