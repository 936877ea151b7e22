"""What a rule looks at (a case), what it says (findings), and how days and half days are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from submittals.content import AbsenceContent, AttendanceContent, Content
from submittals.esr.assignments import Resolution
from submittals.esr.cut_offs import Reach
from submittals.trusts.settings import TrustSettings


class Finding(BaseModel):
    """What one rule says of a record. An error returns it to the department; a warning is for people to judge."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(examples=["assignment_not_active"])
    severity: Literal["error", "warning"]
    detail: str = Field(examples=["The person has no active assignment on 3 August 2026."])
    field: str | None = Field(default=None, examples=["attendance.date_worked"])


@dataclass(frozen=True, slots=True)
class Claim:
    """Another live record of the same person: what rules may know of it, whichever department it is from."""

    submittal_id: UUID
    product: str
    department: str
    content: Content
    sent: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One record with all that the rules need to judge it."""

    content: Content
    employee_number: str | None
    resolution: Resolution
    trust: TrustSettings
    today: date
    reach: Reach
    product: str
    department: str
    claims: tuple[Claim, ...] = ()
    # From enrichment on a record must be complete; before that, what is missing is only pointed out.
    complete: bool = False

    def where(self, claim: Claim) -> str:
        """The department of another claim, in words for this one: no more than that."""
        settings = self.trust.department(claim.product, claim.department)
        return f"{settings.name if settings else claim.department} ({claim.product})"

    def claims_of(self, kind: type[AbsenceContent] | type[AttendanceContent]) -> Iterator[Claim]:
        """The person's other records of one kind."""
        return (claim for claim in self.claims if isinstance(claim.content, kind))


Rule = Callable[[Case], Iterator[Finding]]


def error(code: str, detail: str, field: str | None = None) -> Finding:
    """A finding that returns the record."""
    return Finding(code=code, severity="error", detail=detail, field=field)


def warning(code: str, detail: str, field: str | None = None) -> Finding:
    """A finding for people to judge."""
    return Finding(code=code, severity="warning", detail=detail, field=field)


def in_words(day: date) -> str:
    """3 August 2026."""
    return f"{day.day} {day:%B %Y}"


def half_day_range(content: AbsenceContent) -> tuple[int, int]:
    """First and last half day as numbers that grow with time: 2 per day. An open absence never ends."""
    first = content.start_date.toordinal() * 2 + (content.start_part == "afternoon")
    end = content.end_date or date.max
    return first, end.toordinal() * 2 + (content.end_part != "morning")


# Where a half day of leave ends, and work of the other half may begin.
NOON = time(13, 0)
