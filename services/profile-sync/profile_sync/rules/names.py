"""Comparing names of people: what counts as the same name, what as a slip of the fingers, and what as another name.

Pure functions on folded text, the same whichever side is given first. Each answer is a finding, in words that explain a
score; whether a finding agrees with or contradicts a number is for the rules (`Agreement`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from profile_sync.rules.mistyping import nearly
from profile_sync.rules.short_forms import one_name

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
# As typed, as typeset, and as typed by mistake.
_APOSTROPHES = "'`\u2019\u00b4"

# What is no letter or digit parts words; an apostrophe vanishes.
_MARKS = str.maketrans({chr(n): " " for n in range(128) if not chr(n).isalnum()} | dict.fromkeys("'`"))

# Words of family names that stand for nobody: `de Souza` and `de Castro` share nothing.
_PARTICLES = """
a ab abu al ap bat ben bin binti da dal de del della den der des di dos du e el fitz ibn la le lo mac mc ni nic o
san santa st te ten ter van vom von y zu
"""
_TITLES = "dr doctor mr mrs ms miss mx prof professor sir dame rev sister nurse"

_NO_FAMILY_NAMES = frozenset(_PARTICLES.split())
_NO_GIVEN_NAMES = frozenset(_TITLES.split())


class Finding(StrEnum):
    """What comparing two values found, from the strongest to the weakest. `UNKNOWN`: a side does not give it."""

    SAME = "same"
    PREVIOUS = "previous"
    """The family name is a former one."""
    PART = "part"
    """One half of a double family name."""
    OTHER_NAME = "other_name"
    """A middle or preferred name, used as the first."""
    SHORT_FORM = "short_form"
    """Bob for Robert, Mohamed for Muhammad."""
    SWAPPED = "swapped"
    """Given and family name stand in each other's place."""
    INITIAL = "initial"
    """The letter with which the other begins."""
    SHARED = "shared"
    """The same value, but several people have it."""
    CLOSE = "close"
    """One slip of the fingers apart, or one is the other's beginning."""
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class Agreement(StrEnum):
    """What a finding about a name means to the rules."""

    AGREES = "agrees"
    CLOSE = "close"
    CONTRADICTS = "contradicts"
    UNKNOWN = "unknown"


_MEANS = {
    Finding.CLOSE: Agreement.CLOSE,
    Finding.DIFFERENT: Agreement.CONTRADICTS,
    Finding.UNKNOWN: Agreement.UNKNOWN,
}


def agreement(finding: Finding) -> Agreement:
    """What a finding about a name means to the rules."""
    return _MEANS.get(finding, Agreement.AGREES)


@lru_cache(maxsize=131_072)
def fold(name: str) -> str:
    """Lower case, without accents; apostrophes vanish, any other mark parts words: `O'Dwyer-Núñez` → `odwyer nunez`."""
    if name.isascii():  # as most are
        return " ".join(name.lower().translate(_MARKS).split())
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    kept = "".join(c for c in letters if not unicodedata.combining(c) and c not in _APOSTROPHES)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept).split())


def family_finding(name: str, present: str, previous: Iterable[str] = ()) -> Finding:
    """How `name` stands to a person's present family name and the previous ones: the strongest finding.

    A half of a double name counts as the name: `Grant-Osei` agrees with `Grant` and with `Osei`.
    """
    best = _one_family(name, present)
    if best is Finding.SAME:
        return best
    for former in previous:
        found = _one_family(name, former)
        best = min(best, Finding.PREVIOUS if found is Finding.SAME else found, key=_RANK.__getitem__)
    return best


def given_finding(left: Iterable[str | None], right: Iterable[str | None]) -> Finding:
    """How the given names of two sides stand to each other: the strongest finding. Each side's first word is its main name.

    An initial agrees with a name that it begins; a usual short form (Bob) agrees with the long one (Robert).
    """
    return _given(given_words(left), given_words(right))


def given_words(names: Iterable[str | None]) -> tuple[str, ...]:
    """The folded words of given names, titles left out; the first is the main one."""
    return _words(tuple(names))


@lru_cache(maxsize=131_072)
def family_words(name: str) -> tuple[str, ...]:
    """The words of a folded family name that can stand for it: `de`, `al`, `van` cannot."""
    return tuple(word for word in name.split() if len(word) > 1 and word not in _NO_FAMILY_NAMES) or (
        name.replace(" ", ""),
    )


@lru_cache(maxsize=131_072)
def family_forms(name: str) -> tuple[str, ...]:
    """A family name written as one word, and each word of it that can stand for it."""
    folded = fold(name)
    return tuple(dict.fromkeys((folded.replace(" ", ""), *family_words(folded)))) if folded else ()


_RANK = {finding: place for place, finding in enumerate(Finding)}


@lru_cache(maxsize=131_072)
def _one_family(left: str, right: str) -> Finding:
    mine, other = fold(left), fold(right)
    a, b = mine.replace(" ", ""), other.replace(" ", "")
    if not a or not b:
        return Finding.UNKNOWN
    if a == b:
        return Finding.SAME
    words, others = family_words(mine), family_words(other)
    if not set(words).isdisjoint(others):
        return Finding.PART
    if nearly(a, b) or ((words, others) != ((a,), (b,)) and any(nearly(one, two) for one in words for two in others)):
        return Finding.CLOSE
    return Finding.DIFFERENT


@lru_cache(maxsize=131_072)
def _words(names: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(word for name in names if name for word in _without_title(name))


@lru_cache(maxsize=131_072)
def _without_title(name: str) -> tuple[str, ...]:
    words = fold(name).split()
    return tuple(word for word in words if word not in _NO_GIVEN_NAMES) or tuple(words)


@lru_cache(maxsize=131_072)
def _given(left: tuple[str, ...], right: tuple[str, ...]) -> Finding:
    if not left or not right:
        return Finding.UNKNOWN
    main = _word(left[0], right[0])
    if main in (Finding.SAME, Finding.SHORT_FORM) or "".join(left) == "".join(right):
        return Finding.SAME if main is not Finding.SHORT_FORM else main
    if len(left) == len(right) == 1:
        return main
    pairs = {_word(one, two) for one in left for two in right}
    if pairs & {Finding.SAME, Finding.SHORT_FORM}:
        return Finding.OTHER_NAME
    return min(pairs, key=_RANK.__getitem__)


def _word(one: str, two: str) -> Finding:
    if one == two and len(one) > 1:
        return Finding.SAME
    if len(one) == 1 or len(two) == 1:
        return Finding.INITIAL if one[0] == two[0] else Finding.DIFFERENT
    if one_name(one, two):
        return Finding.SHORT_FORM
    return Finding.CLOSE if nearly(one, two) or _begins(one, two) else Finding.DIFFERENT


def _begins(one: str, two: str) -> bool:
    """Whether one name is cut from the other: Soph of Sophie, Tunde of Babatunde."""
    short, long = sorted((one, two), key=len)
    return (len(short) > 2 and long.startswith(short)) or (len(short) > 3 and long.endswith(short))


def full_name(words: Sequence[str]) -> bool:
    """Whether given names are more than an initial."""
    return bool(words) and len(words[0]) > 1
