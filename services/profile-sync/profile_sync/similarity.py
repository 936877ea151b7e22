"""How alike a profile and a person are: a score from 0 to 1 and the parts that it is made of.

Only what both sides give counts, so that a missing e-mail lowers nobody's score. The score orders suggestions and explains
them to the person who decides; it never links by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from profile_sync.facts import PersonFacts, ProfileFacts
from profile_sync.keys import registration_key
from profile_sync.names import Agreement, family_agreement, fold, given_agreement, likeness

# How much each part says of identity, against the family name as 3. A registration or ESR number is one person's;
# an e-mail address is sometimes shared; a grade is everybody's.
WEIGHTS = {
    "employee_number": 5,
    "registration_number": 5,
    "family_name": 3,
    "email": 3,
    "given_name": 2,
    "grade": 0.5,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: `agreement` runs from 0 to 1."""

    name: str
    weight: float
    agreement: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score with its parts, and whether the names are each other's the wrong way round."""

    score: Decimal
    parts: tuple[Part, ...]
    family: Agreement
    given: Agreement

    def agreement_of(self, part: str) -> float | None:
        """The agreement of one part; none when a side does not give it."""
        return next((p.agreement for p in self.parts if p.name == part), None)


def compare(profile: ProfileFacts, person: PersonFacts) -> Likeness:
    """Score one pair."""
    family, given = _names(profile, person)
    parts = [*_numbers(profile, person), *_named("family_name", family), *_named("given_name", given)]
    if profile.email and person.email:
        parts.append(_part("email", float(profile.email.strip().casefold() == person.email.strip().casefold())))
    if profile.grade and person.grades:
        parts.append(_part("grade", round(max(likeness(fold(profile.grade), fold(g)) for g in person.grades), 3)))
    total = sum(part.weight for part in parts)
    score = sum(part.weight * part.agreement for part in parts) / total if total else 0.0
    return Likeness(Decimal(str(round(score, 3))), tuple(parts), family[0], given[0])


Graded = tuple[Agreement, float]


def _names(profile: ProfileFacts, person: PersonFacts) -> tuple[Graded, Graded]:
    family = family_agreement(profile.family_name, person.family_names)
    given = given_agreement(profile.given_name, person.given_names)
    if Agreement.CONTRADICTS in (family[0], given[0]) and profile.given_name:
        swapped = (
            family_agreement(profile.given_name, person.family_names),
            given_agreement(profile.family_name, person.given_names),
        )
        if all(grade is Agreement.AGREES for grade, _ in swapped):
            return swapped
    return family, given


def _numbers(profile: ProfileFacts, person: PersonFacts) -> Iterator[Part]:
    if profile.employee_number:
        yield _part("employee_number", float(profile.employee_number == person.employee_number))
    if profile.registration_number and person.registration_numbers:
        known = {registration_key(number) for number in person.registration_numbers}
        yield _part("registration_number", float(registration_key(profile.registration_number) in known))


def _named(name: str, graded: Graded) -> Iterator[Part]:
    grade, ratio = graded
    if grade is not Agreement.UNKNOWN:
        # Two names that merely share letters are two names: half-likeness would lift strangers over the threshold.
        yield _part(name, 0.0 if grade is Agreement.CONTRADICTS else round(ratio, 3))


def _part(name: str, agreement: float) -> Part:
    return Part(name, WEIGHTS[name], agreement)
