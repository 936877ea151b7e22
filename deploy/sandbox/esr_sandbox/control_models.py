"""What the control API takes and answers: everything that a product or a hub needs to be set up against the sandbox."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from esr_sandbox.esr.simulator import Applied
from esr_sandbox.world.payroll_calendar import PayPeriod
from esr_sandbox.world.people import ACTIVE, Person
from esr_sandbox.world.trusts import AbsenceType, Department, PayElement


class Model(BaseModel):
    """Reads plain values of the sandbox."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class SftpAccess(Model):
    """How to reach a trust's exchange."""

    host: str
    port: int
    user: str
    password: str
    host_public_key: str = Field(description="OpenSSH format; pin it")
    outbound_folder: str = "Out"
    inbound_folder: str = "In"


class SardAccess(Model):
    """How to reach a trust's job plans."""

    url: str
    email: str
    token: str


class TrustView(Model):
    """A trust, and everything that a set-up against it needs."""

    vpd: str
    ods_code: str
    name: str
    supplier: str
    sftp: SftpAccess
    sard: SardAccess | None = Field(description="only the first trust keeps job plans in SARD")
    departments: tuple[Department, ...]
    pay_elements: tuple[PayElement, ...]
    open_cost_codes: tuple[str, ...]
    absence_types: tuple[AbsenceType, ...]
    time_zone: str = "Europe/London"
    payroll_calendar: tuple[PayPeriod, ...]


class TrustLine(Model):
    """A trust in the list."""

    vpd: str
    ods_code: str
    name: str
    url: str


class AssignmentSpan(Model):
    """A post, from its first to its last working day; empty while it goes on."""

    number: str
    starts: date
    ends: date | None
    cost_code: str


class PersonView(Model):
    """What a rota product knows of a doctor."""

    employee_number: str
    title: str
    first_name: str
    last_name: str
    preferred_name: str
    email: str
    gmc: str | None
    grade: str
    departments: tuple[str, ...]
    assignments: tuple[AssignmentSpan, ...]
    leaver: bool
    future_starter: bool

    @classmethod
    def of(cls, person: Person, asof: date) -> "PersonView":
        """Return what is known of a person on a day."""
        spans = []
        for held in person.assignments:
            working = [spell for spell in held.spells if spell.status == ACTIVE]
            ends = working[-1].end
            cost = working[-1].position.organisation.cost_centre
            spans.append(
                AssignmentSpan(
                    number=held.number,
                    starts=working[0].start,
                    ends=None if ends.year > asof.year + 100 else ends,
                    cost_code=cost,
                )
            )
        return cls(
            employee_number=person.employee_number,
            title=person.title,
            first_name=person.first_name,
            last_name=person.last_name,
            preferred_name=person.preferred_name or person.first_name,
            email=person.email,
            gmc=person.gmc,
            grade=person.grade,
            departments=person.departments,
            assignments=tuple(spans),
            leaver=person.leaving_date is not None,
            future_starter=person.hire_date > asof,
        )


class OnDay(BaseModel):
    """The day that a command is for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"date": "2026-08-03"}]})

    date: date


class WrittenView(Model):
    """A file that ESR wrote. `planted` are its bad rows: line in the file (the header is 1), field, and why."""

    name: str
    sequence: int
    rows: int
    summary: dict[str, Any]


class ReadFileView(Model):
    """What became of an inbound file."""

    name: str
    kind: str
    outcome: str
    code: str
    text: str
    confirmation: str
    answers: dict[str, int]


class ReadView(Model):
    """All files that ESR read on a day."""

    files: list[ReadFileView]


class AppliedRowView(Model):
    """An inbound row, counted from 1 after the header, and its outcome."""

    file: str
    row: int
    reference: str
    assignment: str
    outcome: str
    code: str
    text: str
    element: str
    figures: dict[str, str]


class ElementTotalView(Model):
    """What was paid on an element."""

    element: str
    rows: int
    figures: dict[str, str]


class AppliedView(Model):
    """Every inbound row of a trust, totals of what was paid, and how many absences stand."""

    rows: list[AppliedRowView]
    totals: list[ElementTotalView]
    absences: int

    @classmethod
    def of(cls, applied: Applied) -> "AppliedView":
        """Return the answer for what was applied."""
        return cls(
            rows=[AppliedRowView.model_validate(row) for row in applied.rows],
            totals=[
                ElementTotalView(
                    element=total.element,
                    rows=total.rows,
                    figures={figure: str(sum_) for figure, sum_ in total.figures.items()},
                )
                for total in applied.totals
            ],
            absences=applied.absences,
        )


class FaultView(Model):
    """A fault: what it does, what it takes, and its parameters if it is on."""

    name: str
    effect: str
    takes: dict[str, Any]
    active: dict[str, Any] | None
