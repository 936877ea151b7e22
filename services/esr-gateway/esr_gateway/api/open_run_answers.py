"""What the API answers of open runs: what they would carry now; and control totals of any run."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.api.run_answers import UnusualAnswer
from esr_gateway.outbound_layout import Provenance
from esr_gateway.to_esr.advice import what_to_do
from esr_gateway.to_esr.preview import Preview
from esr_gateway.to_esr.totals import Total


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class TotalAnswer(_Answer):
    """One control total."""

    name: str = Field(examples=["Medical Extra Hours"])
    lines: int = Field(examples=[42])
    units: Decimal = Field(description="Hours, sessions or days, as they come", examples=["126.5"])
    amount: Decimal | None = Field(description="Pounds; none where no line has any", examples=["18975.00"])
    new: int = Field(examples=[40])
    corrected: int = Field(examples=[1])
    reversed: int = Field(examples=[1])


class PreviewedLineAnswer(BaseModel):
    """A line that the run would carry."""

    submittal_id: UUID
    version: int
    product: str
    department: str
    employee_number: str
    assignment_number: str
    action: str
    change: str
    corrects: UUID | None
    name: str
    starts: date
    ends: date | None
    units: Decimal
    amount: Decimal | None
    row: str = Field(
        description="As the file would have it", examples=['ATT,20260804,ADD,,20000001,,"Extra Session",…']
    )


class PreviewedHeldAnswer(BaseModel):
    """A record that would be held back."""

    submittal_id: UUID
    version: int
    employee_number: str
    product: str
    department: str
    code: str = Field(examples=["element_not_mapped"])
    reason: str
    field: str | None
    what_to_do: str
    held_by: str | None = Field(description="The person who holds it, if one does")


class PreviewedFileAnswer(_Answer):
    """A file that the run would make."""

    layout: str
    provenance: Provenance
    lines: int


class PreviewAnswer(BaseModel):
    """What an open run would be if it were closed now; `lines` and `held` are the first 500 of each."""

    run_code: str = Field(examples=["MN2706"])
    pay_name: str = Field(examples=["September 2026 pay"])
    cut_off: datetime
    pay_date: date
    at: datetime = Field(description="The moment of the look")
    line_count: int
    held_count: int
    lines: list[PreviewedLineAnswer]
    held: list[PreviewedHeldAnswer]
    files: list[PreviewedFileAnswer]
    by_element: list[TotalAnswer]
    by_department: list[TotalAnswer]
    by_assignment: list[TotalAnswer]
    unusual: list[UnusualAnswer]


def total_answer(total: Total) -> TotalAnswer:
    """The answer for a control total."""
    return TotalAnswer.model_validate(total, from_attributes=True)


def preview_answer(seen: Preview) -> PreviewAnswer:
    """The answer for a preview."""
    return PreviewAnswer(
        run_code=seen.run_code,
        pay_name=seen.pay_name,
        cut_off=seen.cut_off,
        pay_date=seen.pay_date,
        at=seen.at,
        line_count=seen.line_count,
        held_count=seen.held_count,
        lines=[_line(one) for one in seen.lines],
        held=[_held(one) for one in seen.held],
        files=[PreviewedFileAnswer.model_validate(one, from_attributes=True) for one in seen.files],
        by_element=[total_answer(one) for one in seen.by_element],
        by_department=[total_answer(one) for one in seen.by_department],
        by_assignment=[total_answer(one) for one in seen.by_assignment],
        unusual=[UnusualAnswer.model_validate(one, from_attributes=True) for one in seen.unusual],
    )


def _line(placed: Any) -> PreviewedLineAnswer:
    names = PreviewedLineAnswer.model_fields.keys() - {"row"}
    return PreviewedLineAnswer(**{name: getattr(placed.line, name) for name in names}, row=placed.row)


def _held(one: Any) -> PreviewedHeldAnswer:
    names = PreviewedHeldAnswer.model_fields.keys() - {"what_to_do"}
    return PreviewedHeldAnswer(**{name: getattr(one, name) for name in names}, what_to_do=what_to_do(one.code))
