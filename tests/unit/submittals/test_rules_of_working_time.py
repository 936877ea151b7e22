"""Rest within 24 hours over all departments, and the average week."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from submittals.rules import judge
from submittals.trusts.settings import RuleSetting, TrustSettings
from tests.unit.submittals.cases import TRUST, absence, attendance, case, claim


def rested(work: dict[str, Any], *others: dict[str, Any], trust: TrustSettings = TRUST) -> list[str]:
    claims = [claim(attendance(session=f"Other {n}", **other)) for n, other in enumerate(others)]
    findings = judge(case(attendance(**work), *claims, trust=trust))
    return [finding.detail for finding in findings if finding.code == "rest_time_short"]


@pytest.mark.parametrize(
    ("work", "others", "short"),
    [
        ({}, [{"starts": "13:00", "ends": "17:00"}], False),
        ({}, [{"starts": "20:00", "ends": "23:00"}], True),
        # The night before ends as this session begins; from the night's start there are 8 hours left in 24.
        ({}, [{"date_worked": "2026-07-31", "starts": "20:00", "ends": "08:00"}], True),
        ({}, [{"date_worked": "2026-07-31", "starts": "17:00", "ends": "21:00"}], False),
        (
            {"starts": "07:00", "ends": "13:00"},
            [{"date_worked": "2026-07-31", "starts": "15:00", "ends": "21:00"}],
            True,
        ),
        ({}, [{"date_worked": "2026-08-02", "starts": "00:00", "ends": "08:00"}], False),
        ({"ends": "20:00"}, [{"date_worked": "2026-08-02", "starts": "00:00", "ends": "02:00"}], True),
        # Two days on, or without times: not known to be short.
        ({}, [{"date_worked": "2026-08-03", "starts": "08:00", "ends": "20:00"}], False),
        ({}, [{"starts": None, "ends": None}], False),
    ],
)
def test_eleven_hours_of_rest_in_twenty_four(work: dict[str, Any], others: list[dict[str, Any]], short: bool) -> None:
    assert bool(rested(work, *others)) == short


def test_the_other_department_is_named_and_the_trust_sets_the_hours() -> None:
    (words,) = rested({}, {"starts": "20:00", "ends": "23:00"})
    assert words == (
        "With the person's extra sessions (others by cardio (Medirota)) there are 9 hours of rest in 24; 11 are due."
    )
    nine = RuleSetting(code="rest_time_short", severity="error", parameters={"hours": Decimal(9)})
    assert rested({}, {"starts": "20:00", "ends": "23:00"}, trust=TRUST.model_copy(update={"rules": (nine,)})) == []


WEEK = TRUST.model_copy(
    update={"rules": (RuleSetting(code="working_week_long", severity="warning", parameters={"weeks": Decimal(2)}),)}
)
LONG = "working_week_long"


def codes(**values: Any) -> list[str]:
    content = values.pop("content", attendance())
    return [finding.code for finding in judge(case(content, **values))]


@pytest.mark.parametrize(("earlier", "is_long"), [("2026-07-20", True), ("2026-07-18", False), ("2026-08-02", False)])
def test_contract_and_extra_hours_of_the_last_weeks_make_the_average(earlier: str, is_long: bool) -> None:
    # Full time is 37.5 hours: 4 and 17 more in two weeks are 48 hours a week, and a quarter of an hour is too many.
    more = claim(attendance(date_worked=earlier, session="Long", starts="06:00", ends="23:15"))
    assert (LONG in codes(trust=WEEK, earlier=(more,), full_time_part=Decimal(1))) == is_long


def test_the_week_is_silent_until_a_trust_asks_and_where_esr_does_not_say_what_is_contracted() -> None:
    more = claim(attendance(date_worked="2026-07-20", session="Long", starts="00:00", ends="00:00"))
    assert LONG not in codes(earlier=(more,), full_time_part=Decimal(1))
    assert LONG not in codes(trust=WEEK, earlier=(more,))
    lieu = claim(attendance(date_worked="2026-07-20", session="Long", starts="00:00", ends="00:00", in_lieu=True))
    assert LONG not in codes(trust=WEEK, earlier=(lieu, claim(absence())), full_time_part=Decimal(1))
