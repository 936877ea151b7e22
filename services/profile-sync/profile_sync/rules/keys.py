"""The keys by which people and profiles find each other: one prefix and a folded value, compared by equality.

A profile and a person that share no key are never compared, so that the work for one profile does not grow with the trust:
a family name is a key only together with letters of a given name, and a given name with letters of the family name.
Prefixes: `n` ESR number, `r` registration number, `e` e-mail, `k` family name and an initial, `s` how the family name
sounds and how a given name begins (two letters, or an initial where no more is known), `g` given name and two letters of the
family name, the first with the second and the first with the last (one slip leaves one of these alone), `f` family name
(for a profile without a given name, and for search), `t` a word of a name (people only, for search by prefix).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from profile_sync.rules.facts import PersonFacts, ProfileFacts
from profile_sync.rules.names import family_forms, family_words, fold, given_words
from profile_sync.rules.short_forms import initials_of as _usual_initials
from profile_sync.rules.short_forms import usual_forms as _usual_forms

_SOUND = {
    **dict.fromkeys("bfpv", "1"),
    **dict.fromkeys("cgjkqsxz", "2"),
    **dict.fromkeys("dt", "3"),
    "l": "4",
    **dict.fromkeys("mn", "5"),
    "r": "6",
}


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """The American Soundex code of a name: typing errors in vowels and doubled letters leave it alone."""
    letters = [c for c in fold(name) if c.isalpha()]
    if not letters:
        return ""
    code, last = [letters[0]], _SOUND.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUND.get(letter, "")
        if digit and digit != last:
            code.append(digit)
        if letter not in "hw":
            last = digit
    return "".join(code)[:4].ljust(4, "0")


@lru_cache(maxsize=65_536)
def registration_key(number: str) -> str:
    """A registration number as it is compared: capitals and digits only."""
    return "".join(c for c in number.upper() if c.isalnum())


def address(email: str) -> str:
    """An e-mail address as it is compared."""
    return email.strip().casefold()


def exact_keys(profile: ProfileFacts) -> frozenset[str]:
    """The keys by which a profile may be linked: its numbers, and the e-mail address that could speak against them."""
    keys = set()
    if profile.employee_number:
        keys.add(f"n:{profile.employee_number}")
    if profile.registration_number:
        keys.add(f"r:{registration_key(profile.registration_number)}")
    if profile.email:
        keys.add(f"e:{address(profile.email)}")
    return frozenset(keys)


def loose_keys(profile: ProfileFacts) -> frozenset[str]:
    """The keys by which people may be suggested for a profile; names may be swapped, short, initials or mistyped."""
    families, given = family_forms(profile.family_name), given_words([profile.given_name])
    if not given:
        return frozenset(f"f:{form}" for form in families)
    keys = {*_named(families, {letter for word in given for letter in _usual_initials(word)})}
    keys |= {*_named(given, {word[:1] for word in family_words(fold(profile.family_name))})}
    keys |= {*_sounding(families, {_beginning(word) for word in given})}
    return frozenset(keys | {*_begun(_usual_forms(given[0]), [profile.family_name])})


def profile_keys(profile: ProfileFacts) -> frozenset[str]:
    """All keys of a profile."""
    return exact_keys(profile) | loose_keys(profile)


def person_keys(person: PersonFacts) -> frozenset[str]:
    """All keys of a person."""
    return tying_keys(person) | _word_keys(person.family_names, person.given_names)


def tying_keys(person: PersonFacts) -> frozenset[str]:
    """The keys of a person that a profile can have as well: all but the words of a search."""
    keys = {f"n:{person.employee_number}", *(f"r:{registration_key(number)}" for number in person.registration_numbers)}
    if person.email:
        keys.add(f"e:{address(person.email)}")
    return _name_keys(person.family_names, person.given_names).union(keys)


@lru_cache(maxsize=4_096)  # asked several times in one change of people, of which few change a name
def _name_keys(family_names: tuple[str, ...], given_names: tuple[str | None, ...]) -> frozenset[str]:
    """The keys that a person's names give, which tie profiles."""
    given = given_words(given_names)
    families = [form for name in family_names for form in family_forms(name)]
    initials = {word[:1] for word in given}
    keys = {f"f:{form}" for form in families}
    beginnings = {_beginning(word) for word in given} | {_beginning(letter) for letter in initials}
    keys |= {*_named(families, initials), *_sounding(families, beginnings)}
    keys |= {*_begun([word for word in given if len(word) > 1], family_names)}
    return frozenset(keys)


@lru_cache(maxsize=4_096)
def _word_keys(family_names: tuple[str, ...], given_names: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset(f"t:{word}" for name in (*family_names, *given_names) if name for word in fold(name).split())


def search_words(text: str) -> list[str]:
    """The words of a search as the `t` keys hold them."""
    return fold(text).split()


def _named(families: Iterable[str], initials: Collection[str]) -> Iterator[str]:
    return (f"k:{family}:{letter}" for family in families for letter in initials)


def _sounding(families: Iterable[str], beginnings: Collection[str]) -> Iterator[str]:
    return (f"s:{code}:{letters}" for family in families if (code := sound(family)) for letters in beginnings)


def _beginning(word: str) -> str:
    """How a given name begins: two letters, or the only one that is known."""
    return word[:2] if len(word) > 1 else f"{word}."


def _begun(given: Iterable[str], families: Iterable[str]) -> Iterator[str]:
    """Given names, each with two letters of a family name."""
    letters = {
        two for name in families for form in family_forms(name)[:1] for two in (form[:2], f"{form[0]}-{form[-1]}")
    }
    return (f"g:{word}:{two}" for word in given for two in letters)
