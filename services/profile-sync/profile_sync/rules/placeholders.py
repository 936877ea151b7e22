"""Slots of a rota that stand where a person will: recognised by the name alone, and never linked to anybody."""

from __future__ import annotations

import re

from profile_sync.rules.names import fold

# Each of these words makes a name a slot's, wherever it stands.
_NOBODY = """
agency dummy locum locums placeholder tba tbc tbd unallocated unassigned uncovered unfilled unknown vacancies vacancy vacant
"""
_BEGINNINGS = ("rota gap", "to be ", "new starter", "not in use", "do not use", "test user", "no cover", "awaiting ")
# Names made of nothing but these, digits and single letters are a kind of doctor and not one: `Registrar 2`, `SHO A`.
_ROLES = """
anaesthetist associate bank call clinical consultant core ct ct1 ct2 ct3 doctor f1 f2 fellow foundation fy1 fy2 gap grade ho
house junior middle nurse officer on physician practitioner registrar resident rota sas senior shift sho slot spare
specialist specialty spr st1 st2 st3 st4 st5 st6 st7 st8 str surgeon tier trainee trust year
"""
# These are nobody's name even alone or with a letter; Doctor, Nurse and Bank are somebody's.
_UNMISTAKABLE = "consultant registrar sho spr str fy1 fy2 f1 f2 trainee"
_NOBODY_WORDS, _ROLE_WORDS, _TELLING = (frozenset(words.split()) for words in (_NOBODY, _ROLES, _UNMISTAKABLE))
_NUMBERED = re.compile(r"^[a-z ]+ \d+$|^[a-z]+\d+$")


def is_placeholder(given_name: str | None, family_name: str) -> bool:
    """Whether this is a slot of a rota and not a person: `Locum 1`, `Vacant`, `Agency`, `Registrar 2`, `SHO A`."""
    whole = fold(f"{given_name or ''} {family_name}")
    words = whole.split()
    if set(words) & _NOBODY_WORDS or _NUMBERED.match(whole) or whole.startswith(_BEGINNINGS):
        return True
    roles = [word for word in words if len(word) > 1 and word in _ROLE_WORDS]
    telling = len(roles) > 1 or bool(_TELLING & set(roles))
    return telling and all(word in _ROLE_WORDS or len(word) == 1 or word.isdigit() for word in words)
