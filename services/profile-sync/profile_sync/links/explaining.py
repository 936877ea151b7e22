"""Why a link is as it is: the rule or the person that made it, the values that were compared, the rivals, how to undo it.

What a rule compared is told as the rule found it, beside the values as they stand now. Where a person decided without any
candidate, the two are compared here, so that whoever looks later sees how far the data agree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from esrlink.db import ReadTx
from profile_sync.links.history import Recorded, Revision, decisions_on, revisions_on
from profile_sync.links.rows import Subject, load_subjects
from profile_sync.links.undoing import WayBack, way_back
from profile_sync.people.known import people_sharing
from profile_sync.profiles.putting import no_profile
from profile_sync.profiles.reading import LinkedProfile, read_places
from profile_sync.rules.decisions import Kind, standing
from profile_sync.rules.facts import PersonFacts, Place, ProfileFacts
from profile_sync.rules.judging import Candidate, holders_of
from profile_sync.rules.keys import address
from profile_sync.rules.reasons import in_words
from profile_sync.rules.rule_book import CURRENT, Rule, rule_of
from profile_sync.rules.similarity import Part, compare
from profile_sync.tables import link


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """One part of a comparison: what was found, what it weighs, and both sides' values as they stand now."""

    part: Part
    profile: str | None
    person: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A person whom the profile was compared with. `candidate` is as the rule found it; none where a person decided alone."""

    employee_number: str
    name: str | None
    candidate: Candidate | None
    parts: tuple[ComparedPart, ...]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another profile of the same department that claims the same person."""

    place: Place
    claim: str
    state: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A link, and everything that it rests on.

    `rule` is in the words of today's rule book; `rule_is_current` is false when it was made by an older version. `decision`
    is the one that the link rests on, `standing` all that hold.
    """

    profile: LinkedProfile
    reason: str
    rule: Rule | None
    rule_is_current: bool
    decision: Recorded | None
    standing: Sequence[Recorded]
    let_go: str | None
    compared: Sequence[Compared]
    rivals: Sequence[Rival]
    back: Sequence[WayBack]

    @property
    def made_by(self) -> Literal["rule", "person"]:
        """Who made it."""
        return "person" if self.profile.made_by == "person" else "rule"


async def explain(tx: ReadTx, vpd: str, place: Place) -> Explanation:
    """The explanation of one profile's link. Raises `NotFound`."""
    profile = (await read_places(tx, vpd, [place])).get(place)
    if profile is None:
        raise no_profile(place)
    subject = (await load_subjects(tx, vpd, [place]))[place]
    decisions = await decisions_on(tx, vpd, place)
    revisions = await revisions_on(tx, vpd, place)
    holding = _standing(decisions)
    return Explanation(
        profile=profile,
        reason=in_words(profile.reason),
        rule=rule_of(profile.rule),
        rule_is_current=profile.rule is None or profile.rule in CURRENT,
        decision=_decision(profile, holding),
        standing=holding,
        let_go=_let_go(revisions, profile),
        compared=await compared_with(tx, vpd, subject, _people(profile, subject), profile.candidates),
        rivals=await _rivals(tx, vpd, place, _people(profile, subject)),
        back=way_back(profile, [one.decision for one in holding]),
    )


def _standing(decisions: Sequence[Recorded]) -> list[Recorded]:
    hold = {one.decision_id for one in standing(one.decision for one in decisions)}
    return [one for one in decisions if one.decision.decision_id in hold]


# What a person must have decided for a link to have this reason.
_DECIDED = {"confirmed_by_hand": Kind.CONFIRM, "excluded_by_hand": Kind.EXCLUDE, "unlinked_by_hand": Kind.UNLINK}


def _decision(profile: LinkedProfile, holding: Sequence[Recorded]) -> Recorded | None:
    kind = Kind.CONFIRM if profile.made_by == "person" else None
    wanted = _DECIDED.get(profile.reason, kind)
    return next((one for one in reversed(holding) if one.decision.kind is wanted), None)


def _let_go(revisions: Sequence[Revision], profile: LinkedProfile) -> str | None:
    return next((one.let_go for one in revisions if one.revision == profile.revision), None)


def _people(profile: LinkedProfile, subject: Subject) -> list[str]:
    """Whom the profile is or may be, best first."""
    first = [number for number in (profile.employee_number, subject.claim) if number]
    return list(dict.fromkeys([*first, *(one.employee_number for one in profile.candidates)]))


async def compared_with(
    tx: ReadTx, vpd: str, subject: Subject, numbers: Sequence[str], candidates: Collection[Candidate] = ()
) -> list[Compared]:
    """A profile beside these people, in their order; without those whom ESR never showed."""
    if not numbers:
        return []
    keys = [f"n:{number}" for number in numbers]
    if subject.facts.email:
        keys.append(f"e:{address(subject.facts.email)}")
    people = {one.employee_number: one for one, _ in await people_sharing(tx, vpd, keys)}
    found = {one.employee_number: one for one in candidates}
    holders = holders_of(list(people.values()))
    return [_compared(subject, people[number], found.get(number), holders) for number in numbers if number in people]


def _compared(
    subject: Subject, person: PersonFacts, candidate: Candidate | None, holders: Mapping[str, int]
) -> Compared:
    parts = (
        candidate.parts
        if candidate
        else compare(subject.facts, person, department=subject.department, holders=holders).parts
    )
    ours, theirs = _of_profile(subject.facts, subject.department), _of_person(person)
    return Compared(
        person.employee_number,
        " ".join(filter(None, (person.given_name, person.family_name))),
        candidate,
        tuple(ComparedPart(part, ours.get(part.name), theirs.get(part.name, ())) for part in parts),
    )


def _of_profile(facts: ProfileFacts, department: str | None) -> dict[str, str | None]:
    return {
        "employee_number": facts.employee_number,
        "registration_number": facts.registration_number,
        "family_name": facts.family_name,
        "given_name": facts.given_name,
        "email": facts.email,
        "department": department,
        "grade": facts.grade,
    }


def _of_person(person: PersonFacts) -> dict[str, tuple[str, ...]]:
    given = (person.given_name, person.preferred_name, person.middle_names)
    return {
        "employee_number": (person.employee_number,),
        "registration_number": person.registration_numbers,
        "family_name": (person.family_name, *person.previous_family_names),
        "given_name": tuple(dict.fromkeys(name for name in given if name)),
        "email": (person.email,) if person.email else (),
        "department": person.organisations,
        "grade": person.grades,
    }


async def _rivals(tx: ReadTx, vpd: str, place: Place, people: Sequence[str]) -> list[Rival]:
    if not people:
        return []
    here = (
        link.c.vpd == vpd,
        link.c.claim.in_(people),
        link.c.product == place.product,
        link.c.department == place.department,
        link.c.profile_id != place.profile_id,
    )
    rows = await tx.all(select(link).where(*here).order_by(link.c.profile_id))
    return [
        Rival(Place(row.product, row.department, row.profile_id), row.claim, row.state, row.made_by) for row in rows
    ]
