"""Provider users become ESR numbers by the trust's rule, and by nothing else."""

import pytest

from jobplan_adapter.people.identity import Standing, employee_number_of, identify
from jobplan_adapter.providers.port import ProviderUser


@pytest.mark.parametrize(
    ("held", "number"),
    [(101, "00000101"), ("101", "00000101"), (" 20001234 ", "20001234"), (123456789, "123456789"), ("a12", "A12")],
)
def test_leading_zeros_that_an_integer_lost_are_restored(held: object, number: str) -> None:
    assert employee_number_of(held) == number


@pytest.mark.parametrize("held", [None, "", 0, -5, True, 1.5, "12 34", "12;34", "000", [1], "é1", "١٢٣"])
def test_what_is_no_number_identifies_nobody(held: object) -> None:
    assert employee_number_of(held) is None


def test_two_live_users_with_one_number_are_both_left_unmatched() -> None:
    found = identify([ProviderUser("1", 101), ProviderUser("2", "00000101"), ProviderUser("3", 102)])

    assert [(one.employee_number, one.standing) for one in found] == [
        (None, Standing.SHARED),
        (None, Standing.SHARED),
        ("00000102", Standing.NUMBERED),
    ]


def test_a_dormant_account_does_not_take_a_live_ones_number_away() -> None:
    found = identify([ProviderUser("old", 101, dormant=True), ProviderUser("new", 101)])

    assert [one.standing for one in found] == [Standing.DORMANT, Standing.NUMBERED]
    assert found[1].employee_number == "00000101"


def test_a_dummy_account_is_nobody_and_a_missing_number_is_told_from_an_unreadable_one() -> None:
    found = identify([ProviderUser("1", 7, dummy=True), ProviderUser("2", None), ProviderUser("3", "see HR")])

    assert [one.standing for one in found] == [Standing.DUMMY, Standing.NO_NUMBER, Standing.UNREADABLE]
    assert all(one.employee_number is None for one in found)
