"""What passed between ESR and us: files, runs, calendars, and what became of each instruction."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from esrlink.contracts.events import Event, PersonEvent, register
from esrlink.contracts.types import CutOff, Figure, Instant, Model, PayRun


@register
class FileReceived(Event):
    """A file from ESR was archived and read."""

    TOPIC = "esr.file.received"

    file_id: UUID
    file_name: str
    sha256: str
    kind: str = Field(description="snapshot, changes or confirmation")
    sequence: int | None = None
    rows: int = Field(ge=0)
    rows_set_aside: int = Field(ge=0, description="Rows that could not be taken; each has its reason in the gateway.")
    people_changed: int = Field(ge=0)


@register
class FileQuarantined(Event):
    """A file from ESR was held, with the reason; nothing of it was taken."""

    TOPIC = "esr.file.quarantined"

    file_id: UUID
    file_name: str
    sha256: str
    code: str
    reason: str


@register
class CalendarChanged(Event):
    """A trust's payroll calendar: the whole list of its runs from now on."""

    TOPIC = "esr.calendar.changed"

    revision: int = Field(ge=1)
    cut_offs: tuple[CutOff, ...]


class RunFile(Model):
    """One file of a run, as it was uploaded."""

    file_name: str
    layout: str
    provenance: str
    sha256: str
    lines: int


class RunTotal(Model):
    """A control total: the lines of one pay element or absence type."""

    name: str
    lines: int
    units: Figure
    amount: Figure | None = None


@register
class RunSent(Event):
    """A run's files were uploaded to ESR."""

    TOPIC = "esr.run.sent"

    run_id: UUID
    run: PayRun
    pay_name: str
    sent_at: Instant
    files: tuple[RunFile, ...]
    totals: tuple[RunTotal, ...]
    lines_held: int


class Outcome(StrEnum):
    """What became of one instruction. Each is a fact that came in, never a guess."""

    SCHEDULED = "scheduled"
    HELD = "held"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    LANDED = "landed"
    MISSING = "missing"
    DIFFERS = "differs"


@register
class RecordSettled(PersonEvent):
    """What became of one instruction (one approved submittal version)."""

    TOPIC = "esr.record.settled"

    submittal_id: UUID
    version: int = Field(ge=1)
    outcome: Outcome
    occurred_at: Instant
    code: str | None = Field(default=None, description="ESR's or our own code, where there is a reason.")
    reason: str | None = Field(default=None, description="In words that a rota coordinator understands.")
    field: str | None = Field(default=None, description="The field of the submittal to mend, where one is known.")
    run_id: UUID | None = None
    run: PayRun | None = None
    pay_name: str | None = None
    file_name: str | None = None
    row_number: int | None = None
