"""What the API says in reports: a pay's figures, its lines, and what is not in it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from submittals.reports.left_out import LeftOut
from submittals.reports.lines import Line
from submittals.reports.periods import Pay
from submittals.reports.totals import Total, together

_PAY: dict[str, Any] = {
    "run_code": "MN2705",
    "pay_name": "August 2026 pay",
    "cut_off": "2026-09-02T11:00:00Z",
    "pay_date": "2026-09-25",
    "first_day": "2026-08-01",
    "next_first_day": "2026-09-02",
}
_FIGURES: dict[str, Any] = {
    "product": "clwrota",
    "department": "anaesthetics",
    "kind": "attendance",
    "element": "EXTRA",
    "expected": 40,
    "approved": 37,
    "refused": 0,
    "late": 3,
    "open": 0,
    "sent": 38,
    "carried_in": 1,
    "rejected": 1,
    "units": "38",
    "expected_amount": "20000.00",
    "approved_amount": "18500.00",
    "sent_amount": "19000.00",
    "rejected_amount": "500.00",
}
_LINE: dict[str, Any] = {
    "product": "clwrota",
    "department": "anaesthetics",
    "record_id": "extra-77",
    "submittal_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a10",
    "version": 2,
    "kind": "attendance",
    "relation": None,
    "corrects": None,
    "employee_number": "20001234",
    "assignment_number": "20001234-2",
    "profile_id": "p17",
    "first_day": "2026-08-01",
    "last_day": "2026-08-01",
    "element": "EXTRA",
    "reason": None,
    "units": "1",
    "unit": "sessions",
    "rate": "500.00",
    "amount": "500.00",
    "cost_code": "E10110",
    "enriched_by": "admin1",
    "validated_by": "lead2",
    "approved_by": "manager3",
    "approved_at": "2026-08-20T08:00:00Z",
    "file_name": "TA_277_LNK_MN2705_00000001.DAT",
    "row_number": 12,
    "outcome": "landed",
    "outcome_at": "2026-09-28T06:00:00Z",
    "esr_says": None,
    "content_hash": "7b0c5d3b1f6f6d6f0f1f9c1a8f2f7e6f5d4c3b2a190817263544536271809abc",
    "rules_version": "2026.1",
}
_LEFT_OUT: dict[str, Any] = {
    **{name: _LINE[name] for name in ("product", "department", "record_id", "submittal_id", "version", "kind")},
    "employee_number": "20001234",
    "profile_id": "p17",
    "first_day": "2026-08-01",
    "element": "EXTRA",
    "units": "1",
    "amount": "500.00",
    "state": "returned",
    "reason": "Payroll of the trust does not take this cost code.",
    "field": "attendance.cost_code",
}


class PayAnswer(BaseModel):
    """A pay of the trust's calendar, and the days whose records belong to it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_PAY]})

    run_code: str
    pay_name: str
    cut_off: datetime
    pay_date: str
    first_day: date | None = Field(default=None, description="None: all that is older belongs to it.")
    next_first_day: date


class PaysAnswer(BaseModel):
    """All pays that the trust's calendar ever told, earliest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"pays": [_PAY]}]})

    pays: list[PayAnswer]


class TotalAnswer(BaseModel):
    """Figures of a pay; a reversal counts as units and money less. Amounts in pounds."""

    model_config = ConfigDict(from_attributes=True)

    product: str = ""
    department: str = ""
    kind: str = ""
    element: str = Field(default="", description="The pay element, or the type of absence.")
    expected: int = Field(description="Records that belong to the pay by their days.")
    approved: int = Field(description="Of these: approved by the cut-off, as they stand now.")
    refused: int = Field(description="Of these: refused by ESR, and not sent again.")
    late: int = Field(description="Of these: not approved by the cut-off.")
    open: int = Field(description="Of these: not approved yet, before the cut-off.")
    sent: int = Field(description="Lines that the pay's run carried.")
    carried_in: int = Field(description="Of these lines: those that belonged to an earlier pay.")
    rejected: int = Field(description="Of these lines: those that ESR rejected.")
    units: Decimal = Field(description="Of the lines.")
    expected_amount: Decimal
    approved_amount: Decimal
    sent_amount: Decimal
    rejected_amount: Decimal


class MonthEndAnswer(BaseModel):
    """A pay's figures: by department and element, by element, and all together."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pay": _PAY,
                    "rows": [_FIGURES],
                    "by_element": [{**_FIGURES, "product": "", "department": ""}],
                    "total": {**_FIGURES, "product": "", "department": "", "kind": "", "element": ""},
                }
            ]
        }
    )

    pay: PayAnswer
    rows: list[TotalAnswer]
    by_element: list[TotalAnswer]
    total: TotalAnswer | None = Field(description="None when nothing belonged to the pay and nothing was sent.")


class LinesAnswer(BaseModel):
    """A part of the lines; `next_cursor` continues them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [_LINE], "next_cursor": None}]})

    lines: list[Line]
    next_cursor: str | None = None


class LeftOutAnswer(BaseModel):
    """The first of the records that are not in the pay; as a file, all of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"records": [_LEFT_OUT], "has_more": False}]})

    records: list[LeftOut]
    has_more: bool


def pay_answer(pay: Pay) -> PayAnswer:
    """A pay."""
    values = asdict(pay)
    return PayAnswer(**{**values, "first_day": None if pay.first_day == date.min else pay.first_day})


def month_end_answer(pay: Pay, found: list[Total]) -> MonthEndAnswer:
    """The month-end report."""
    whole = together(found)
    return MonthEndAnswer(
        pay=pay_answer(pay),
        rows=[TotalAnswer.model_validate(one) for one in found],
        by_element=[TotalAnswer.model_validate(one) for one in together(found, "kind", "element")],
        total=TotalAnswer.model_validate(whole[0]) if whole else None,
    )
