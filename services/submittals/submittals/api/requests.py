"""What the API takes: one record, a batch of records, one command, a batch of commands. Unknown fields are refused."""

from __future__ import annotations

from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, ValidationError, model_validator

from esrlink.contracts.types import Department, ExternalId, Product
from esrlink.errors import FieldProblem, Invalid
from submittals.content import AbsenceContent, Actor, AttendanceContent, Content, Kind, Note
from submittals.corrections.correction import RunChoice
from submittals.flow.commands import Ask
from submittals.flow.intake import Put
from submittals.flow.steps import STEPS
from submittals.records.state import Command
from submittals.settings import BATCH_LIMIT

M = TypeVar("M", bound=BaseModel)
Version = Annotated[int, Field(ge=0, le=2**31 - 1, description="The version that you read; 0 for none yet.")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecordIn(_Request):
    """A record of absence or attendance."""

    kind: Kind
    profile_id: ExternalId = Field(description="Whom it is about: a profile of this department.")
    absence: AbsenceContent | None = None
    attendance: AttendanceContent | None = None
    claimed_by: Actor | None = Field(default=None, description="Who entered it, when not the person themselves.")
    version: Version | None = None

    @model_validator(mode="after")
    def _what_the_kind_says(self) -> Self:
        for kind in ("absence", "attendance"):
            if (getattr(self, kind) is not None) != (self.kind == kind):
                raise ValueError(f"a record of kind {self.kind} has {self.kind}, and nothing else")
        return self

    @property
    def given(self) -> Content:
        """What it says."""
        content = self.absence or self.attendance
        assert content is not None  # noqa: S101 - the validator above saw to it
        return content

    def put(self, product: str, department: str, record_id: str) -> Put:
        """The put that this asks for."""
        return Put(
            product, department, record_id, self.kind, self.profile_id, self.given, self.claimed_by, self.version
        )


class BatchRecordIn(RecordIn):
    """A record in a batch: it names its source key itself."""

    product: Product
    department: Department
    record_id: ExternalId


class RecordsIn(_Request):
    """A batch of records. Each is checked by itself, so that a bad one does not hold the others."""

    records: list[SkipValidation[BatchRecordIn]] = Field(max_length=BATCH_LIMIT)


class CommandIn(_Request):
    """Who acts, and what they change or say."""

    by: Actor
    version: Version | None = None


class EnrichIn(CommandIn):
    """Fields of the record's content to set; `null` takes one back to the default."""

    fields: dict[str, Any] = Field(default_factory=dict, max_length=20)
    note: Note | None = None


class ReasonIn(CommandIn):
    """Why: the department and payroll read it."""

    reason: Note


class ResubmitIn(EnrichIn):
    """The mended fields, and what was mended."""

    reason: Note | None = None


BATCHED = frozenset(STEPS)
"""The commands that go in a batch; a put, a split and a correction are operations of their own."""


class CorrectionIn(ReasonIn):
    """Why what was sent is wrong, and what is to be paid instead."""

    fields: dict[str, Any] | None = Field(
        default=None,
        max_length=20,
        description="Fields that differ in the replacement; left out: what was sent is only taken back.",
    )
    note: Note | None = None
    run: RunChoice = Field(
        default="next",
        description="The run that closes next, a supplementary one, or the next normal one: then it is seconded once no"
        " supplementary run closes before that.",
    )


class BatchCommandIn(_Request):
    """A command in a batch."""

    submittal_id: UUID
    command: Command
    by: Actor
    version: Version | None = None
    fields: dict[str, Any] = Field(default_factory=dict, max_length=20)
    note: Note | None = None
    reason: Note | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.command not in BATCHED:
            raise ValueError(f"{self.command} is an operation of its own")
        return self

    def ask(self) -> Ask:
        """The command."""
        return Ask(
            self.submittal_id, self.command, self.by, with_note(self.fields, self.note), self.reason, self.version
        )


class CommandsIn(_Request):
    """A batch of commands, carried out in order."""

    commands: list[SkipValidation[BatchCommandIn]] = Field(max_length=BATCH_LIMIT)


def with_note(fields: dict[str, Any], note: str | None) -> dict[str, Any]:
    """The fields with the note among them."""
    return {**fields, "note": note} if note is not None else fields


def checked(model: type[M], raw: object) -> M | Invalid:
    """One item of a batch, or why it cannot be taken."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = [
            FieldProblem(".".join(map(str, e["loc"])), e["type"], e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        ]
        return Invalid("Some values cannot be taken; see `problems`.", problems=problems)
