"""Comparing names of people: what counts as the same name, what as another, and what is no name at all.

Pure functions on folded text. They are tuned for care, not for recall: where two names are merely alike, the answer is
`CLOSE`, and whoever asks decides whether that is enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
# As typed, as typeset, and as typed by mistake.
_APOSTROPHES = "'`\u2019\u00b4"

# Above this two names are one name with a typing error: one slip in five letters.
CLOSE_RATIO = 0.8


class Agreement(StrEnum):
    """How two names stand to each other. `UNKNOWN`: one of them is not given."""

    AGREES = "agrees"
    CLOSE = "close"
    CONTRADICTS = "contradicts"
    UNKNOWN = "unknown"


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """Lower case, without accents; apostrophes vanish, any other mark parts words: `O'Dwyer-Núñez` → `odwyer nunez`."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    kept = "".join(c for c in letters if not unicodedata.combining(c) and c not in _APOSTROPHES)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept).split())


@lru_cache(maxsize=65_536)
def likeness(left: str, right: str) -> float:
    """0 to 1 for two folded names; 1 is equal, spaces aside."""
    a, b = left.replace(" ", ""), right.replace(" ", "")
    return 1.0 if a == b else SequenceMatcher(None, a, b, autojunk=False).ratio()


def family_agreement(name: str, known: Iterable[str]) -> tuple[Agreement, float]:
    """How `name` stands to any of the `known` family names (present and previous), with the best likeness.

    A part of a double name counts as the name: `Grant-Osei` agrees with `Grant` and with `Osei`.
    """
    mine, others = fold(name), [fold(one) for one in known if fold(one)]
    if not mine or not others:
        return Agreement.UNKNOWN, 0.0
    best = 0.0
    for other in others:
        shared = set(_long(mine)) & set(_long(other))
        best = max(best, 1.0 if shared else likeness(mine, other))
    return _graded(best), best


def given_agreement(name: str | None, known: Iterable[str | None]) -> tuple[Agreement, float]:
    """How `name` stands to any of the `known` given, middle and preferred names, with the best likeness.

    An initial agrees with a name that it begins; a usual short form (Bob, Robert) agrees with the long one.
    """
    mine = fold(name or "").split()
    others = [word for one in known if one for word in fold(one).split()]
    if not mine or not others:
        return Agreement.UNKNOWN, 0.0
    first = mine[0]
    if len(first) == 1:
        return (Agreement.AGREES, 1.0) if any(o[0] == first for o in others) else (Agreement.CONTRADICTS, 0.0)
    best = 0.0
    for other in others:
        same = (other == first[0]) or bool(_short_forms(first) & _short_forms(other))
        best = max(best, 1.0 if same else likeness(first, other))
    return _graded(best), best


def _graded(best: float) -> Agreement:
    if best == 1.0:
        return Agreement.AGREES
    return Agreement.CLOSE if best >= CLOSE_RATIO else Agreement.CONTRADICTS


def _long(name: str) -> list[str]:
    """The words of a family name that can stand for it: `de`, `al`, `van` cannot."""
    return [word for word in name.split() if len(word) > 3] or [name]


# Usual short forms of given names in the United Kingdom, one group of equals a string.
_SHORT_FORMS = (
    "alexander alex sandy sasha",
    "alexandra alex sandra",
    "andrew andy drew",
    "anthony antony tony",
    "benjamin ben",
    "catherine katherine kathryn cathy kathy kate katie",
    "charles charlie",
    "christine christina chris tina",
    "christopher chris",
    "daniel dan danny",
    "david dave",
    "deborah debbie",
    "edward ed eddie ted",
    "elizabeth liz beth lizzie betty eliza",
    "frederick fred freddie",
    "gregory greg",
    "james jim jimmy jamie",
    "jennifer jenny jen",
    "joanne joanna jo",
    "john jack johnny",
    "jonathan jon jonny",
    "joseph joe",
    "josephine jo josie",
    "kenneth ken",
    "lawrence laurence larry",
    "margaret maggie peggy meg",
    "matthew matt",
    "michael mike mick",
    "mohammed mohamed muhammad mohammad",
    "nicholas nick",
    "nicola nicky nikki",
    "patricia pat trish",
    "patrick pat paddy",
    "peter pete",
    "philip phillip phil",
    "rebecca becky bex",
    "richard rick dick rich",
    "robert rob bob bobby",
    "ronald ron",
    "samantha sam",
    "samuel sam",
    "stephanie steph",
    "stephen steven steve",
    "susan sue susie",
    "theresa teresa terry",
    "thomas tom tommy",
    "timothy tim",
    "victoria vicky",
    "william will bill billy",
    "zachary zac zack",
)
_GROUPS: dict[str, frozenset[int]] = {}
for _number, _group in enumerate(_SHORT_FORMS):
    for _name in _group.split():
        _GROUPS[_name] = _GROUPS.get(_name, frozenset()) | {_number}


def _short_forms(name: str) -> frozenset[int | str]:
    """What a given name is equal to: itself, and each group of short forms that it is in."""
    return frozenset({name}) | _GROUPS.get(name, frozenset())


_NOBODY = frozenset({"locum", "vacant", "vacancy", "tbc", "tba", "unfilled", "placeholder", "dummy", "unallocated"})
_NUMBERED = re.compile(r"^[a-z ]+ \d+$|^[a-z]+\d+$")


def is_placeholder(given_name: str | None, family_name: str) -> bool:
    """Whether this is a slot of a rota and not a person: `Locum 1`, `Vacant`, `Registrar 2`."""
    whole = fold(f"{given_name or ''} {family_name}")
    return bool(set(whole.split()) & _NOBODY) or bool(_NUMBERED.match(whole))
