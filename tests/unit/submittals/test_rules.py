"""Each rule: what it finds, with which severity and field, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from submittals.content import Content
from submittals.esr.assignments import Lack, Resolution
from submittals.esr.cut_offs import Reach
from submittals.rules import Case, judge
from submittals.trusts.settings import AbsenceType
from tests.unit.submittals.cases import POST, TRUST, absence, attendance, case, claim


def found(of: Case) -> list[tuple[str, str, str | None]]:
    return [(finding.code, finding.severity, finding.field) for finding in judge(of)]


@pytest.mark.parametrize("content", [absence(), attendance()])
def test_a_good_record_has_no_findings(content: Content) -> None:
    assert found(case(content)) == []


WRONG: list[tuple[Content, dict[str, Any], tuple[str, str, str | None]]] = [
    (absence(), {"employee_number": None, "resolution": Resolution()}, ("person_not_linked", "error", "profile_id")),
    (
        absence(),
        {"resolution": Resolution(status="Maternity")},
        ("assignment_not_active", "error", "absence.start_date"),
    ),
    (
        attendance(),
        {"resolution": Resolution(lack=Lack.LEFT, since=date(2026, 7, 1))},
        ("leaver", "error", "attendance.date_worked"),
    ),
    (
        attendance(),
        {"resolution": Resolution(lack=Lack.NOT_YET, since=date(2026, 9, 1))},
        ("outside_employment", "error", "attendance.date_worked"),
    ),
    (
        absence(),
        {"resolution": Resolution(lack=Lack.BETWEEN, since=date(2026, 7, 1))},
        ("outside_employment", "error", "absence.start_date"),
    ),
    (
        attendance(),
        {"resolution": Resolution(status="Suspend No Pay", lack=Lack.SUSPENDED)},
        ("assignment_suspended", "error", "attendance.date_worked"),
    ),
    (
        attendance(),
        {"resolution": Resolution(status="Career Break", lack=Lack.CAREER_BREAK)},
        ("career_break", "error", "attendance.date_worked"),
    ),
    (
        attendance(),
        {"resolution": Resolution(replace(POST, status="Acting Up"))},
        ("acting_up_chosen", "warning", "attendance.assignment_number"),
    ),
    (
        absence(),
        {"resolution": Resolution(replace(POST, status="Suspend With Pay"))},
        ("absence_while_away", "warning", "absence.start_date"),
    ),
    (absence(end_date="2026-08-10"), {}, ("certificate_missing", "warning", "absence.certificate_until")),
    (
        absence(start_date="2026-07-20", end_date=None, open=True),
        {},
        ("certificate_missing", "warning", "absence.certificate_until"),
    ),
    (
        absence(absence_type="Annual", reason=None, sessions="3", hours="11.25"),
        {},
        ("units_assumed", "warning", "absence.hours"),
    ),
    (
        absence(absence_type="Annual", reason=None, hours="11.25"),
        {"resolution": Resolution(replace(POST, fte=Decimal("0.5")))},
        ("units_assumed", "warning", "absence.hours"),
    ),
    (absence(closes="leave-1"), {}, ("closing_unknown", "error", "absence.closes")),
    (attendance(in_lieu=True, amount=None), {}, ("in_lieu_paid", "error", "attendance.rate")),
    (attendance(ends="08:10"), {}, ("hours_implausible", "warning", "attendance.ends")),
    (attendance(session="Evening list"), {}, ("session_time_unusual", "warning", "attendance.starts")),
    (attendance(), {"resolution": Resolution()}, ("assignment_not_active", "error", "attendance.date_worked")),
    (
        attendance(),
        {"resolution": Resolution(POST, others=("2001-2",))},
        ("assignment_ambiguous", "warning", "attendance.assignment_number"),
    ),
    (
        attendance(),
        {"resolution": Resolution(POST, unknown_status=True)},
        ("assignment_status_unknown", "warning", "attendance.date_worked"),
    ),
    (absence(absence_type="Sabbatical"), {}, ("absence_type_unknown", "error", "absence.absence_type")),
    (absence(reason=None), {}, ("absence_reason_needed", "error", "absence.reason")),
    (absence(reason="S14"), {}, ("absence_reason_unknown", "error", "absence.reason")),
    (absence(reason="S1"), {}, ("absence_reason_unknown", "error", "absence.reason")),
    (absence(absence_type="Special", reason=None), {}, ("absence_reason_needed", "error", "absence.reason")),
    (absence(absence_type="Special", reason="Fun"), {}, ("absence_reason_unknown", "error", "absence.reason")),
    (attendance(pay_element="GOLD"), {}, ("pay_element_unknown", "error", "attendance.pay_element")),
    (attendance(pay_element=None), {}, ("pay_element_missing", "warning", "attendance.pay_element")),
    (attendance(pay_element=None), {"complete": True}, ("pay_element_missing", "error", "attendance.pay_element")),
    (attendance(units=None), {}, ("units_missing", "warning", "attendance.units")),
    (attendance(units=None), {"complete": True}, ("units_missing", "error", "attendance.units")),
    (attendance(cost_code="E9"), {}, ("cost_code_unknown", "error", "attendance.cost_code")),
    (attendance(rate="600", amount="600"), {}, ("note_needed", "error", "attendance.rate")),
    (attendance(amount="900"), {}, ("note_needed", "error", "attendance.amount")),
    (attendance(amount="900", note="Agreed."), {}, ("differs_from_default", "warning", "attendance.amount")),
    (attendance(unit="hours", units="5", amount="2500"), {}, ("unit_wrong", "error", "attendance.unit")),
    (attendance(unit="PAs", note="Agreed."), {}, ("unit_wrong", "error", "attendance.unit")),
    (attendance(units="2", amount="1000"), {}, ("note_needed", "error", "attendance.units")),
    (attendance(units="2", amount="1000", note="Both."), {}, ("differs_from_default", "warning", "attendance.units")),
    (attendance(amount=None), {}, ("amount_too_large", "error", "attendance.amount")),
    (attendance(date_worked="2026-05-04"), {}, ("too_old", "error", "attendance.date_worked")),
    (attendance(date_worked="2026-08-04"), {}, ("not_worked_yet", "warning", "attendance.date_worked")),
    (attendance(), {"reach": Reach()}, ("cut_off_unknown", "warning", None)),
    (
        attendance(),
        {"reach": Reach(datetime(2026, 9, 1, tzinfo=UTC), "April pay", "August pay", 4)},
        ("period_closed", "error", "attendance.date_worked"),
    ),
    (
        attendance(),
        {"reach": Reach(datetime(2026, 9, 1, tzinfo=UTC), "July pay", "August pay", 3)},
        ("late", "warning", "attendance.date_worked"),
    ),
]


@pytest.mark.parametrize(("content", "values", "finding"), WRONG)
def test_a_rule_finds_what_is_wrong_and_nothing_else(
    content: Content, values: dict[str, Any], finding: tuple[str, str, str | None]
) -> None:
    assert found(case(content, **values)) == [finding]


def test_the_oldest_day_that_the_trust_takes_passes() -> None:
    assert found(case(attendance(date_worked="2026-05-05"))) == []


def test_sickness_may_have_any_level_1_reason_where_the_trust_lists_none() -> None:

    trust = TRUST.model_copy(update={"absence_types": (AbsenceType(code="Sickness", esr_name="Sickness"),)})
    for reason in ("S10", "S32", "S98", "S99"):
        assert found(case(absence(reason=reason), trust=trust)) == []
    for reason in ("S09", "S100", "X13", "13"):
        assert found(case(absence(reason=reason), trust=trust))[0][0] == "absence_reason_unknown"


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        ({"start_date": "2026-08-05", "end_date": "2026-08-09"}, True),
        ({"start_date": "2026-08-06", "end_date": "2026-08-09"}, False),
        ({"start_date": "2026-08-01", "end_date": "2026-08-02"}, False),
        ({"start_date": "2026-08-01", "end_date": "2026-08-03", "end_part": "morning"}, True),
        ({"start_date": "2026-08-01", "end_date": None, "open": True}, True),
        ({"start_date": "2026-08-06", "end_date": None, "open": True}, False),
    ],
)
def test_absences_overlap_by_half_days(other: dict[str, Any], overlaps: bool) -> None:
    codes = [code for code, _, _ in found(case(absence(), claim(absence(**other))))]
    assert codes == (["absence_overlaps"] if overlaps else [])


def test_two_halves_of_one_day_do_not_overlap() -> None:
    morning = absence(start_date="2026-08-03", end_date="2026-08-03", start_part="morning")
    afternoon = absence(start_date="2026-08-03", end_date="2026-08-03", start_part="afternoon")
    assert found(case(morning, claim(afternoon))) == []
    assert found(case(morning, claim(absence())))[0][0] == "absence_overlaps"


def test_a_sent_absence_that_comes_again_is_a_duplicate() -> None:
    assert found(case(absence(), claim(absence(), sent=True))) == [("duplicate_of_sent", "error", "absence.start_date")]


@pytest.mark.parametrize(
    ("leave", "work", "code"),
    [
        ({}, {}, "attendance_during_absence"),
        ({"start_part": "morning"}, {}, "attendance_during_absence"),
        ({"start_part": "afternoon"}, {}, None),
        ({"start_part": "afternoon"}, {"starts": "12:00", "ends": "16:00"}, "attendance_during_absence"),
        ({"start_part": "morning"}, {"starts": "13:00", "ends": "17:00"}, None),
        ({"start_part": "morning"}, {"starts": None, "ends": None}, "may_be_during_absence"),
        ({}, {"date_worked": "2026-07-31", "starts": "20:00", "ends": "08:00"}, "may_be_during_absence"),
        ({}, {"date_worked": "2026-07-31", "starts": "16:00", "ends": "00:00"}, None),
        ({"start_part": "afternoon"}, {"date_worked": "2026-07-31", "starts": "20:00", "ends": "08:00"}, None),
    ],
)
def test_nobody_is_paid_for_extra_work_while_absent(
    leave: dict[str, Any], work: dict[str, Any], code: str | None
) -> None:
    away = absence(start_date="2026-08-01", end_date="2026-08-01", **leave)
    worked = attendance(**work)
    expected = [code] if code else []
    assert [finding[0] for finding in found(case(worked, claim(away)))] == expected
    assert [finding[0] for finding in found(case(away, claim(worked)))] == expected


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, "double_claim"),
        ({"session": "Cath lab", "starts": "11:59", "ends": "13:00"}, "double_claim"),
        ({"session": "Cath lab", "starts": "12:00", "ends": "13:00"}, None),
        ({"date_worked": "2026-07-31", "starts": "20:00", "ends": "08:30"}, "double_claim"),
        ({"date_worked": "2026-07-31", "starts": "20:00", "ends": "08:00"}, None),
        ({"session": "theatre 3", "starts": None, "ends": None}, "double_claim"),
        ({"session": "Cath lab", "starts": None, "ends": None}, "possible_double_claim"),
        ({"date_worked": "2026-08-02", "starts": None, "ends": None}, None),
    ],
)
def test_one_persons_session_is_claimed_once_over_all_departments(other: dict[str, Any], code: str | None) -> None:
    codes = [finding[0] for finding in found(case(attendance(), claim(attendance(**other))))]
    # How much rest there is between them, and from which product they come, are matters of their own.
    assert [one for one in codes if "double_claim" in one] == ([code] if code else [])


def test_a_session_that_was_sent_is_a_duplicate() -> None:
    assert found(case(attendance(), claim(attendance(), sent=True)))[0][0] == "duplicate_of_sent"


def test_errors_come_first() -> None:
    findings = judge(case(attendance(date_worked="2026-08-04", cost_code="E9")))
    assert [finding.severity for finding in findings] == ["error", "warning"]


def test_another_department_learns_no_more_than_the_days_that_both_name() -> None:
    theirs = absence(absence_type="Special", reason="Jury", start_date="2026-07-06", end_date="2026-08-04")
    (finding,) = judge(case(absence(), claim(theirs)))
    assert finding.detail == "It overlaps an absence recorded by cardio (Medirota): 3 August 2026 to 4 August 2026."
    theirs = absence(start_date="2026-06-01", end_date=None, open=True)
    (finding,) = judge(case(absence(start_date="2026-08-03", end_date=None, open=True), claim(theirs)))
    assert finding.detail == "It overlaps an absence recorded by cardio (Medirota): from 3 August 2026 on."
