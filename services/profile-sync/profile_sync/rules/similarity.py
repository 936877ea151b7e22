"""How alike a profile and a person are: findings part by part, what each weighs, and the probability that they come to.

Only what both sides give counts, so that a missing e-mail lowers nobody's score. The score orders suggestions and explains
them to the person who decides; it never links by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from types import MappingProxyType

from profile_sync.rules.facts import PersonFacts, ProfileFacts
from profile_sync.rules.keys import address, registration_key
from profile_sync.rules.mistyping import nearly
from profile_sync.rules.names import Agreement, Finding, agreement, family_finding, family_forms, fold, given_finding
from profile_sync.rules.weights import BITS, agreement_of, probability

# Parts that are numbers decide by rule; the rest are looks.
NUMBERS = ("employee_number", "registration_number")
_NOBODY: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: what was found, its weight in bits, and how near it comes to the best finding (0 to 1)."""

    name: str
    weight: float
    agreement: float
    finding: str = ""


@dataclass(frozen=True, eq=False)
class Likeness:
    """What comparing a profile with a person found. `family` and `given` are findings that a swap is taken into.

    Pairs with the same findings share one, so what follows from the findings is worked out once.
    """

    parts: tuple[Part, ...]
    family: Finding
    given: Finding

    @cached_property
    def looks(self) -> float:
        """The bits without those of the numbers."""
        return looks_of(self.parts)

    @cached_property
    def score(self) -> Decimal:
        """The probability that the two are one, to three places."""
        return Decimal(str(round(probability(bits_of(self.parts)), 3)))

    @property
    def names(self) -> tuple[Agreement, Agreement]:
        """What family and given name mean to the rules."""
        return agreement(self.family), agreement(self.given)

    def finding_of(self, part: str) -> Finding:
        """What one part found; unknown when a side does not give it."""
        return next((Finding(one.finding) for one in self.parts if one.name == part), Finding.UNKNOWN)


def bits_of(parts: Iterable[Part]) -> float:
    """All parts together: each bit doubles the odds that the two are one."""
    return round(sum(part.weight for part in parts), 1)


def looks_of(parts: Iterable[Part]) -> float:
    """The bits without those of the numbers: a number that is wrong must not hide whom it should have been."""
    return bits_of(part for part in parts if part.name not in NUMBERS)


def compare(
    profile: ProfileFacts, person: PersonFacts, *, department: str | None = None, holders: Mapping[str, int] = _NOBODY
) -> Likeness:
    """Compare one pair. `department` is the name of the profile's; `holders`: how many people have an e-mail address."""
    family, given = _names_of(profile, person)
    return _likeness(
        _number(profile.employee_number, (person.employee_number,)),
        _number(profile.registration_number, person.registration_numbers),
        family,
        given,
        _email(profile.email, person.email, holders),
        _words_in(department, person.organisations),
        _grade(profile.grade, person.grades),
    )


Look = Callable[[ProfileFacts, str | None], bool]
"""Whether a profile, in a department of this name, sees a certain change of a person."""


def looks_at(before: PersonFacts, after: PersonFacts) -> list[Look]:
    """A look for each thing that a change of a person may make a comparison find otherwise, for what changed alone."""
    looks: list[Look] = []
    if before.grades != after.grades:
        looks.append(lambda mine, _: _grade(mine.grade, before.grades) != _grade(mine.grade, after.grades))
    if before.organisations != after.organisations:
        looks.append(lambda _, name: _words_in(name, before.organisations) != _words_in(name, after.organisations))
    if before.registration_numbers != after.registration_numbers:
        was, now = before.registration_numbers, after.registration_numbers
        looks.append(lambda mine, _: _number(mine.registration_number, was) != _number(mine.registration_number, now))
    if before.email != after.email:
        looks.append(
            lambda mine, _: _email(mine.email, before.email, _NOBODY) != _email(mine.email, after.email, _NOBODY)
        )
    if _bears(before) != _bears(after):
        looks.append(lambda mine, _: _names_of(mine, before) != _names_of(mine, after))
    return looks


_PARTS = ("employee_number", "registration_number", "family_name", "given_name", "email", "department", "grade")


@lru_cache(maxsize=16_384)
def _likeness(*found: Finding) -> Likeness:
    """The likeness that a finding for each of `_PARTS` comes to."""
    given = zip(_PARTS, found, strict=True)
    parts = tuple(part_of(name, finding) for name, finding in given if finding is not Finding.UNKNOWN)
    return Likeness(parts, family=found[2], given=found[3])


@lru_cache(maxsize=128)
def part_of(name: str, finding: Finding) -> Part:
    """A part of a score by what was found."""
    return Part(name, BITS[name][finding], agreement_of(name, finding), finding.value)


def _bears(person: PersonFacts) -> tuple[object, ...]:
    """All names that a person has or had."""
    return person.family_name, person.previous_family_names, person.given_names


def _names_of(profile: ProfileFacts, person: PersonFacts) -> tuple[Finding, Finding]:
    return _names(
        profile.family_name, profile.given_name, person.family_name, person.previous_family_names, person.given_names
    )


# Pairs whose names stayed come again: before a change of the person and after it, and when the profile is judged.
@lru_cache(maxsize=32_768)
def _names(
    family_name: str,
    given_name: str | None,
    present: str,
    previous: tuple[str, ...],
    given_names: tuple[str | None, ...],
) -> tuple[Finding, Finding]:
    """What a profile's family and given name are to a person's."""
    family = family_finding(family_name, present, previous)
    given = given_finding((given_name,), given_names)
    # Only names that share a word with the other side's can stand in each other's place.
    if given_name and Finding.DIFFERENT in (family, given) and _may_be(given_name, (present, *previous)):
        swapped = agreement(family_finding(given_name, present, previous)) is Agreement.AGREES
        if swapped and given_finding((family_name,), given_names) in _WHOLE:
            return Finding.SWAPPED, Finding.SWAPPED
    return family, given


def _may_be(given_name: str, families: Iterable[str]) -> bool:
    """Whether a given name shares a word with a family name: else it cannot stand in its place."""
    forms = _forms(given_name)
    return not all(forms.isdisjoint(family_forms(one)) for one in families)


@lru_cache(maxsize=16_384)
def _forms(name: str) -> frozenset[str]:
    return frozenset(family_forms(name))


# A letter in the family name's place is no swapped name.
_WHOLE = (Finding.SAME, Finding.OTHER_NAME, Finding.SHORT_FORM)


def _number(mine: str | None, known: Collection[str]) -> Finding:
    if not mine or not known:
        return Finding.UNKNOWN
    number, best = registration_key(mine), Finding.DIFFERENT
    for one in known:
        other = registration_key(one)
        if number == other:
            return Finding.SAME
        if nearly(number, other):
            best = Finding.CLOSE
    return best


def _email(mine: str | None, known: str | None, holders: Mapping[str, int]) -> Finding:
    if not mine or not known:
        return Finding.UNKNOWN
    one, two = address(mine), address(known)
    if one == two:
        return Finding.SHARED if holders.get(one, 1) > 1 else Finding.SAME
    if one in holders:  # somebody else's, letter by letter
        return Finding.DIFFERENT
    (local, _, host), (other, _, elsewhere) = one.partition("@"), two.partition("@")
    # The same name at another host, or a slip in the name: an initial alone before the `@` is everybody's.
    same = local == other and len(local) > _TELLING
    return Finding.CLOSE if same or (host == elsewhere and nearly(local, other)) else Finding.DIFFERENT


_TELLING = 6


@lru_cache(maxsize=16_384)
def _grade(mine: str | None, known: tuple[str, ...]) -> Finding:
    if not mine or not known:
        return Finding.UNKNOWN
    return min((_one_grade(fold(mine), fold(one)) for one in known), key=_GRADES.index)


_GRADES = (Finding.SAME, Finding.CLOSE, Finding.DIFFERENT)


def _one_grade(one: str, two: str) -> Finding:
    if one == two:
        return Finding.SAME
    return Finding.CLOSE if set(one.split()) & set(two.split()) or nearly(one, two) else Finding.DIFFERENT


# What every name of a department may have.
_COMMON = "and the of for department dept service services unit team ward medical nursing staff medicine nhs"
_COMMON_WORDS = frozenset(_COMMON.split())


@lru_cache(maxsize=4_096)
def _telling(name: str) -> frozenset[str]:
    return frozenset(word for word in fold(name).split() if word not in _COMMON_WORDS and not word.isdigit())


def names_department(department: str, organisation: str) -> bool:
    """Whether an organisation's name in ESR holds every telling word of a department's name."""
    return _words_in(department, (organisation,)) is Finding.SAME


@lru_cache(maxsize=16_384)
def _words_in(mine: str | None, known: tuple[str, ...]) -> Finding:
    words = _telling(mine) if mine else frozenset()
    others = [found for one in known if (found := _telling(one))]
    if not words or not others:
        return Finding.UNKNOWN
    if any(words <= other for other in others):
        return Finding.SAME
    return Finding.PART if any(words & other for other in others) else Finding.DIFFERENT
