"""An open absence and its closing are one absence; study leave stays within its allowance; hours say what they rest on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from submittals.content import AbsenceContent
from submittals.rules import Case, Claim, judge
from submittals.trusts.defaults_absence import fill_absence, working_days
from submittals.trusts.settings import AbsenceType, RuleSetting
from tests.unit.submittals.cases import POST, TRUST, absence, attendance, case, claim


def codes(of: Case) -> list[str]:
    return [finding.code for finding in judge(of)]


def opened(**values: Any) -> AbsenceContent:
    return absence(end_date=None, open=True, certificate_until="2026-08-31", **values)


OPENING = claim(opened(), department="ana")


def closing(**values: Any) -> AbsenceContent:
    return absence(closes="leave-1", closes_submittal=OPENING.submittal_id, **values)


def test_a_closing_does_not_overlap_what_it_closes_from_either_side() -> None:
    assert codes(case(closing(), OPENING)) == []
    assert codes(case(opened(), claim(closing()), submittal_id=OPENING.submittal_id)) == []


def test_an_open_absence_ends_with_its_closing() -> None:
    later = attendance(date_worked="2026-08-06")
    around = (claim(closing()), claim(later))
    assert codes(case(opened(), *around, submittal_id=OPENING.submittal_id)) == []
    assert codes(case(opened(), claim(later))) == ["attendance_during_absence"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"absence_type": "Annual", "reason": None}, "absence.absence_type"),
        ({"start_date": "2026-08-04"}, "absence.start_date"),
        ({"start_part": "afternoon"}, "absence.start_part"),
    ],
)
def test_a_closing_says_what_the_opening_said(values: dict[str, Any], field: str) -> None:
    (finding,) = judge(case(closing(**values), OPENING))
    assert (finding.code, finding.field) == ("closing_differs", field)


def test_what_is_closed_is_open_and_closed_once() -> None:
    shut = Claim(OPENING.submittal_id, *OPENING.place, absence(), sent=False)
    assert codes(case(closing(), shut)) == ["closing_unknown"]
    assert codes(case(closing(), OPENING, claim(closing()))) == ["closed_already"]


STUDY = TRUST.model_copy(
    update={
        "absence_types": (*TRUST.absence_types, AbsenceType(code="SL", esr_name="Study Leave")),
        "rules": (RuleSetting(code="study_leave_over", severity="error", parameters={"days": Decimal(6)}),),
    }
)


def study(start: str, end: str, **values: Any) -> AbsenceContent:
    return absence(absence_type="SL", reason=None, start_date=start, end_date=end, **values)


@pytest.mark.parametrize(
    ("earlier", "over"),
    [
        # 3 to 5 August are three days; a week from Friday to Tuesday is three more.
        ([("2026-07-03", "2026-07-07")], False),
        ([("2026-07-03", "2026-07-08")], True),
        ([("2023-08-01", "2023-08-04"), ("2026-07-03", "2026-07-07")], False),
        ([("2026-09-01", "2026-09-30")], False),
    ],
)
def test_study_leave_counts_working_days_of_three_years(earlier: list[tuple[str, str]], over: bool) -> None:
    taken = tuple(claim(study(*days)) for days in earlier)
    findings = judge(case(study("2026-08-03", "2026-08-05"), trust=STUDY, earlier=taken))
    assert [(one.code, one.severity) for one in findings] == ([("study_leave_over", "error")] if over else [])


def test_study_leave_is_not_counted_where_the_trust_gives_no_days() -> None:
    silent = STUDY.model_copy(update={"rules": (RuleSetting(code="study_leave_over", severity="error"),)})
    long = claim(study("2026-06-01", "2026-07-31"))
    assert codes(case(study("2026-08-03", "2026-08-05"), trust=silent, earlier=(long,))) == []


@pytest.mark.parametrize(
    ("values", "days"),
    [
        ({"start_date": "2026-08-03", "end_date": "2026-08-16"}, "10"),
        ({"start_date": "2026-08-07", "start_part": "afternoon", "end_date": "2026-08-10"}, "1.5"),
        ({"start_date": "2026-08-08", "start_part": "afternoon", "end_date": "2026-08-09"}, "0"),
        ({"start_date": "2026-08-03", "end_date": "2026-08-04", "end_part": "morning"}, "1.5"),
    ],
)
def test_working_days_leave_out_the_weekend(values: dict[str, Any], days: str) -> None:
    assert working_days(absence(**values), TRUST) == Decimal(days)


@pytest.mark.parametrize(
    ("values", "fte", "hours"),
    [({"sessions": "3"}, None, "11.25"), ({}, None, "22.50"), ({}, "0.6", "13.50"), ({"hours": "20"}, "0.6", "20")],
)
def test_leave_in_hours_follows_sessions_days_and_the_part_of_full_time(
    values: dict[str, Any], fte: str | None, hours: str
) -> None:
    leave = absence(absence_type="Annual", reason=None, **values)
    post = replace(POST, fte=Decimal(fte) if fte else None)
    assert fill_absence(leave, TRUST, post).hours == Decimal(hours)


def test_another_record_id_names_no_opening_of_the_department() -> None:
    unknown = Claim(uuid4(), "clwrota", "ana", opened(), sent=False, record_id="leave-2")
    found = codes(case(absence(closes="leave-1"), unknown))
    assert "closing_unknown" in found
