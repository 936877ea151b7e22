"""Layouts: what ESR's files look like, as data. Each says how sure it is of itself (`provenance`).

A layout is a TOML file in `layouts/`; it checks itself when it is loaded, so a mistake in one stops the service at its
start and never an import in the night. Replacing a layout needs no change of code, as long as its shape is one of these.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from esrlink.contracts.types import AssignmentNumber, EmployeeNumber

Provenance = Literal["published", "reported", "assumed"]
RowKind = Literal["attendance", "absence"]
PERSON = "PR"
"""The record of a person, to whom the rows of most other records belong."""


class Layout(BaseModel):
    """What every layout says of itself. `source` tells where it comes from, in a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    provenance: Provenance
    source: str
    charset: Literal["ascii", "iso-8859-1"]
    file_name: str


class Record(BaseModel):
    """One record type of an outbound file. `columns` are the names of columns 1 and on; an empty name is unused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    id: str
    parent: str | None = None
    effective_from: str | None = None
    effective_to: str | None = None
    required: tuple[str, ...]
    patterns: dict[str, str] = {}
    sensitive: tuple[str, ...] = ()
    columns: tuple[str, ...]
    dates: tuple[str, ...] = ()
    timestamps: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        named = [name for name in self.columns if name]
        if len(named) != len(set(named)):
            raise ValueError(f"a column of {self.title} is named twice")
        mentioned = {self.id, *self.required, *self.patterns, *self.sensitive}
        mentioned |= {*self.dates, *self.timestamps, *self.numbers}
        mentioned |= {name for name in (self.parent, self.effective_from, self.effective_to) if name}
        if unknown := mentioned - set(named):
            raise ValueError(f"{self.title} has no column {sorted(unknown)}")
        if (self.effective_from is None) != (self.effective_to is None):
            raise ValueError(f"{self.title} is date-tracked by half")
        if {self.id, self.parent, self.effective_from} & set(self.sensitive):
            raise ValueError(f"{self.title} is found by a column that is not kept")
        for pattern in self.patterns.values():
            re.compile(pattern)
        return self

    @property
    def width(self) -> int:
        """How many columns a row has, the record's code included."""
        return len(self.columns) + 1

    def index(self, name: str) -> int:
        """The place of a column in a row, where 0 is the record's code."""
        return self.columns.index(name) + 1


class OutboundLayout(Layout):
    """Files that ESR writes about its people, each row with a code of two letters and what to do with it."""

    delimiter: str = Field(min_length=1, max_length=1)
    quoting: Literal["none"]
    # Days are compared as texts, so no other form will do.
    date_format: Literal["%Y%m%d"]
    timestamp_format: Literal["%Y%m%d %H%M%S"]
    header: tuple[str, ...]
    trailer: str
    trailer_counts: Literal["all", "details"]
    add_suffix: str
    delete_suffix: str
    unread: tuple[str, ...]
    kinds: dict[str, Literal["snapshot", "changes"]]
    record: dict[str, Record]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if not {"vpd", "kind", "day", "sequence"} <= set(re.compile(self.file_name).groupindex):
            raise ValueError("the file name needs the groups vpd, kind, day and sequence")
        if any(len(code) != 2 for code in self.record):
            raise ValueError("a record's code has two letters")
        if PERSON not in self.record:
            raise ValueError("a file without people is none of these")
        # What is published is not looked at once more, so a number must have the form that every consumer expects.
        for code, name, expected in (
            (PERSON, "Employee Number", EmployeeNumber),
            ("AS", "Assignment Number", AssignmentNumber),
        ):
            if f"^{self.record[code].patterns.get(name)}$" != TypeAdapter(expected).json_schema()["pattern"]:
                raise ValueError(f"{name} has not the form that events say it has")
        # Rows are told apart by whose they are a million at a time: only one place to look at makes that quick.
        if astray := [code for code in self.of_people if self.record[code].columns[0] != self.record[PERSON].id]:
            raise ValueError(f"rows of {sorted(astray)} do not begin with the id of their person")
        return self

    @property
    def of_people(self) -> frozenset[str]:
        """The records whose rows belong to a person: the person's own, and those that name one as their parent."""
        person = self.record[PERSON].id
        return frozenset(code for code, record in self.record.items() if code == PERSON or record.parent == person)


class WrittenLayout(Layout):
    """Files that we write for ESR. Their parts are templates over the values of a file and of a row."""

    delimiter: str = Field(min_length=1, max_length=1)
    kind: RowKind
    prefix: str
    header: tuple[str, ...]
    trailer: tuple[str, ...]
    fixed: tuple[str, ...]
    last: tuple[str, ...]
    columns: int
    pairs: int
    quoted: tuple[str, ...]
    actions: dict[Literal["add", "update", "delete"], str]
    longest: dict[str, int]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if len(self.fixed) + 2 * self.pairs + len(self.last) != self.columns:
            raise ValueError("fixed columns, pairs and last columns do not add up")
        if "add" not in self.actions:
            raise ValueError("a layout that cannot add cannot be used")
        return self


class CodeWords(BaseModel):
    """What one of ESR's codes means, and the field of a submittal to mend, where there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str
    field: str | None = None


class ConfirmationLayout(Layout):
    """Files in which ESR answers a file of ours."""

    delimiter: str = Field(min_length=1, max_length=1)
    header: str
    record: str
    trailer: str
    columns: tuple[str, ...]
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    codes: dict[str, CodeWords]


class RequestLayout(Layout):
    """A file of one row that asks ESR for something."""

    row: str


L = TypeVar("L", bound=Layout)


def _load(name: str, model: type[L]) -> L:
    text = files("esr_gateway").joinpath("layouts", f"{name}.toml").read_text(encoding="utf-8")
    return model.model_validate(tomllib.loads(text))


@cache
def data_warehouse() -> OutboundLayout:
    """The GO files."""
    return _load("go_data_warehouse", OutboundLayout)


@cache
def confirmation() -> ConfirmationLayout:
    """The CF files."""
    return _load("confirmation", ConfirmationLayout)


@cache
def snapshot_request() -> RequestLayout:
    """The file that asks for a snapshot."""
    return _load("snapshot_request", RequestLayout)


@cache
def written(kind: RowKind) -> WrittenLayout:
    """The layout in which records of this kind are sent."""
    return _load({"attendance": "time_and_attendance", "absence": "absence"}[kind], WrittenLayout)


def layout_of_file(kind: str) -> Layout | None:
    """The layout by which a file from ESR of this kind is read; none for a kind that nobody knows."""
    if kind in {"snapshot", "changes"}:
        return data_warehouse()
    return confirmation() if kind == "confirmation" else None


def all_layouts() -> list[Layout]:
    """Every layout, for pages and for the check at the start."""
    return [data_warehouse(), written("attendance"), written("absence"), confirmation(), snapshot_request()]
