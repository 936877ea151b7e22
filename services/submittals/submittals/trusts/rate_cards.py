"""The default rate of extra work: of the most particular rate card that fits the post and the session. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from esrlink.bank_holidays import is_bank_holiday
from submittals.esr.people import AssignmentRow
from submittals.trusts.premium_time import is_premium
from submittals.trusts.settings import PayElement, RateCard, TrustSettings

_NOT_IN_A_WORD = re.compile(r"[^a-z0-9]+")


class Session(NamedTuple):
    """What a rate card looks at of the work: the day, the local times where they are known, the session's name."""

    day: date
    span: tuple[datetime, datetime] | None = None
    name: str | None = None


def rate_for(element: PayElement, post: AssignmentRow | None, session: Session, trust: TrustSettings) -> Decimal | None:
    """Pounds per unit of the element: of the card that says most of this post and session, else the element's own.

    Of two cards that say equally much the one for the grade wins, then job role, staff group, bank holiday, session type,
    premium time; then the one that comes first.
    """
    cards = _of_post(trust, element.code.casefold(), post)
    if not cards:
        return element.default_rate
    by_clock = any(card.premium is not None for card in cards)
    premium = is_premium(session.day, session.span, trust) if by_clock else None
    words = _words_of(session.name)
    fitting = [card for card in cards if card.premium in {None, premium} and _fits(card, session.day, words)]
    return max(fitting, key=_particular).rate if fitting else element.default_rate


def _of_post(trust: TrustSettings, element: str, post: AssignmentRow | None) -> list[RateCard]:
    """The cards that say nothing against the post, found by what they name: a trust may have a card for every grade."""
    if not trust.rate_cards:
        return []
    grades, roles, groups = ((None, value) if value else (None,) for value in _named(post))
    found = trust.cards_by_post
    return [card for key in product((element,), grades, roles, groups) for card in found.get(key, ())]


def _named(post: AssignmentRow | None) -> tuple[str | None, str | None, str | None]:
    return (post.grade, post.job_role, post.staff_group) if post else (None, None, None)


def _fits(card: RateCard, day: date, words: str) -> bool:
    if card.session_type is not None and _words_of(card.session_type) not in words:
        return False
    return card.bank_holiday is None or card.bank_holiday == is_bank_holiday(day)


def _particular(card: RateCard) -> tuple[int, ...]:
    """How much a card says: the number of things, then which. `max` takes the first of equals."""
    says = (card.grade, card.job_role, card.staff_group, card.bank_holiday, card.session_type, card.premium)
    said = tuple(int(value is not None) for value in says)
    return sum(said), *said, len(card.session_type or "")


def _words_of(name: str | None) -> str:
    """A name as words between blanks, so that `eve` is not found in `evening`."""
    return f" {_NOT_IN_A_WORD.sub(' ', (name or '').casefold()).strip()} "
