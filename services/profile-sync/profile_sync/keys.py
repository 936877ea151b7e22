"""The keys by which people and profiles find each other: one prefix and a folded value, compared by equality.

A profile and a person that share no key are never compared, so that the work for one profile does not grow with the trust.
Prefixes: `n` ESR number, `r` registration number, `e` e-mail, `f` family name, `s` how the family name sounds with the
initial of a given name, `t` a word of a name (people only, for search by prefix).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from profile_sync.facts import PersonFacts, ProfileFacts
from profile_sync.names import fold

_SOUND = {
    **dict.fromkeys("bfpv", "1"),
    **dict.fromkeys("cgjkqsxz", "2"),
    **dict.fromkeys("dt", "3"),
    "l": "4",
    **dict.fromkeys("mn", "5"),
    "r": "6",
}


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


def registration_key(number: str) -> str:
    """A registration number as it is compared: capitals and digits only."""
    return "".join(c for c in number.upper() if c.isalnum())


def exact_keys(profile: ProfileFacts) -> frozenset[str]:
    """The keys by which a profile may be linked."""
    keys = set()
    if profile.employee_number:
        keys.add(f"n:{profile.employee_number}")
    if profile.registration_number:
        keys.add(f"r:{registration_key(profile.registration_number)}")
    return frozenset(keys)


def loose_keys(profile: ProfileFacts) -> frozenset[str]:
    """The keys by which people may be suggested for a profile; names may be swapped."""
    keys = {*_families([profile.family_name]), *_sounds([profile.family_name], [profile.given_name])}
    if profile.given_name:
        keys |= {*_families([profile.given_name])}
    if profile.email:
        keys.add(f"e:{profile.email.strip().casefold()}")
    return frozenset(keys)


def profile_keys(profile: ProfileFacts) -> frozenset[str]:
    """All keys of a profile."""
    return exact_keys(profile) | loose_keys(profile)


def person_keys(person: PersonFacts) -> frozenset[str]:
    """All keys of a person."""
    keys = {f"n:{person.employee_number}"}
    keys |= {f"r:{registration_key(number)}" for number in person.registration_numbers}
    if person.email:
        keys.add(f"e:{person.email.strip().casefold()}")
    keys |= {*_families(person.family_names), *_sounds(person.family_names, person.given_names)}
    words = [*person.family_names, *person.given_names]
    keys |= {f"t:{word}" for name in words if name for word in fold(name).split()}
    return frozenset(keys)


def search_words(text: str) -> list[str]:
    """The words of a search as the `t` keys hold them."""
    return fold(text).split()


def _families(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        folded = fold(name)
        if not folded:
            continue
        yield f"f:{folded.replace(' ', '')}"
        if " " in folded:
            yield from (f"f:{word}" for word in folded.split() if len(word) > 3)


def _sounds(families: Iterable[str], given_names: Iterable[str | None]) -> Iterator[str]:
    initials = {fold(name)[0] for name in given_names if name and fold(name)}
    for family in families:
        code = sound(family)
        if code:
            yield from (f"s:{code}:{initial}" for initial in initials)
