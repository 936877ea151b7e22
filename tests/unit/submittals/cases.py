"""Cases for rules: a good record of each kind, in a trust that knows what they name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from submittals.content import AbsenceContent, AttendanceContent, Content
from submittals.esr.assignments import Resolution
from submittals.esr.cut_offs import Reach
from submittals.esr.people import AssignmentRow
from submittals.rules import Case, Claim
from submittals.trusts.settings import AbsenceType, DepartmentSettings, PayElement, Reason, TrustSettings

POST = AssignmentRow("2001", date(2020, 1, 1), None, "Active Assignment", True, grade="YC72", cost_centre="E1")
TRUST = TrustSettings(
    ods_code="ZX1",
    name="Invented Trust",
    departments=(DepartmentSettings(product="clwrota", department="ana", name="Anaesthetics", cost_code="E1"),),
    absence_types=(
        AbsenceType(code="Sickness", esr_name="Sickness", reasons=(Reason(code="S13", words="Flu"),)),
        AbsenceType(code="Annual", esr_name="Annual Leave", unit="hours"),
        AbsenceType(
            code="Special",
            esr_name="Special Leave",
            reasons=(Reason(code="Jury", words="Jury Service"),),
            reason_required=True,
        ),
    ),
    pay_elements=(PayElement(code="EXTRA", name="Extra session", unit="sessions", default_rate=Decimal(500)),),
    cost_codes=("E2",),
)


def absence(**values: Any) -> AbsenceContent:
    """Sickness on 3 to 5 August 2026."""
    good = {"absence_type": "Sickness", "reason": "S13", "start_date": "2026-08-03", "end_date": "2026-08-05"}
    return AbsenceContent.model_validate(good | values)


def attendance(**values: Any) -> AttendanceContent:
    """A morning session on 1 August 2026, with all figures."""
    good = {
        "date_worked": "2026-08-01",
        "session": "Theatre 3",
        "starts": "08:00",
        "ends": "12:00",
        "pay_element": "EXTRA",
        "unit": "sessions",
        "units": "1",
        "rate": "500.00",
        "amount": "500.00",
        "cost_code": "E1",
    }
    return AttendanceContent.model_validate(good | values)


def claim(
    content: Content, *, product: str = "medirota", department: str = "cardio", sent: bool = False, record_id: str = ""
) -> Claim:
    """Another record of the same person."""
    return Claim(uuid4(), product, department, content, sent, record_id)


def case(content: Content, *claims: Claim, **values: Any) -> Case:
    """A case in which nothing is wrong but what `values` make so."""
    good = Case(
        content=content,
        employee_number="2001",
        resolution=Resolution(POST),
        trust=TRUST,
        today=date(2026, 8, 3),
        reach=Reach(datetime(2026, 9, 1, 11, tzinfo=UTC), "August 2026 pay"),
        product="clwrota",
        department="ana",
        claims=claims,
    )
    return replace(good, **values)
