"""Who a provider's user is: the trust's rule that turns an account into an ESR number. Pure.

No likeness of names decides here: a user without a readable number of its own stays unmatched, with the reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jobplan_adapter.people.names import email_key, name_key, shown_name
from jobplan_adapter.providers.port import ProviderUser

_NUMBER = re.compile(r"[0-9A-Z]{1,30}")
# ESR numbers of a trust are eight digits; a provider that keeps them as integers lost the leading zeros.
_WIDTH = 8


class Standing(StrEnum):
    """What is to be done with a user."""

    NUMBERED = "numbered"
    NO_NUMBER = "no_number"
    UNREADABLE = "unreadable_number"
    SHARED = "shared_number"
    DORMANT = "dormant"
    DUMMY = "dummy"


@dataclass(frozen=True, slots=True)
class Identified:
    """A provider's user with its ESR number, where it has one, and what could suggest whom an unmatched one is."""

    user_id: str
    employee_number: str | None
    standing: Standing
    email: str | None = None
    name: str | None = None
    name_key: str | None = None


def employee_number_of(value: Any) -> str | None:
    """The ESR number in a user's identity field: digits get their leading zeros back; none when it holds no number."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip().upper()
    if not _NUMBER.fullmatch(text) or not text.strip("0"):
        return None
    return text.zfill(_WIDTH) if text.isdecimal() else text


def identify(users: Iterable[ProviderUser]) -> list[Identified]:
    """Each user's ESR number and standing.

    Two live users with one number are both left unmatched: either may be the wrong one. A dormant account keeps its
    number, so that the plans of someone who left are not lost, but is neither counted nor listed.
    """
    numbered = [(user, employee_number_of(user.identity)) for user in users]
    live = Counter(number for user, number in numbered if number and not (user.dormant or user.dummy))
    return [_standing(user, number, shared=live[number] > 1 if number else False) for user, number in numbered]


def _standing(user: ProviderUser, number: str | None, *, shared: bool) -> Identified:
    if user.dummy:
        return Identified(user.user_id, None, Standing.DUMMY)
    if user.dormant:
        return Identified(user.user_id, number, Standing.DORMANT)
    return Identified(
        user.user_id,
        None if shared else number,
        _numbered(user, number, shared=shared),
        email_key(user.email),
        shown_name(user.given_name, user.family_name),
        name_key(user.given_name, user.family_name),
    )


def _numbered(user: ProviderUser, number: str | None, *, shared: bool) -> Standing:
    if number is None:
        missing = user.identity is None or user.identity == ""
        return Standing.NO_NUMBER if missing else Standing.UNREADABLE
    return Standing.SHARED if shared else Standing.NUMBERED
