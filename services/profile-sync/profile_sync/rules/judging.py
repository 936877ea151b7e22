"""The link rules: from what is known of a profile and of the people that it may be, to a verdict. Pure functions.

Each rule has a name and a version, written `name/version`, that goes with everything it made. They are tried in order of
strength. Only an exact number links, and only where nothing contradicts it; similarity suggests and never links; what a
person decided stands before any rule. docs/reference/link-rules.md tells the same in words, and a test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from profile_sync.rules.decisions import NOTHING_DECIDED, Stance
from profile_sync.rules.facts import PersonFacts, ProfileFacts
from profile_sync.rules.keys import address
from profile_sync.rules.names import Agreement, Finding, agreement
from profile_sync.rules.placeholders import is_placeholder
from profile_sync.rules.similarity import Likeness, Part, bits_of, compare, looks_of
from profile_sync.rules.weights import PRIOR_BITS

PLACEHOLDER = "placeholder/2"
EXACT_NUMBER = "exact_number/2"
NUMBER_WEAK_NAME = "number_weak_name/1"
NUMBER_CONTRADICTED = "number_contradicted/2"
REGISTRATION = "registration/2"
REGISTRATION_CONTRADICTED = "registration_contradicted/2"
SIMILARITY = "similarity/2"

STRENGTH = (
    EXACT_NUMBER,
    NUMBER_WEAK_NAME,
    NUMBER_CONTRADICTED,
    REGISTRATION,
    REGISTRATION_CONTRADICTED,
    SIMILARITY,
)
"""The rules that look at people, strongest first."""
# These link by the ESR number, so that a number that was another's before goes to a person.
_BY_NUMBER = (EXACT_NUMBER, NUMBER_WEAK_NAME)

# Below one in sixty-four a suggestion wastes the reviewer's time: two siblings of one department come to less.
SUGGEST_FROM_BITS = -PRIOR_BITS - 6
# A department and a grade together are worth less than this, an e-mail address more.
FITS_BETTER_BITS = 12.0
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

    @property
    def bits(self) -> float:
        """All parts together: what candidates are ordered by, where the score of several rounds to 1."""
        return bits_of(self.parts)

    @property
    def looks(self) -> float:
        """The bits without those of the numbers."""
        return looks_of(self.parts)


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
    department: str | None = None,
) -> Verdict:
    """The verdict on `profile`, when `people` are all those that share a key with it.

    `last_person` is the ESR number of whom rules link it to, or did last: another number moves it to nobody. `department`
    is the name of the profile's department.
    """
    if stance.excluded:
        return Verdict("excluded", "excluded_by_hand", made_by="person")
    if stance.confirmed:
        return Verdict("matched", "confirmed_by_hand", made_by="person", claim=stance.confirmed)
    if is_placeholder(profile.given_name, profile.family_name):
        return Verdict("excluded", "placeholder", rule=PLACEHOLDER)
    holders = holders_of(people)
    compared = (
        (person, compare(profile, person, department=department, holders=holders))
        for person in people
        if person.employee_number not in stance.rejected
    )
    found = [one for person, likeness in compared if (one := candidate_of(person, likeness))]
    found.sort(key=lambda one: (STRENGTH.index(one.rule), -one.bits, one.employee_number))
    if last_person in stance.rejected | stance.unlinked:
        last_person = None  # a person took that link away, so nothing moves
    return _verdict(profile, tuple(found), stance, settings, last_person)


def holders_of(people: Sequence[PersonFacts]) -> Mapping[str, int]:
    """How many have each e-mail address: all who have the profile's are among `people`, because it is a key that they share."""
    return Counter(address(one.email) for one in people if one.email)


def candidate_of(person: PersonFacts, likeness: Likeness) -> Candidate | None:
    """The person as a candidate, if a rule speaks for the pair."""
    rule = rule_for(likeness)
    if rule is None or (rule == SIMILARITY and person.gone):
        return None
    return Candidate(person.employee_number, rule, likeness.score, likeness.parts)


@lru_cache(maxsize=16_384)
def rule_for(likeness: Likeness) -> str | None:
    """The strongest rule that speaks for a pair, or none."""
    registration = likeness.finding_of("registration_number")
    if likeness.finding_of("employee_number") is Finding.SAME:
        refuted = registration in (Finding.CLOSE, Finding.DIFFERENT)
        return NUMBER_CONTRADICTED if refuted else _by_names(likeness)
    if registration is Finding.SAME:
        return REGISTRATION if likeness.names[0] is Agreement.AGREES else REGISTRATION_CONTRADICTED
    return SIMILARITY if likeness.looks >= SUGGEST_FROM_BITS else None


def _by_names(likeness: Likeness) -> str:
    """Which rule an exact number falls under: a name is weak with one typing error, an initial, or no given name."""
    if Agreement.CONTRADICTS in likeness.names:
        return NUMBER_CONTRADICTED
    if Agreement.CLOSE in likeness.names:
        return NUMBER_WEAK_NAME if Agreement.AGREES in likeness.names else NUMBER_CONTRADICTED
    return NUMBER_WEAK_NAME if likeness.given in (Finding.INITIAL, Finding.UNKNOWN) else EXACT_NUMBER


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
        if best.rule in _BY_NUMBER and last_person not in (None, best.employee_number):
            return Verdict("possible", "number_changed", rule=best.rule, candidates=kept)
        return Verdict("matched", _name(best.rule), rule=best.rule, claim=best.employee_number, candidates=(best,))
    return Verdict("possible", _doubt(found), rule=best.rule, candidates=kept)


def _links(best: Candidate, found: tuple[Candidate, ...], settings: RuleSettings) -> bool:
    if best.rule in _BY_NUMBER:
        return not any(_fits_better(other, best) for other in found[1:])
    if best.rule != REGISTRATION or not settings.registration_links:
        return False
    # Two ESR numbers with one registration: a person must say which; and a profile with another number contradicts.
    alone = sum(one.rule == REGISTRATION for one in found) == 1
    return alone and not any(part.name == "employee_number" for part in best.parts)


def _fits_better(other: Candidate, best: Candidate) -> bool:
    """Whether a profile may be `other`'s for all that the number says.

    What looks like a typing error may be a sibling's very name, an initial begins many names, and a namesake has an e-mail
    address of their own.
    """
    mistyped = any(part.finding == Finding.CLOSE for part in _names(best))
    more = other.looks - best.looks
    return more >= FITS_BETTER_BITS or (mistyped and more > 0 and _bears_the_name(other))


def _bears_the_name(one: Candidate) -> bool:
    """Whether the profile's name is this person's, letter by letter or by usage, and not only an initial."""
    names = [Finding(part.finding) for part in _names(one)]
    return len(names) > 1 and all(agreement(f) is Agreement.AGREES and f is not Finding.INITIAL for f in names)


def _names(one: Candidate) -> list[Part]:
    return [part for part in one.parts if part.name in ("family_name", "given_name")]


def _doubt(found: tuple[Candidate, ...]) -> str:
    best = found[0]
    if best.rule == REGISTRATION and sum(one.rule == REGISTRATION for one in found) > 1:
        return "registration_of_several"
    return "another_fits_better" if best.rule in _BY_NUMBER else _name(best.rule)


def _name(rule: str) -> str:
    return rule.partition("/")[0]
