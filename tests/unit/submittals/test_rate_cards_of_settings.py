"""The default rate: of the rate card that says most of the post and the session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esrlink.bank_holidays import is_bank_holiday
from submittals.esr.people import AssignmentRow
from submittals.trusts.premium_time import is_premium
from submittals.trusts.rate_cards import Session, rate_for
from submittals.trusts.settings import PayElement, RateCard, TrustSettings
from tests.unit.submittals.cases import POST, TRUST

ELEMENT = PayElement(code="EXTRA", name="Extra session", unit="sessions", default_rate=Decimal(500))
MONDAY, SATURDAY, BANK_HOLIDAY = date(2026, 8, 3), date(2026, 8, 1), date(2026, 8, 31)


def on(day: date, starts: str | None = None, ends: str = "", name: str | None = "Theatre 3 evening") -> Session:
    span = None
    if starts is not None:
        span = datetime.fromisoformat(f"{day}T{starts}"), datetime.fromisoformat(f"{day}T{ends}")
    return Session(day, span, name)


def rate(*cards: dict[str, Any], post: AssignmentRow | None = POST, session: Session | None = None) -> Decimal | None:
    """What these cards say, each 1, 2, 3 … pounds in the order given."""
    made = tuple(RateCard(element="Extra", rate=Decimal(n), **card) for n, card in enumerate(cards, 1))
    trust: TrustSettings = TRUST.model_copy(update={"rate_cards": made})
    return rate_for(ELEMENT, post, session or on(MONDAY), trust)


def test_without_a_card_that_fits_it_is_the_elements_own() -> None:
    assert rate() == 500
    assert rate({"grade": "OTHER"}, {"session_type": "night"}, {"bank_holiday": True}) == 500
    assert rate({"grade": "YC72"}, {"job_role": "Consultant"}, {"staff_group": "Medical"}, post=None) == 500


def test_cards_of_another_element_say_nothing() -> None:
    other = TRUST.model_copy(update={"rate_cards": (RateCard(element="HOURS", rate=Decimal(1)),)})
    assert rate_for(ELEMENT, POST, on(MONDAY), other) == 500


@pytest.mark.parametrize(
    "cards",
    [
        [{}, {"grade": "YC72"}],
        [{"staff_group": "Medical"}, {"job_role": "Consultant"}],
        [{"job_role": "Consultant"}, {"grade": "YC72"}],
        [{"grade": "YC72"}, {"job_role": "Consultant", "staff_group": "Medical"}],
        [{"grade": "YC72"}, {"session_type": "evening", "bank_holiday": False}],
        [{"grade": "YC72"}, {"grade": "YC72", "session_type": "evening"}],
        [{"session_type": "evening"}, {"session_type": "theatre 3 evening"}],
        [{"session_type": "evening"}, {"grade": "YC72", "session_type": "day"}, {"session_type": "THEATRE 3"}],
        [{"premium": False}, {"session_type": "evening"}],
    ],
)
def test_the_card_that_says_most_wins_and_the_grade_before_other_things(cards: list[dict[str, Any]]) -> None:
    post = replace(POST, job_role="Consultant", staff_group="Medical")
    session = on(MONDAY, "09:00", "13:00")
    assert rate(*cards, post=post, session=session) == len(cards)
    assert rate(*reversed(cards), post=post, session=session) == 1


def test_a_session_type_is_found_as_whole_words_of_the_sessions_name() -> None:
    assert rate({"session_type": "eve"}) == 500
    assert rate({"session_type": "3 EVENING"}) == 1
    assert rate({"session_type": "evening"}, session=on(MONDAY, name=None)) == 500


def test_premium_time_and_bank_holidays_have_rates_of_their_own() -> None:
    cards: list[dict[str, Any]] = [{}, {"premium": True}, {"premium": True, "bank_holiday": True}]
    assert rate(*cards, session=on(MONDAY, "09:00", "13:00")) == 1
    assert rate(*cards, session=on(MONDAY, "19:00", "23:00")) == 2
    assert rate(*cards, session=on(SATURDAY, "09:00", "13:00")) == 2
    assert rate(*cards, session=on(BANK_HOLIDAY)) == 3


def test_without_times_a_working_day_is_in_premium_time_for_no_card() -> None:
    assert is_premium(MONDAY, None, TRUST) is None
    assert rate({"premium": True}, {"premium": False}) == 500


@pytest.mark.parametrize(
    ("starts", "ends", "premium"),
    [("15:00", "23:00", False), ("15:00", "23:01", True), ("05:00", "09:00", False), ("04:00", "09:00", True)],
)
def test_work_is_in_premium_time_when_more_of_it_is(starts: str, ends: str, premium: bool) -> None:
    assert is_premium(MONDAY, on(MONDAY, starts, ends).span, TRUST) is premium


def test_a_trust_says_when_its_evening_starts() -> None:
    early = TRUST.model_copy(update={"premium_from": datetime.fromisoformat("2026-08-03T17:00").time()})
    assert is_premium(MONDAY, on(MONDAY, "16:00", "19:00").span, early) is True


def test_bank_holidays_are_those_of_england_and_wales() -> None:
    assert is_bank_holiday(date(2026, 12, 28))  # Boxing Day is a Saturday
    assert not is_bank_holiday(date(2026, 8, 3))  # Scotland's
    assert not is_bank_holiday(date(2026, 11, 30))


_GRADES, _ROLES, _TYPES = ("YC72", "MN37", None), ("Consultant", "Nurse", None), ("evening", "theatre", None)
_EITHER = st.sampled_from([True, False, None])
_CARDS = st.lists(
    st.builds(
        RateCard,
        element=st.sampled_from(["EXTRA", "extra", "HOURS"]),
        grade=st.sampled_from(_GRADES),
        job_role=st.sampled_from(_ROLES),
        session_type=st.sampled_from(_TYPES),
        premium=_EITHER,
        bank_holiday=_EITHER,
        rate=st.integers(1, 99).map(Decimal),
    ),
    max_size=12,
)


@settings(deadline=None)  # the first one loads the bank holidays
@given(
    cards=_CARDS,
    grade=st.sampled_from(_GRADES),
    role=st.sampled_from(_ROLES),
    session=st.sampled_from([on(MONDAY), on(MONDAY, "20:00", "23:00"), on(SATURDAY, name="List"), on(BANK_HOLIDAY)]),
)
def test_no_card_that_fits_says_more_than_the_one_that_wins(
    cards: list[RateCard], grade: str | None, role: str | None, session: Session
) -> None:
    """Against a plain look at every card."""
    post, trust = replace(POST, grade=grade, job_role=role), TRUST.model_copy(update={"rate_cards": tuple(cards)})
    facts = {"grade": grade, "job_role": role, "bank_holiday": is_bank_holiday(session.day)}
    facts["premium"] = is_premium(session.day, session.span, trust)

    def fits(card: RateCard) -> bool:
        if card.element.casefold() != "extra":
            return False
        if card.session_type is not None and card.session_type not in (session.name or "").casefold():
            return False
        return all(getattr(card, name) in {None, value} for name, value in facts.items())

    def says(card: RateCard) -> int:
        return sum(getattr(card, name) is not None for name in (*facts, "session_type"))

    fitting = [card for card in cards if fits(card)]
    found = rate_for(ELEMENT, post, session, trust)
    if not fitting:
        assert found == 500
    else:
        most = max(says(card) for card in fitting)
        assert found in {card.rate for card in fitting if says(card) == most}
