"""A record's form: what is left as it was changes nothing, what is emptied takes the default again, and what differs is told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from esrlink.auth import Role
from esrlink.auth.testing import person
from submittals.content import AbsenceContent, AttendanceContent
from submittals.dashboard.fields import changed_fields, changes, fields_of, wrong_fields
from submittals.dashboard.queue_filter import filter_back, filter_of
from submittals.dashboard.queues import QUEUES, bulk_acts
from submittals.dashboard.words import money_of
from submittals.records.state import Command

GIVEN = AttendanceContent.model_validate(
    {
        "date_worked": "2026-08-01",
        "session": "Theatre 3",
        "starts": "08:00",
        "ends": "12:00",
        "rate": "500.00",
        "note": "Agreed",
    }
)
FILLED = GIVEN.model_copy(update={"units": Decimal(1), "unit": "sessions", "amount": Decimal("500.00")})


def _sent(**typed: str) -> dict[str, str]:
    """The form as a browser sends it back, with some fields typed over."""
    fields = fields_of("attendance", GIVEN, FILLED, options={}, wrong={})
    ticks = {f"{field.name}_there": "1" for field in fields if field.sort == "tick"}
    return {field.name: field.value for field in fields if field.sort != "tick" or field.value} | ticks | typed


def test_a_form_that_is_sent_as_it_came_changes_nothing() -> None:
    assert changed_fields("attendance", GIVEN, _sent()) == {}


def test_an_emptied_field_takes_the_default_again_and_another_figure_is_said() -> None:
    assert changed_fields("attendance", GIVEN, _sent(rate="", units=" 2 ")) == {"rate": None, "units": "2"}


def test_a_tick_counts_only_where_the_form_has_its_box() -> None:
    assert changed_fields("attendance", GIVEN, _sent(in_lieu="yes")) == {"in_lieu": True}
    opened = AbsenceContent.model_validate({"absence_type": "Sickness", "start_date": "2026-08-01", "open": True})
    assert changed_fields("absence", opened, {"open_there": "1", "end_date": "2026-08-02"}) == {
        "end_date": "2026-08-02",
        "open": False,
    }
    assert changed_fields("absence", opened, {}) == {}


def test_defaults_stand_beside_the_fields_and_never_in_them() -> None:
    fields = {field.name: field for field in fields_of("attendance", GIVEN, FILLED, options={}, wrong={"units": "No."})}
    assert (fields["amount"].value, fields["amount"].default) == ("", "£500.00")
    assert (fields["rate"].value, fields["rate"].default) == ("500.00", None)
    assert fields["units"].wrong == "No."


def test_what_is_wrong_is_marked_at_its_field_and_nothing_else_is() -> None:
    assert wrong_fields("attendance", [("attendance.rate", "Too high."), ("person", "No."), (None, "Hm.")]) == {
        "rate": "Too high."
    }


def test_what_changed_from_one_version_to_the_next_is_told_in_words() -> None:
    after = FILLED.model_copy(update={"units": Decimal("1.50"), "note": None})
    told = [(change.label, change.before, change.after) for change in changes("attendance", FILLED, after)]
    assert ("Units", "1", "1.5") in told
    assert ("Note: why a figure differs from the default", "Agreed", "") in told
    assert len(told) == 2
    assert money_of(FILLED) == "1 session at £500.00 = £500.00"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (
            "department=clwrota%2Fanaesthetics&kind=absence&age=7",
            "department=clwrota%2Fanaesthetics&kind=absence&age=7",
        ),
        ("kind=<script>&state=nothing&age=x&department=ward", ""),
        ("name=Okafor&profile=p1", ""),
    ],
)
def test_an_address_keeps_the_filter_and_nothing_of_a_person(address: str, kept: str) -> None:
    assert filter_back(address).address == kept


def test_a_filter_never_reaches_beyond_the_departments_of_the_person() -> None:
    now = datetime(2026, 8, 3, tzinfo=UTC)
    theirs = person(Role.VALIDATOR, departments=["medirota/cardiology"])
    other = filter_of({"department": "clwrota/anaesthetics"})
    assert other.wanted(QUEUES["validate"], theirs, now).departments == frozenset()
    assert filter_of({}).wanted(QUEUES["validate"], theirs, now).departments == {"medirota/cardiology"}


def test_who_only_looks_is_offered_nothing_to_do() -> None:
    assert bulk_acts(QUEUES["validate"], person(Role.OPERATOR, Role.AUDITOR, Role.CLINICIAN)) == {}
    assert set(bulk_acts(QUEUES["validate"], person(Role.VALIDATOR))) == {Command.VALIDATE, Command.RETURN}
