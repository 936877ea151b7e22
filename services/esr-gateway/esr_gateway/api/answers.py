"""What the API answers of files from ESR: models with examples, made from rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


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


def file_answer(row: Any) -> FileAnswer:
    """The answer for a row of `file`."""
    return FileAnswer.model_validate(row, from_attributes=True)
