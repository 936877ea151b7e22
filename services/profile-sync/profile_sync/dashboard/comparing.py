"""A profile beside the people that it may be, value by value, in words: what was found of each, and what that weighs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from profile_sync.profiles.reading import LinkedProfile
from profile_sync.rules.judging import Candidate
from profile_sync.rules.rule_book import RULES
from profile_sync.rules.similarity import Part

_LABELS = {
    "employee_number": "ESR number",
    "registration_number": "Registration number",
    "family_name": "Family name",
    "given_name": "Given name",
    "email": "E-mail address",
    "department": "Department",
    "grade": "Grade",
}
# What stands in the tag is short, so that three people fit beside a profile, and one on a phone.
_TAGS = {"good": "Same", "warning": "Close", "bad": "Different"}
_FOUND = {
    "previous": "a former name",
    "part": "half of a double name",
    "other_name": "a middle or preferred name",
    "short_form": "a usual short form",
    "swapped": "in each other's place",
    "initial": "an initial only",
    "shared": "the same, but several people have it",
    "close": "one slip apart",
    "part_department": "some words in common",
    "close_grade": "some words in common",
}
# In bits, from the strongest: 12 make one person in 4,000 of one in 16,000, and names alone come to less.
_WEIGHTS = (
    (12.0, "very strongly for"),
    (6.0, "strongly for"),
    (2.0, "for"),
    (-1.0, "says little"),
    (-5.0, "against"),
)
_HEAVIEST_AGAINST = "strongly against"
_BY_HAND = "Compared here, because a person decided and no rule."
_RULES = {one.rule.partition("/")[0]: one.text for one in RULES}


@dataclass(frozen=True, slots=True)
class Compared:
    """What a person has in one field, and what comparing it found, in short and whole; nothing where a side does not give it."""

    value: str
    tag: str | None = None
    tone: str = "neutral"
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the profile, beside each candidate's."""

    label: str
    value: str
    people: Sequence[Compared]


@dataclass(frozen=True, slots=True)
class Choice:
    """A person whom the profile may be. `likely` is the score in words; `rule` says why they are suggested."""

    employee_number: str
    name: str
    likely: str
    rule: str
    gone: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A profile and its candidates, best first."""

    fields: Sequence[Field]
    choices: Sequence[Choice]


def side_by_side(
    one: LinkedProfile, candidates: Sequence[Candidate], people: Mapping[str, Any], department: str
) -> SideBySide:
    """The profile beside these candidates, in what a side gives.

    `people` are rows of `person` by ESR number, `department` is the department's name.
    """
    fields = [
        Field(label, _of_profile(one, name, department), [_compared(each, people, name) for each in candidates])
        for name, label in _LABELS.items()
    ]
    given = [field for field in fields if field.value or any(each.value for each in field.people)]
    return SideBySide(given, [_choice(each, people) for each in candidates])


def named(row: Any) -> str:
    """Title, given and family name, as far as they are known."""
    return " ".join(filter(None, (row.title, row.given_name, row.family_name)))


def _choice(one: Candidate, people: Mapping[str, Any]) -> Choice:
    row = people.get(one.employee_number)
    rule = one.rule.partition("/")[0]
    name = named(row) if row else "Not known any more"
    return Choice(
        one.employee_number, name, likely(float(one.score)), _RULES.get(rule, rule or _BY_HAND), bool(row and row.gone)
    )


def likely(score: float) -> str:
    """A score as per cent, never 0 or 100: no score is certain."""
    if score >= 0.9995:
        return "over 99.9% likely"
    return "under 0.1% likely" if score < 0.001 else f"{score:.1%} likely"


def _compared(one: Candidate, people: Mapping[str, Any], name: str) -> Compared:
    row = people.get(one.employee_number)
    value = _of_person(row, name) if row else one.employee_number if name == "employee_number" else ""
    part = next((each for each in one.parts if each.name == name), None)
    if part is None:
        return Compared(value)
    tone, weight = _tone(part), weight_in_words(part.weight)
    return Compared(value, _TAGS[tone], tone, f"{found_in_words(part)}: {weight}" if tone == "warning" else weight)


def found_in_words(part: Part) -> str:
    """A finding as people say it; the code itself when it is of a newer version."""
    return _FOUND.get(f"{part.finding}_{part.name}") or _FOUND.get(part.finding) or part.finding


def weight_in_words(bits: float) -> str:
    """How much a finding speaks for one person, or against."""
    words = next((words for least, words in _WEIGHTS if bits >= least), _HEAVIEST_AGAINST)
    return f"{words} ({bits:+.1f})"


def _tone(part: Part) -> str:
    if part.finding == "same":
        return "good"
    return "bad" if part.finding == "different" else "warning"


def _of_profile(one: LinkedProfile, name: str, department: str) -> str:
    return department if name == "department" else getattr(one.facts, name) or ""


def _of_person(row: Any, name: str) -> str:
    if name == "registration_number":
        return ", ".join(each["number"] for each in row.registrations)
    if name == "family_name":
        return _with(row.family_name, "before", row.previous_family_names)
    if name == "given_name":
        more = [each for each in (row.middle_names, row.preferred_name) if each]
        return _with(row.given_name or "", "also", more)
    if name == "department":
        return ", ".join(row.organisations)
    return ", ".join(row.grades) if name == "grade" else getattr(row, name) or ""


def _with(value: str, word: str, more: Sequence[str]) -> str:
    return f"{value} ({word} {', '.join(more)})" if more else value
