"""What the API answers: models with examples, made from rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.layout import Provenance
from esrlink.contracts import RunTotal


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FileAnswer(_Answer):
    """A file that came from ESR."""

    file_id: UUID
    vpd: str = Field(examples=["277"])
    name: str = Field(examples=["GO_277_GDW_GOC_20260804_00001945.DAT"])
    sha256: str
    size: int = Field(description="Bytes")
    kind: str = Field(description="snapshot, changes, confirmation or unknown", examples=["changes"])
    state: str = Field(
        description="received, imported, quarantined, held, duplicate or waiting_for_gap", examples=["imported"]
    )
    code: str | None = Field(default=None, examples=["gap"])
    reason: str | None = Field(default=None, examples=["Sequence 1946 has not come. A snapshot closes the gap, too."])
    sequence: int | None = Field(default=None, examples=[1945])
    previous_run: datetime | None = None
    this_run: datetime | None = Field(default=None, description="The moment up to which the file speaks.")
    rows: int = Field(description="Rows between header and trailer", examples=[204])
    set_aside: int = Field(
        validation_alias="rows_set_aside",
        description="Rows that could not be taken; 10,000 are kept",
    )
    unread: int = Field(
        validation_alias="rows_unread", description="Rows that are counted and not read (lists of values)"
    )
    without_parent: int = Field(
        validation_alias="rows_without_parent", description="Rows whose person or position ESR has not shown yet"
    )
    people_changed: int
    people_gone: int
    seen_again: int = Field(description="How often the same name with the same bytes came again; nothing was done then")
    released_by: str | None = Field(default=None, description="Who let it go on when it was held", examples=["olive"])
    received_at: datetime
    settled_at: datetime | None = None


class FilesAnswer(BaseModel):
    """Files, newest first."""

    files: list[FileAnswer]


class PollAnswer(BaseModel):
    """The files that this poll brought, or moved on."""

    files: list[FileAnswer]


class RejectedRowAnswer(_Answer):
    """A row that was set aside."""

    row_number: int = Field(description="Line of the file; the header is line 1", examples=[412])
    record: str = Field(examples=["PR"])
    field: str = Field(examples=["Effective Start Date"])
    code: str = Field(examples=["impossible_date"])
    reason: str = Field(examples=["Effective Start Date is not a date: '20260230'."])
    raw: str = Field(description="The row as it came, with sensitive cells masked")


class RejectedRowsAnswer(BaseModel):
    """Rows of one file that were set aside, in order. Ask again with `after` = the last row number for more."""

    file_id: UUID
    rows: list[RejectedRowAnswer]


class RunFileAnswer(_Answer):
    """A file of a run."""

    file_name: str = Field(examples=["TA_277_LNK_MN2705_00000001.DAT"])
    layout: str = Field(examples=["time-and-attendance"])
    provenance: Provenance = Field(description="How sure the layout is", examples=["reported"])
    sha256: str
    size: int = Field(description="Bytes")
    lines: int
    state: str = Field(description="written, uploading, renaming, sent or unknown", examples=["sent"])
    answer: str | None = Field(default=None, description="What ESR's confirmation says of it: read or refused")
    problem: str | None = None
    sent_at: datetime | None = None


class RunAnswer(_Answer):
    """A run, without its files."""

    run_id: UUID
    vpd: str = Field(examples=["277"])
    run_code: str = Field(examples=["MN2705"])
    pay_name: str = Field(examples=["August 2026 pay"])
    state: str = Field(description="frozen, sending, unknown, sent or settled", examples=["sent"])
    totals: list[RunTotal]
    lines: int
    lines_held: int
    cut_off: datetime
    frozen_at: datetime
    sent_at: datetime | None = None


class WholeRunAnswer(RunAnswer):
    """A run with its files."""

    files: list[RunFileAnswer]


class RunsAnswer(BaseModel):
    """Runs, newest first."""

    runs: list[WholeRunAnswer]


class LineAnswer(_Answer):
    """A line of a file, and what became of it."""

    file_name: str
    row_number: int = Field(description="1 is the first row after the header")
    submittal_id: UUID
    version: int
    employee_number: str
    assignment_number: str
    action: str = Field(description="add, update or delete")
    name: str = Field(description="ESR's pay element or absence type")
    reference: str = Field(description="Our reference, as ESR gives it back")
    starts: date
    ends: date | None
    units: str
    amount: str | None
    state: str = Field(examples=["accepted"])
    code: str | None
    reason: str | None
    trace_id: str | None = Field(
        description="The trace of the request that approved it; every event about it carries the same",
        examples=["4bf92f3577b34da6a3ce929d0e0e4736"],
    )


class LinesAnswer(BaseModel):
    """Lines of a run, in the order of files and rows."""

    lines: list[LineAnswer]
    next_offset: int | None = Field(description="Where to go on; none at the end")


class ConservationAnswer(BaseModel):
    """approved - withdrawn = sent_lines + held + waiting, for each approved version."""

    vpd: str = Field(examples=["277"])
    approved: int = Field(examples=[180])
    withdrawn: int = Field(examples=[2])
    sent_lines: int = Field(description="Lines in the files of closed runs", examples=[175])
    held: int = Field(examples=[3])
    waiting: int = Field(examples=[0])
    balanced: bool = Field(examples=[True])


def file_answer(row: Any) -> FileAnswer:
    """The answer for a row of `file`."""
    return FileAnswer.model_validate(row, from_attributes=True)


def run_answer(row: Any, files: list[Any]) -> WholeRunAnswer:
    """The answer for a row of `run` and its rows of `run_file`."""
    values = RunAnswer.model_validate(row, from_attributes=True).model_dump()
    return WholeRunAnswer(**values, files=[RunFileAnswer.model_validate(file, from_attributes=True) for file in files])
