"""The plain types that every event, API and table shares: who a trust, a person and an assignment are.

Numbers that name things are text, always: an employee number may start with a zero.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

Vpd = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{3}$"),
    Field(description="A trust on ESR: three digits.", examples=["277"]),
]
EmployeeNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Z]{1,30}$"),
    Field(
        description="The ESR number of a person within a trust. Text: it may start with zeros.", examples=["20000001"]
    ),
]
AssignmentNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Z]{1,30}(-[0-9]{1,3})?$"),
    Field(
        description="A post that a person holds: the employee number, then -2, -3 for further posts.",
        examples=["20000001-2"],
    ),
]
Product = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$"),
    Field(description="A rota product.", examples=["clwrota"]),
]
Department = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$"),
    Field(description="A department's own short name within a product.", examples=["anaesthetics"]),
]
ExternalId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$"),
    Field(description="An identifier that a rota product gives: letters, digits and . _ : -", examples=["jd-0042"]),
]
Sha256 = Annotated[str, Field(description="SHA-256 of the file's bytes, in hexadecimal.")]
SubmittalId = Annotated[UUID, Field(description="The same for all versions of one submittal.")]
SubmittalVersion = Annotated[int, Field(ge=1, description="The submittal's version that this is about; it only grows.")]

_LONGEST_FIGURE = 30


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("must be a finite number")
    return value


def _written(value: Decimal) -> str:
    # A few letters such as 1E+999999999, which whoever reads such a figure will refuse, are gigabytes when written out.
    within = value.adjusted() < _LONGEST_FIGURE and int(value.as_tuple().exponent) >= -_LONGEST_FIGURE
    return format(value, "f") if within else str(value)


Figure = Annotated[
    Decimal,
    AfterValidator(_finite),
    PlainSerializer(_written, when_used="json"),
    WithJsonSchema({"type": "string", "format": "decimal", "pattern": r"^-?[0-9]+([.][0-9]+)?$"}, mode="serialization"),
    Field(description="A decimal figure, written as text, never with an exponent.", examples=["7.5"]),
]
Instant = Annotated[AwareDatetime, Field(description="A moment, with its offset from UTC.")]
DayPart = Annotated[
    Literal["full", "morning", "afternoon"], Field(description="What of a day: all of it, until noon, from noon.")
]


class Model(BaseModel):
    """Base of the value models: frozen, and deaf to fields that a newer producer added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ProfileKey(Model):
    """A person's record in one department of a rota product."""

    product: Product
    department: Department
    profile_id: ExternalId

    @property
    def path(self) -> str:
        """`product/department/profile_id`, unique within a trust."""
        return f"{self.product}/{self.department}/{self.profile_id}"


class PayRun(Model):
    """One run of a trust's payroll calendar."""

    period_type: Literal["W", "M", "L", "B"] = Field(description="W weekly, M monthly, L lunar, B two-weekly")
    run: Literal["N", "S"] = Field(description="N normal, S supplementary")
    tax_year: int = Field(ge=0, le=99, description="Last two digits of the year in which the tax year ends")
    period: int = Field(ge=1, le=53, description="From the trust's own calendar; never computed from a date")

    @property
    def code(self) -> str:
        """The form that file names carry, such as `MN2705`."""
        return f"{self.period_type}{self.run}{self.tax_year:02d}{self.period:02d}"


class CutOff(Model):
    """When a run closes, and the pay that it reaches."""

    run: PayRun
    pay_name: str = Field(description="What people call this pay.", examples=["August 2026 pay"])
    cut_off: Instant = Field(description="What is approved by then is in this run.")
    pay_date: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="The day of the pay: YYYY-MM-DD.")


def utc(moment: datetime) -> datetime:
    """Refuse a naive moment; events and tables hold aware ones only."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    return moment
