"""Defaults: what is left out is filled, what was said stays; and what counts as the same content."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submittals.content import AbsenceContent, AttendanceContent, digest
from submittals.esr.cut_offs import Closing, PayCalendar, Reach
from submittals.trusts.defaults import fill
from submittals.trusts.defaults_attendance import default_element, hours_worked
from submittals.trusts.settings import PayElement
from tests.unit.submittals.cases import POST, TRUST, absence, attendance

DEPARTMENT = TRUST.departments[0]


def bare(**values: object) -> AttendanceContent:
    return AttendanceContent.model_validate({"date_worked": "2026-08-01", **values})


def test_everything_left_out_is_filled_from_the_trusts_table() -> None:
    filled = fill(bare(), TRUST, DEPARTMENT, POST)
    assert isinstance(filled, AttendanceContent)
    assert (filled.pay_element, filled.unit) == ("EXTRA", "sessions")
    assert (filled.units, filled.rate) == (Decimal(1), Decimal(500))
    assert (filled.amount, filled.cost_code) == (Decimal("500.00"), "E1")


def test_what_was_said_is_never_changed() -> None:
    said = attendance(units="2", rate="123.45", amount="9", cost_code="E2")
    assert fill(said, TRUST, DEPARTMENT, POST) == said


def test_money_is_rounded_half_up_to_the_penny() -> None:
    filled = fill(bare(units="1.5", rate="33.33"), TRUST, DEPARTMENT, POST)
    assert isinstance(filled, AttendanceContent)
    assert filled.amount == Decimal("50.00")


@pytest.mark.parametrize("unit", ["hours", "PAs"])
def test_times_that_show_nothing_worth_paying_give_no_units(unit: str) -> None:
    filled = fill(bare(unit=unit, starts="08:00:00", ends="08:00:10"), TRUST, DEPARTMENT, POST)
    assert isinstance(filled, AttendanceContent)
    assert (filled.units, filled.amount) == (None, None)


def test_the_rate_card_says_nothing_of_another_unit() -> None:
    filled = fill(bare(unit="hours", starts="08:00", ends="12:00"), TRUST, DEPARTMENT, POST)
    assert isinstance(filled, AttendanceContent)
    assert (filled.units, filled.rate, filled.amount) == (Decimal("4.00"), None, None)


@given(
    units=st.none() | st.decimals("0.01", "99", places=2),
    rate=st.none() | st.decimals("0", "9999", places=2),
    unit=st.sampled_from([None, "hours", "sessions", "PAs"]),
    times=st.none() | st.tuples(st.times(), st.times()),
)
def test_filled_attendance_can_always_be_read_again(
    units: Decimal | None, rate: Decimal | None, unit: str | None, times: tuple[time, time] | None
) -> None:
    starts, ends = (each.replace(microsecond=0).isoformat() for each in times) if times else (None, None)
    filled = fill(bare(units=units, rate=rate, unit=unit, starts=starts, ends=ends), TRUST, DEPARTMENT, POST)
    assert AttendanceContent.model_validate(filled.model_dump(mode="json")) == filled


@given(days=st.integers(0, 3 * 366), hours_per_day=st.decimals("0.01", "24", places=2))
def test_filled_leave_can_always_be_read_again(days: int, hours_per_day: Decimal) -> None:
    trust = TRUST.model_copy(update={"hours_per_day": hours_per_day})
    leave = absence(absence_type="Annual", reason=None, end_date=str(date(2026, 8, 3) + timedelta(days=days)))
    filled = fill(leave, trust, DEPARTMENT, POST)
    assert AbsenceContent.model_validate(filled.model_dump(mode="json")) == filled


@pytest.mark.parametrize(
    ("days", "part", "counted", "off"),
    [
        # 31 August 2026 is the summer bank holiday, a Monday.
        (("2026-08-31", "2026-09-04"), {}, "37.50", "30.00"),
        (("2026-08-31", "2026-09-13"), {}, "75.00", "67.50"),
        (("2026-08-28", "2026-08-31"), {"end_part": "morning"}, "11.25", "7.50"),
        (("2026-08-31", "2026-09-01"), {"start_part": "afternoon"}, "11.25", "7.50"),
        (("2026-09-01", "2026-09-02"), {}, "15.00", "15.00"),
        # Boxing Day of 2026 is a Saturday: its Monday is off, and so is Christmas Day; New Year's Day is of another year.
        (("2026-12-21", "2027-01-03"), {}, "75.00", "52.50"),
    ],
)
def test_leave_counts_no_hours_for_bank_holidays_where_the_trust_says_so(
    days: tuple[str, str], part: dict[str, str], counted: str, off: str
) -> None:
    leave = absence(absence_type="Annual", reason=None, start_date=days[0], end_date=days[1], **part)
    for bank_holidays_off, hours in ((False, counted), (True, off)):
        trust = TRUST.model_copy(update={"bank_holidays_off": bank_holidays_off})
        filled = fill(leave, trust, DEPARTMENT, POST)
        assert isinstance(filled, AbsenceContent)
        assert filled.hours == Decimal(hours)


def test_the_most_particular_element_wins() -> None:
    everyone = PayElement(code="ALL", name="All", unit="hours", default_rate=Decimal(10))
    group = PayElement(code="GROUP", name="Group", unit="hours", staff_groups=("Medical and Dental",))
    role = PayElement(code="ROLE", name="Role", unit="hours", job_roles=("Consultant",))
    grade = PayElement(code="GRADE", name="Grade", unit="hours", grades=("YC72",))
    post = replace(POST, staff_group="Medical and Dental", job_role="Consultant")
    elements = [everyone, group, role, grade]
    for post_, code in (
        (post, "GRADE"),
        (replace(post, grade="X"), "ROLE"),
        (replace(post, grade="X", job_role="X"), "GROUP"),
        (replace(POST, grade="X"), "ALL"),
    ):
        picked = default_element(elements, post_)
        assert picked is not None
        assert picked.code == code
    assert default_element(elements, None) is None


def test_a_session_past_midnight_is_as_long_as_its_times() -> None:
    assert hours_worked(attendance(starts="20:00", ends="08:00")) == 12
    assert hours_worked(attendance(starts="08:00", ends="12:30")) == Decimal("4.5")
    assert hours_worked(bare()) is None


@pytest.mark.parametrize(
    ("day", "starts", "ends", "units"),
    [
        ("2026-08-03", "08:00", "14:00", "1.50"),  # Monday by day: four hours are one PA
        ("2026-08-03", "19:00", "22:00", "1.00"),  # the evening: three are
        ("2026-08-03", "17:00", "22:00", "1.50"),  # two hours by day and three in premium time
        ("2026-08-03", "20:00", "08:00", "3.92"),  # eleven hours of night, the last hour by day
        ("2026-08-01", "08:00", "14:00", "2.00"),  # Saturday
        ("2026-08-31", "08:00", "14:00", "2.00"),  # the summer bank holiday
        ("2026-08-30", "22:00", "10:00", "4.00"),  # Sunday night into it: premium time throughout
        ("2026-08-02", "22:00", "10:00", "3.75"),  # Sunday night into a working Monday
    ],
)
def test_four_hours_are_one_pa_and_three_in_premium_time(day: str, starts: str, ends: str, units: str) -> None:
    worked = bare(unit="PAs", date_worked=day, starts=starts, ends=ends)
    filled = fill(worked, TRUST, DEPARTMENT, POST)
    assert isinstance(filled, AttendanceContent)
    assert filled.units == Decimal(units)


def test_the_zeros_of_a_figure_make_no_other_content() -> None:
    assert digest(attendance(units="1", rate="500")) == digest(attendance(units="1.00", rate="500.00"))
    assert digest(attendance(units="1")) != digest(attendance(units="1.01"))
    assert digest(absence()) != digest(absence(end_part="morning"))


JULY = Closing("MN2704", "July", datetime(2026, 7, 31, 11, tzinfo=UTC))
AUGUST = Closing("MN2705", "August", datetime(2026, 9, 1, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "now", "reach"),
    [
        (date(2026, 7, 30), datetime(2026, 7, 30, 23, tzinfo=UTC), Reach(JULY.at, "July")),
        (date(2026, 7, 30), JULY.at, Reach(AUGUST.at, "July", "August")),
        (date(2026, 7, 31), datetime(2026, 8, 3, tzinfo=UTC), Reach(AUGUST.at, "August")),
        (date(2026, 12, 24), datetime(2026, 7, 1, tzinfo=UTC), Reach(JULY.at, "July")),
        (date(2026, 8, 3), AUGUST.at, Reach()),
    ],
)
def test_what_a_record_reaches_when_it_is_approved_now(day: date, now: datetime, reach: Reach) -> None:
    assert PayCalendar((JULY, AUGUST)).reach(day, now) == reach
