"""A trust's settings on one day: who validates in which order, which edition is in force, and what contradicts itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from submittals.trusts.dated import BEGINNING, DatedSettings, Edition
from submittals.trusts.settings import Deputy, RateCard, TrustSettings, ValidationGroup
from tests.unit.submittals.cases import TRUST


def group(name: str, **values: Any) -> ValidationGroup:
    return ValidationGroup.model_validate(
        {"product": "clwrota", "department": "ana", "name": name, "members": ["lead", "p1"], **values}
    )


def test_groups_come_in_their_order_and_of_their_kind_only() -> None:
    groups = (group("Second", order=2), group("Leave", kind="absence"), group("First"), group("Else", department="icu"))
    trust = TRUST.model_copy(update={"validation_groups": groups})
    assert [one.name for one in trust.groups_of("clwrota", "ana", "attendance")] == ["First", "Second"]
    assert [one.name for one in trust.groups_of("clwrota", "ana", "absence")] == ["First", "Leave", "Second"]


def test_a_department_without_groups_has_its_validators_as_one() -> None:
    assert TRUST.groups_of("clwrota", "ana", "absence") == ()
    department = TRUST.departments[0].model_copy(update={"validators": ("lead", "Lead", "p1")})
    (only,) = TRUST.model_copy(update={"departments": (department,)}).groups_of("clwrota", "ana", "absence")
    assert (only.members, only.need, only.needed) == (("Lead", "p1"), "any", 1)


def test_a_group_says_how_many_must_validate() -> None:
    assert [group("G", need=need).needed for need in ("any", "all", 2, "2")] == [1, 2, 2, 2]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"need": 3}, "it has 2 members"),
        ({"need": 0}, "need"),
        ({"members": []}, "members"),
        ({"members": ["lead", "LEAD"]}, "more than once"),
        ({"members": ["rules"]}, "members"),
        ({"deputies": [{"of": "p9", "by": "p2"}]}, "no member"),
        ({"deputies": [{"of": "lead", "by": "Lead"}]}, "stand in for themselves"),
        (
            {"deputies": [{"of": "lead", "by": "p2", "first_day": "2026-08-02", "last_day": "2026-08-01"}]},
            "before first_day",
        ),
    ],
)
def test_a_group_that_could_not_validate_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        group("G", **values)


def test_a_deputy_stands_in_from_the_first_to_the_last_day() -> None:
    some = Deputy(of="lead", by="p2", first_day=date(2026, 8, 3), last_day=date(2026, 8, 5))
    assert [some.stands_in(date(2026, 8, day), away=False) for day in (2, 3, 5, 6)] == [False, True, True, False]
    assert Deputy(of="lead", by="p2").stands_in(BEGINNING, away=False)
    only = some.model_copy(update={"only_when_away": True})
    assert [only.stands_in(date(2026, 8, 3), away=away) for away in (False, True)] == [False, True]
    assert not only.stands_in(date(2026, 8, 2), away=True)


def test_two_rate_cards_for_the_same_contradict_each_other() -> None:
    cards = [RateCard(element=element, grade="YC72", rate=Decimal(1)) for element in ("EXTRA", "Extra")]
    with pytest.raises(ValidationError, match="more than once"):
        TrustSettings(ods_code="ZX1", name="Invented Trust", rate_cards=tuple(cards))


def test_the_newest_edition_that_has_begun_is_in_force() -> None:
    first, second = Edition(date(2026, 4, 1), ("E1",)), Edition(date(2027, 4, 1), ("E2",))
    dated = DatedSettings("ZX1", "Invented Trust", {"cost_codes": [first, second]})
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1), date(2100, 1, 1))
    assert [dated.on(day).cost_codes for day in days] == [(), ("E1",), ("E1",), ("E2",), ("E2",)]
    assert dated.on(days[1]) is dated.on(days[2]), "one object between two changes"
    assert dated.on(days[0]).retro_days == 90, "what was never set is as it comes"
    assert dated.after("cost_codes", days[1]) is second
    assert dated.after("cost_codes", days[3]) is None


def test_settings_put_together_from_editions_are_as_if_they_were_put_whole() -> None:
    made = DatedSettings(TRUST.ods_code, TRUST.name, {}).on(BEGINNING)
    assert made == TrustSettings(ods_code=TRUST.ods_code, name=TRUST.name)
