"""What the API answers of runs and their lines: models with examples, made from rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.outbound_layout import Provenance
from esrlink.contracts import RunTotal


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RunFileAnswer(_Answer):
    """A file of a run."""

    file_name: str = Field(examples=["TA_277_LNK_MN2705_00000001.DAT"])
    layout: str = Field(examples=["time-and-attendance"])
    provenance: Provenance = Field(description="How sure the layout is", examples=["reported"])
    sequence: int = Field(description="Of the trust's files of this layout, without gaps", examples=[1])
    sha256: str
    size: int = Field(description="Bytes")
    lines: int
    state: str = Field(description="written, uploading, renaming, sent or unknown", examples=["sent"])
    answer: str | None = Field(default=None, description="What ESR's confirmation says of it: read or refused")
    problem: str | None = None
    checked_by: str | None = Field(default=None, description="How the upload was checked: size, or sha256")
    sent_at: datetime | None = None


class UnusualAnswer(_Answer):
    """Something about a run that is worth a look before it is signed."""

    code: str = Field(examples=["total_off"])
    sentence: str = Field(description="The rule and its figures, in words")
    name: str = Field(description="The element, department or person that it is about; empty for the run as a whole")
    before: str | None = Field(default=None, description="The usual figure", examples=["18200.00"])
    now: str | None = Field(default=None, description="The figure of this run", examples=["41975.00"])


class RunAnswer(_Answer):
    """A run, without its files."""

    run_id: UUID
    vpd: str = Field(examples=["277"])
    run_code: str = Field(examples=["MN2705"])
    pay_name: str = Field(examples=["August 2026 pay"])
    state: str = Field(description="frozen, approved, sending, unknown, sent or settled", examples=["sent"])
    totals: list[RunTotal]
    lines: int
    lines_held: int
    cut_off: datetime
    frozen_at: datetime
    pack_sha256: str | None = Field(default=None, description="Of the control pack: what an officer signs")
    approved_at: datetime | None = None
    approved_by: str | None = Field(default=None, description="Who signed; nobody when the trust sends unsigned")
    sent_at: datetime | None = None


class WholeRunAnswer(RunAnswer):
    """A run with its files and what is unusual about it."""

    files: list[RunFileAnswer]
    unusual: list[UnusualAnswer] = []


class OpenRunAnswer(_Answer):
    """A run that is not closed yet."""

    vpd: str = Field(examples=["277"])
    run_code: str = Field(examples=["MN2706"])
    pay_name: str = Field(examples=["September 2026 pay"])
    state: str = Field(default="open", examples=["open"])
    cut_off: datetime
    pay_date: date
    missed: str | None = Field(default=None, description="send, when a person decided it of a missed cut-off")
    waiting: int = Field(description="Approved records that were told of this run", examples=[23])
    held: int = Field(description="Records that were held back before and are tried again", examples=[2])


class RunsAnswer(BaseModel):
    """Open runs, the next cut-off first, and closed ones, newest first."""

    open: list[OpenRunAnswer] = Field(description="Runs that still take records; none when a closed state is asked for")
    runs: list[WholeRunAnswer] = Field(description="Closed runs; none when `open` is asked for")
    next_offset: int | None = Field(default=None, description="Where to go on among the closed ones; none at the end")


class LineAnswer(_Answer):
    """A line of a file, where it came from, and what became of it."""

    file_name: str
    row_number: int = Field(description="1 is the first row after the header")
    submittal_id: UUID
    version: int
    product: str | None = Field(default=None, description="The rota product", examples=["clwrota"])
    department: str | None = Field(default=None, examples=["anaesthetics"])
    record_id: str | None = Field(default=None, description="The rota product's own id of the entry")
    approved_by: str | None = Field(default=None, description="Who approved it, as the rota product gave it")
    employee_number: str
    assignment_number: str
    action: str = Field(description="add, update or delete")
    change: str = Field(default="new", description="new, corrected or reversed")
    corrects: UUID | None = Field(default=None, description="The submittal that it corrects or reverses")
    name: str = Field(description="ESR's pay element or absence type")
    reference: str = Field(description="Our reference, as ESR gives it back")
    starts: date
    ends: date | None
    units: str
    amount: str | None
    state: str = Field(examples=["accepted"])
    code: str | None
    reason: str | None
    proof: str = Field(
        default="",
        description="Whether ESR's own data show it, in a sentence",
        examples=["ESR's own data show it as it was sent."],
    )
    trace_id: str | None = Field(
        description="The trace of the request that approved it; every event about it carries the same",
        examples=["4bf92f3577b34da6a3ce929d0e0e4736"],
    )


LINE_COLUMNS = tuple(name for name in LineAnswer.model_fields if name != "trace_id")
"""The columns of a run's lines as CSV."""


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


def run_answer(row: Any, files: Sequence[Any]) -> WholeRunAnswer:
    """The answer for a row of `run` and its rows of `run_file`."""
    values = RunAnswer.model_validate(row, from_attributes=True).model_dump()
    return WholeRunAnswer(
        **values,
        files=[RunFileAnswer.model_validate(file, from_attributes=True) for file in files],
        unusual=[UnusualAnswer.model_validate(one) for one in row.unusual],
    )


def line_answer(row: Any, proof: str) -> LineAnswer:
    """The answer for a row of `find_lines`, with whether ESR's data show it in a sentence."""
    return LineAnswer.model_validate(row, from_attributes=True).model_copy(update={"proof": proof})
