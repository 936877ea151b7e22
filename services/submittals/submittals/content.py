"""What a submittal says: absence or attendance, as rota products send it. Everything odd is refused here, by field.

The same models hold what people said (`given`) and the content with the trust's defaults filled in. Decimals are plain
and bounded; days are ISO dates between 2000 and 2100; times are local to Europe/London.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from esrlink.contracts.types import AssignmentNumber, DayPart, ExternalId

Kind = Literal["absence", "attendance"]
Unit = Literal["hours", "sessions", "PAs"]

_LONGEST_DAYS = 3 * 366
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)


def _iso_text(value: object) -> object:
    # A number would be read as seconds since 1970: a day nobody meant.
    if isinstance(value, str) and len(value) != len("2026-08-03"):
        raise ValueError("must be a date written as YYYY-MM-DD")
    if not isinstance(value, str | date):
        raise ValueError("must be a date written as YYYY-MM-DD")  # noqa: TRY004 - pydantic reads ValueError
    return value


def _plausible(value: date) -> date:
    if not _EARLIEST <= value <= _LATEST:
        raise ValueError(f"must be between {_EARLIEST} and {_LATEST}")
    return value


def _clock_text(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or len(value) not in {5, 8}:
        raise ValueError("must be a local time written as HH:MM")
    return value


Day = Annotated[date, BeforeValidator(_iso_text), AfterValidator(_plausible)]
# A time of the day without a zone is no `time` of JSON Schema: its pattern says what is taken.
ClockTime = Annotated[
    time,
    BeforeValidator(_clock_text),
    WithJsonSchema(
        {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$", "description": "Local time, HH:MM."}
    ),
]
# No control characters: they would end up in a line of a payroll file or on a page.
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00\x7f]*$")]

# Who decides when a rule does. No person and no product may act under this name.
RULES_ACTOR = "rules"


def _somebody(value: str) -> str:
    if value.rpartition("/")[2].casefold() == RULES_ACTOR:
        raise ValueError(f"{RULES_ACTOR} is the name under which the service itself decides: name who acts")
    return value


Actor = Annotated[
    str,
    StringConstraints(
        pattern=r"^([a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,59}/)?[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$"
    ),
    AfterValidator(_somebody),
    Field(
        description="Who acts: a profile id of the record's department, a profile elsewhere as"
        " product/department/profile_id, or a user name of the rota product."
    ),
]
LARGEST_QUANTITY, LARGEST_AMOUNT = Decimal(9_999), Decimal(99_999)
Quantity = Annotated[Decimal, Field(gt=0, le=LARGEST_QUANTITY, max_digits=6, decimal_places=2)]
Units = Annotated[Decimal, Field(gt=0, le=99, max_digits=4, decimal_places=2)]
Rate = Annotated[Decimal, Field(ge=0, le=9999, max_digits=6, decimal_places=2, description="Pounds per unit.")]
Amount = Annotated[Decimal, Field(ge=0, le=LARGEST_AMOUNT, max_digits=7, decimal_places=2, description="Pounds.")]


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    assignment_number: AssignmentNumber | None = Field(
        default=None, description="Which post, when the person holds several; the service finds it when left out."
    )


class AbsenceContent(_Content):
    """Leave. An absence of one day may be a half day; a longer one may start at noon or end at noon."""

    absence_type: Words = Field(description="The trust's code for it.", examples=["Sickness"])
    reason: Words | None = Field(default=None, description="Needed for sickness: S10 to S99.", examples=["S13"])
    start_date: Day
    start_part: DayPart = "full"
    end_date: Day | None = Field(default=None, description="Left out while the absence is open.")
    end_part: DayPart = "full"
    days: Quantity | None = Field(default=None, description="Calendar days; worked out when left out.")
    hours: Quantity | None = Field(default=None, description="Worked out for leave in hours when left out.")
    sessions: Quantity | None = None
    open: bool = False
    closes: ExternalId | None = Field(
        default=None,
        description="Record id, in the same department, of the open absence that this one ends. It gives the same type and"
        " start, and the end.",
        examples=["leave-1042"],
    )
    closes_submittal: UUID | None = Field(
        default=None,
        description="The submittal that `closes` names. The service fills it in; what is sent is not read.",
    )
    certificate_until: Day | None = Field(default=None, description="Last day that a doctor's statement covers.")
    return_to_work: Day | None = Field(
        default=None, description="First day back at work; while the absence is open, the day that is expected."
    )

    @property
    def first_day(self) -> date:
        """The first day."""
        return self.start_date

    @property
    def last_day(self) -> date | None:
        """The last day; none while open."""
        return self.end_date

    @model_validator(mode="before")
    @classmethod
    def _one_part_of_one_day(cls, value: Any) -> Any:
        # "3 August, morning" is often sent as a start part alone: then it is both parts of that one day.
        if isinstance(value, dict) and value.get("end_date") and value.get("start_date") == value.get("end_date"):
            start, end = value.get("start_part", "full"), value.get("end_part", "full")
            if (start, end) == ("morning", "full"):
                return {**value, "end_part": "morning"}
            if (start, end) == ("full", "afternoon"):
                return {**value, "start_part": "afternoon"}
        return value

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        self._check_what_follows()
        if self.open:
            if self.end_date is not None:
                raise ValueError("an open absence has no end_date: leave one of the two out")
            if self.closes is not None:
                raise ValueError("a record that closes another one gives the end: it is not open itself")
            return self
        if self.end_date is None:
            raise ValueError("give end_date, or say that the absence is open")
        if self.end_date < self.start_date:
            raise ValueError("end_date is before start_date")
        if (self.end_date - self.start_date).days > _LONGEST_DAYS:
            raise ValueError("an absence is at most three years long: put longer ones in parts, or leave it open")
        if self.end_date == self.start_date:
            if (self.start_part, self.end_part) == ("afternoon", "morning"):
                raise ValueError("an absence cannot start in the afternoon and end in the morning of the same day")
        elif self.start_part == "morning" or self.end_part == "afternoon":
            raise ValueError(
                "an absence of several days starts full or in the afternoon, and ends full or in the morning"
            )
        return self

    def _check_what_follows(self) -> None:
        if self.certificate_until is not None and self.certificate_until < self.start_date:
            raise ValueError("certificate_until is before start_date")
        # Who is away until noon may be back on that very day.
        away_until = (self.end_date or self.start_date) - timedelta(days=self.end_part == "morning")
        if self.return_to_work is not None and self.return_to_work <= away_until:
            raise ValueError("return_to_work is within the absence: it is the first day back")


class AttendanceContent(_Content):
    """Paid extra work: one session."""

    date_worked: Day
    session: Words | None = Field(default=None, description="The rota's name for it.", examples=["Theatre 3 evening"])
    starts: ClockTime | None = None
    ends: ClockTime | None = Field(default=None, description="At or before `starts` means the next day.")
    pay_element: Words | None = Field(default=None, description="The trust's code; found by grade when left out.")
    units: Units | None = None
    unit: Unit | None = None
    rate: Rate | None = None
    amount: Amount | None = None
    cost_code: Words | None = Field(default=None, description="The department's when left out.")
    covered: ExternalId | None = Field(default=None, description="Profile id of who was covered.")
    note: Note | None = Field(default=None, description="Why a figure differs from the default.")
    in_lieu: bool = Field(
        default=False, description="Planned work moved to another time: recorded as time off in lieu, never paid."
    )

    @property
    def first_day(self) -> date:
        """The day worked."""
        return self.date_worked

    @property
    def last_day(self) -> date | None:
        """The day worked."""
        return self.date_worked

    @model_validator(mode="after")
    def _both_times(self) -> Self:
        if (self.starts is None) != (self.ends is None):
            raise ValueError("give both starts and ends, or neither")
        return self


Content = AbsenceContent | AttendanceContent


def content_of(kind: Kind, value: dict[str, Any]) -> Content:
    """The content in stored or sent JSON. Raises pydantic's `ValidationError`."""
    return AbsenceContent.model_validate(value) if kind == "absence" else AttendanceContent.model_validate(value)


def content_in(kind: Kind, text: str) -> Content:
    """The content in stored JSON, not yet read. Raises pydantic's `ValidationError`."""
    return (
        AbsenceContent.model_validate_json(text) if kind == "absence" else AttendanceContent.model_validate_json(text)
    )


def digest(*parts: object) -> str:
    """SHA-256 of values in a canonical form: the order of keys and the zeros of a decimal make no difference."""
    return hashlib.sha256(json.dumps([_canonical(part) for part in parts], sort_keys=True).encode()).hexdigest()


# Fields that came after the first records: left at their default they change no hash, so a put repeated stays the same put.
_ADDED_LATER = frozenset({"in_lieu"})


def _canonical(value: object) -> object:
    if isinstance(value, BaseModel):
        said = value.model_dump(exclude_none=True)
        return {name: _canonical(inner) for name, inner in said.items() if inner or name not in _ADDED_LATER}
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if value is None or isinstance(value, str | int) else str(value)
