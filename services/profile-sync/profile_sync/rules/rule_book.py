"""The link rules in words, in the order in which they are tried: what a person is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from profile_sync.rules import judging


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, as `name/version`, the states that it can lead to, and what it says."""

    rule: str
    leads_to: tuple[Literal["matched", "possible", "excluded"], ...]
    text: str


RULES = (
    Rule(judging.PLACEHOLDER, ("excluded",), "The name is a slot of a rota, such as Locum 1, Vacant, Agency or SHO A."),
    Rule(
        judging.EXACT_NUMBER,
        ("matched", "possible"),
        "The ESR number is the person's, family and given name agree, and no registration number contradicts. Possible "
        "where the profile's e-mail address is a namesake's.",
    ),
    Rule(
        judging.NUMBER_WEAK_NAME,
        ("matched", "possible"),
        "The ESR number is the person's, and the name is right but for one typing error, an initial or a missing given "
        "name. Possible where somebody else fits the profile better.",
    ),
    Rule(
        judging.NUMBER_CONTRADICTED,
        ("possible",),
        "The ESR number is the person's, but a name or the registration number is another's.",
    ),
    Rule(
        judging.REGISTRATION,
        ("matched", "possible"),
        "The registration number is the person's and the family name agrees. It links where the trust says so, the "
        "profile gives no ESR number and nobody else has the registration; otherwise possible.",
    ),
    Rule(
        judging.REGISTRATION_CONTRADICTED,
        ("possible",),
        "The registration number is the person's, but the family name is not.",
    ),
    Rule(
        judging.SIMILARITY,
        ("possible",),
        "Names, e-mail address, department and grade are alike. It never links, and does not suggest who has left ESR.",
    ),
)

CURRENT = frozenset(one.rule for one in RULES)
"""The rules as `name/version`: what links that are made now rest on."""

_BY_NAME = {one.rule.partition("/")[0]: one for one in RULES}


def rule_of(made_by: str | None) -> Rule | None:
    """The rule of this name as it is now, whatever version is asked for; none for none, or one that is no more."""
    return _BY_NAME.get((made_by or "").partition("/")[0])
