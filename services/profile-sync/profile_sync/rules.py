"""The link rules: from what is known of a profile and of the people that it may be, to a verdict. Pure functions.

Each rule has a name and a version, written `name/version`, that goes with everything it made. They are tried in order of
strength. Only an exact number links, and only where nothing contradicts it; similarity suggests and never links; what a
person decided stands before any rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from profile_sync.decisions import NOTHING_DECIDED, Stance
from profile_sync.facts import PersonFacts, ProfileFacts
from profile_sync.names import Agreement, is_placeholder
from profile_sync.similarity import Likeness, Part, compare

EXACT_NUMBER = "exact_number/1"
NUMBER_CONTRADICTED = "number_contradicted/1"
REGISTRATION = "registration/1"
REGISTRATION_CONTRADICTED = "registration_contradicted/1"
SIMILARITY = "similarity/1"
PLACEHOLDER = "placeholder/1"

_STRENGTH = (EXACT_NUMBER, NUMBER_CONTRADICTED, REGISTRATION, REGISTRATION_CONTRADICTED, SIMILARITY)

# Below this a suggestion wastes the reviewer's time: two names of which one agrees score 0.4 to 0.6.
SUGGEST_FROM = Decimal("0.8")
# More than three choices are not looked at; the right one is nearly always among the first.
MOST_CANDIDATES = 3

State = Literal["matched", "possible", "unmatched", "excluded"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom the profile may be, which rule says so, and how the score came about."""

    employee_number: str
    rule: str
    score: Decimal
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What decisions and rules make of one profile, looked at alone.

    `claim` is the person whom it would be linked to; whether it can be also depends on the department's other profiles
    (see `claims`). `reason` is a code of `reasons`.
    """

    state: State
    reason: str
    made_by: Literal["rule", "person"] = "rule"
    rule: str | None = None
    claim: str | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What a trust can set. `registration_links`: a registration number with the same family name links by itself."""

    registration_links: bool = False


def judge(
    profile: ProfileFacts,
    people: Sequence[PersonFacts],
    stance: Stance = NOTHING_DECIDED,
    settings: RuleSettings = RuleSettings(),
    last_person: str | None = None,
) -> Verdict:
    """The verdict on `profile`, when `people` are all those that share a key with it.

    `last_person` is the ESR number of whom rules link it to, or did last: another number moves it to nobody.
    """
    if stance.excluded:
        return Verdict("excluded", "excluded_by_hand", made_by="person")
    if stance.confirmed:
        return Verdict("matched", "confirmed_by_hand", made_by="person", claim=stance.confirmed)
    if is_placeholder(profile.given_name, profile.family_name):
        return Verdict("excluded", "placeholder", rule=PLACEHOLDER)
    found = [
        candidate
        for person in people
        if person.employee_number not in stance.rejected
        if (candidate := _candidate(profile, person))
    ]
    found.sort(key=lambda one: (_STRENGTH.index(one.rule), -one.score, one.employee_number))
    if last_person in stance.rejected | stance.unlinked:
        last_person = None  # a person took that link away, so nothing moves
    return _verdict(profile, tuple(found), stance, settings, last_person)


def _candidate(profile: ProfileFacts, person: PersonFacts) -> Candidate | None:
    likeness = compare(profile, person)
    rule = _rule_for(likeness)
    if rule is None or (rule == SIMILARITY and person.gone):
        return None
    return Candidate(person.employee_number, rule, likeness.score, likeness.parts)


def _rule_for(likeness: Likeness) -> str | None:
    """The strongest rule that speaks for a pair, or none."""
    names_contradict = Agreement.CONTRADICTS in (likeness.family, likeness.given)
    registration = likeness.agreement_of("registration_number")
    if likeness.agreement_of("employee_number") == 1:
        return NUMBER_CONTRADICTED if names_contradict or registration == 0 else EXACT_NUMBER
    if registration == 1:
        return REGISTRATION if likeness.family is Agreement.AGREES else REGISTRATION_CONTRADICTED
    return SIMILARITY if _score_of_looks(likeness) >= SUGGEST_FROM else None


def _score_of_looks(likeness: Likeness) -> Decimal:
    """The score without the numbers: a number that is wrong must not hide the person that it should have been."""
    parts = [p for p in likeness.parts if p.name not in ("employee_number", "registration_number")]
    total = sum(p.weight for p in parts)
    return Decimal(str(round(sum(p.weight * p.agreement for p in parts) / total, 3))) if total else Decimal(0)


def _verdict(
    profile: ProfileFacts,
    found: tuple[Candidate, ...],
    stance: Stance,
    settings: RuleSettings,
    last_person: str | None,
) -> Verdict:
    if not found:
        return Verdict("unmatched", "number_unknown" if profile.employee_number else "nobody_alike")
    best, kept = found[0], found[:MOST_CANDIDATES]
    if _links(best, found, settings):
        if best.employee_number in stance.unlinked:
            return Verdict("possible", "unlinked_by_hand", rule=best.rule, candidates=kept)
        if best.rule == EXACT_NUMBER and last_person not in (None, best.employee_number):
            return Verdict("possible", "number_changed", rule=best.rule, candidates=kept)
        return Verdict(
            "matched", best.rule.partition("/")[0], rule=best.rule, claim=best.employee_number, candidates=(best,)
        )
    return Verdict("possible", _doubt(found), rule=best.rule, candidates=kept)


def _links(best: Candidate, found: tuple[Candidate, ...], settings: RuleSettings) -> bool:
    if best.rule == EXACT_NUMBER:
        return True
    if best.rule != REGISTRATION or not settings.registration_links:
        return False
    # Two ESR numbers with one registration: a person must say which; and a profile with another number contradicts.
    alone = sum(one.rule == REGISTRATION for one in found) == 1
    return alone and not any(part.name == "employee_number" for part in best.parts)


def _doubt(found: tuple[Candidate, ...]) -> str:
    best = found[0]
    if best.rule == REGISTRATION and sum(one.rule == REGISTRATION for one in found) > 1:
        return "registration_of_several"
    return best.rule.partition("/")[0]
