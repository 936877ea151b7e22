"""What a rule looks at (a case), what it says (findings), and how days, half days and hours are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from esrlink.web.wording import product as product_name
from submittals.content import AbsenceContent, AttendanceContent, Content
from submittals.esr.assignments import Resolution
from submittals.esr.cut_offs import Reach
from submittals.job_plans.signed import PlannedCare
from submittals.rules.catalogue import figure_of, is_on
from submittals.rules.claim import Claim, Span, half_day_range, worked
from submittals.trusts.settings import TrustSettings

FURTHEST_BACK = timedelta(days=3_653)
"""Ten years: no rule looks further back, whatever a trust has set."""

_DAY = 86_400


class Finding(BaseModel):
    """What one rule says of a record. An error returns it to the department; a warning is for people to judge."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(examples=["leaver"])
    severity: Literal["error", "warning"]
    detail: str = Field(examples=["The person left the trust on 31 July 2026."])
    field: str | None = Field(default=None, examples=["attendance.date_worked"])


@dataclass(frozen=True, slots=True)
class Case:
    """One record with all that the rules need to judge it.

    `claims` are the person's other live records from the day before its first day to the day after its last; `earlier`
    those of the days that `reaches_back` asks for. An open absence that has its closing is not among them: the closing is.
    """

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
    submittal_id: UUID | None = None
    earlier: tuple[Claim, ...] = ()
    # How much of full time the person works over all posts; none where ESR does not say.
    full_time_part: Decimal | None = None
    # Direct clinical care of the typical week by the job plans that are in force on the day worked.
    planned: tuple[PlannedCare, ...] = ()
    # When the record's own work began and ended, worked out once.
    span: Span | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "span", worked(self.content))

    def where(self, claim: Claim) -> str:
        """The department of another claim, in words for this one: no more than that."""
        settings = self.trust.department(claim.product, claim.department)
        return f"{settings.name if settings else claim.department} ({product_name(claim.product)})"

    def is_on(self, code: str) -> bool:
        """Whether the trust wants to hear of this finding."""
        return is_on(self.trust, code)

    def figure(self, code: str, name: str) -> Decimal | None:
        """A figure that the rule asks for, as the trust has set it or as it comes."""
        return figure_of(self.trust, code, name)


Rule = Callable[[Case], Iterator[Finding]]
AbsenceRule = Callable[[Case, AbsenceContent], Iterator[Finding]]
AttendanceRule = Callable[[Case, AttendanceContent], Iterator[Finding]]


def error(code: str, detail: str, field: str | None = None) -> Finding:
    """A finding that returns the record."""
    return Finding(code=code, severity="error", detail=detail, field=field)


def warning(code: str, detail: str, field: str | None = None) -> Finding:
    """A finding for people to judge."""
    return Finding(code=code, severity="warning", detail=detail, field=field)


def in_words(day: date) -> str:
    """3 August 2026."""
    return f"{day.day} {day:%B %Y}"


def own_range(case: Case, content: AbsenceContent) -> tuple[int, int]:
    """The half days of the absence that is judged; of an open one, until its closing says."""
    first, last = half_day_range(content)
    if content.open and case.submittal_id is not None:
        for claim in case.claims:
            if closes(claim, case.submittal_id):
                return first, claim.last_half
    return first, last


def closes(claim: Claim, opening: UUID) -> bool:
    """Whether the claim is the closing of this open absence."""
    return isinstance(claim.content, AbsenceContent) and claim.content.closes_submittal == opening


def midnight_of(day: int) -> int:
    """The second at which a day begins; `day` counts from the year 1 as `date.toordinal` does."""
    return day * _DAY


# Where a half day of leave ends, and work of the other half may begin.
NOON = 13 * 3600
