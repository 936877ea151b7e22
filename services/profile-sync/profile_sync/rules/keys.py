"""The keys by which people and profiles find each other: one prefix and a folded value, compared by equality.

A profile and a person that share no key are never compared, so that the work for one profile does not grow with the trust:
a family name is a key only together with the initial of a given name, and a given name with that of the family name.
Prefixes: `n` ESR number, `r` registration number, `e` e-mail, `k` family name and an initial, `s` how the family name
sounds and an initial, `g` given name and the initial of the family name (for a mistyped family name), `f` family name
(for a profile without a given name, and for search), `t` a word of a name (people only, for search by prefix).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
    given = given_words([profile.given_name])
    keys = set(_named(family_forms(profile.family_name), given, _usual_initials))
    if given:
        keys |= {*_named(given, family_words(fold(profile.family_name)), _first_letter)}
        keys |= {f"g:{form}:{letter}" for form in _usual_forms(given[0]) for letter in _letters([profile.family_name])}
    else:
        keys |= {f"f:{form}" for form in family_forms(profile.family_name)}
    return frozenset(keys)


def profile_keys(profile: ProfileFacts) -> frozenset[str]:
    """All keys of a profile."""
    return exact_keys(profile) | loose_keys(profile)


@lru_cache(maxsize=2_048)  # asked several times in one change of people
def person_keys(person: PersonFacts) -> frozenset[str]:
    """All keys of a person."""
    given = given_words(person.given_names)
    families = [form for name in person.family_names for form in family_forms(name)]
    keys = {f"n:{person.employee_number}", *(f"f:{form}" for form in families)}
    keys |= {f"r:{registration_key(number)}" for number in person.registration_numbers}
    if person.email:
        keys.add(f"e:{address(person.email)}")
    keys |= {*_named(families, given, _first_letter)}
    keys |= {f"g:{word}:{letter}" for word in given if len(word) > 1 for letter in _letters(person.family_names)}
    words = [*person.family_names, *person.given_names]
    keys |= {f"t:{word}" for name in words if name for word in fold(name).split()}
    return frozenset(keys)


def search_words(text: str) -> list[str]:
    """The words of a search as the `t` keys hold them."""
    return fold(text).split()


def _named(families: Iterable[str], given: Iterable[str], initials: Callable[[str], Iterable[str]]) -> Iterator[str]:
    letters = {letter for word in given for letter in initials(word)}
    for family in families:
        code = sound(family)
        for letter in letters:
            yield f"k:{family}:{letter}"
            if code:
                yield f"s:{code}:{letter}"


def _first_letter(word: str) -> str:
    return word[:1]


def _letters(families: Iterable[str]) -> set[str]:
    return {form[0] for name in families for form in family_forms(name)[:1]}
