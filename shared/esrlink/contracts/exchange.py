"""What passed between ESR and us: files, runs, calendars, and what became of each instruction."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from esrlink.contracts.events import Event, PersonEvent, register
from esrlink.contracts.types import CutOff, Figure, Instant, Model, PayRun, Sha256, SubmittalId, SubmittalVersion


@register
class FileReceived(Event):
    """A file from ESR was archived and read."""

    TOPIC = "esr.file.received"
    PRODUCER = "esr-gateway"

    file_id: UUID = Field(description="The gateway's own id of the file.")
    file_name: str = Field(description="As ESR named it.", examples=["GO_277_GDW_GOC_20260803_00001945.DAT"])
    sha256: Sha256
    kind: str = Field(description="`snapshot`, `changes` or `confirmation`; new kinds may come.")
    sequence: int | None = Field(default=None, description="ESR's running number; none where the file has none.")
    rows: int = Field(ge=0, description="Rows of data, header and trailer not counted.")
    rows_set_aside: int = Field(ge=0, description="Rows that could not be taken; each has its reason in the gateway.")
    people_changed: int = Field(ge=0, description="How many `esr.profile.imported` it led to.")


@register
class FileQuarantined(Event):
    """A file from ESR was held, with the reason; nothing of it was taken."""

    TOPIC = "esr.file.quarantined"
    PRODUCER = "esr-gateway"

    file_id: UUID = Field(description="The gateway's own id of the file.")
    file_name: str = Field(description="As ESR named it.", examples=["GO_277_GDW_GOC_20260803_00001945.DAT"])
    sha256: Sha256
    code: str = Field(description="Why, for machines, such as `no_trailer`; new codes may come.")
    reason: str = Field(description="Why, for people.")


@register
class CalendarChanged(Event):
    """A trust's payroll calendar: the whole list of its runs from now on."""

    TOPIC = "esr.calendar.changed"
    STATE = True
    PRODUCER = "esr-gateway"

    revision: int = Field(ge=1, description="Grows with every change of this trust's calendar; the newest wins.")
    cut_offs: tuple[CutOff, ...] = Field(description="Every run that is still to come, whole: what is missing is gone.")


class RunFile(Model):
    """One file of a run, as it was uploaded."""

    file_name: str = Field(description="As it was put into ESR's `In/`.")
    layout: str = Field(description="Which layout it was written by.", examples=["time_and_attendance"])
    provenance: str = Field(description="How sure we are of the layout: `published`, `reported` or `assumed`.")
    sha256: Sha256
    lines: int = Field(description="Lines of data, header and trailer not counted.")


class RunTotal(Model):
    """A control total: the lines of one pay element or absence type."""

    name: str = Field(description="The pay element or absence type, as the trust calls it.")
    lines: int = Field(description="How many instructions.")
    units: Figure = Field(
        description="Their sum: hours, sessions or PAs of a pay element, days or hours of an absence."
    )
    amount: Figure | None = Field(default=None, description="Their sum in pounds; none for absences.")


@register
class RunSent(Event):
    """A run's files were uploaded to ESR."""

    TOPIC = "esr.run.sent"
    PRODUCER = "esr-gateway"

    run_id: UUID = Field(description="The gateway's own id of the run; `esr.record.settled` names it.")
    run: PayRun
    pay_name: str = Field(description="What people call this pay.", examples=["August 2026 pay"])
    sent_at: Instant = Field(description="When the last of its files was uploaded.")
    files: tuple[RunFile, ...] = Field(description="None when nothing was to be paid or recorded.")
    totals: tuple[RunTotal, ...] = Field(description="One for each pay element and absence type in the files.")
    lines_held: int = Field(description="Instructions that were due but held back, each for a reason of its own.")


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
    PRODUCER = "esr-gateway"

    submittal_id: SubmittalId
    version: SubmittalVersion
    outcome: Outcome = Field(
        description="`scheduled` for a run, `held` back from one, `sent`; `accepted` or `rejected` by ESR, `unknown`"
        " while no receipt says so; `landed` as approved, `differs` or `missing` in ESR's later data."
    )
    occurred_at: Instant = Field(description="When the gateway learnt of it.")
    code: str | None = Field(default=None, description="ESR's or our own code, where there is a reason.")
    reason: str | None = Field(default=None, description="In words that a rota coordinator understands.")
    field: str | None = Field(default=None, description="The field of the submittal to mend, where one is known.")
    run_id: UUID | None = Field(default=None, description="The run that the fact is about, where it is about one.")
    run: PayRun | None = Field(default=None, description="The same run, by the trust's calendar.")
    pay_name: str | None = Field(default=None, description="What people call the run's pay.")
    file_name: str | None = Field(default=None, description="The file that carries, or that answered, the instruction.")
    row_number: int | None = Field(default=None, description="The instruction's row in that file.")
