"""Layouts: what ESR's files look like, as data. Each says how sure it is of itself (`provenance`).

A layout is a TOML file in `layouts/`; it checks itself when it is loaded, so a mistake in one stops the service at its
start and never an import in the night. Replacing a layout needs no change of code, as long as its shape is one of these.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from esr_gateway.outbound_layout import PERSON, OutboundLayout, Provenance
from esrlink.contracts.types import AssignmentNumber, EmployeeNumber

RowKind = Literal["attendance", "absence"]


class Layout(BaseModel):
    """What every layout says of itself, as `OutboundLayout` does. `source` tells where it comes from, in a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    provenance: Provenance
    source: str
    charset: Literal["ascii", "iso-8859-1"]
    file_name: str


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


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("esr_gateway").joinpath("layouts", f"{name}.toml").read_text(encoding="utf-8"))


def _load(name: str, model: type[L]) -> L:
    return model.model_validate(_read(name))


def outbound(read: dict[str, Any]) -> OutboundLayout:
    """The layout of an outbound file, checked. Raises `ValueError` for a mistake in it."""
    layout = TypeAdapter(OutboundLayout).validate_python(read)
    # What is published is not looked at once more, so a number must have the form that every consumer expects.
    for code, name, expected in (
        (PERSON, "Employee Number", EmployeeNumber),
        ("AS", "Assignment Number", AssignmentNumber),
    ):
        if f"^{layout.record[code].patterns.get(name)}$" != TypeAdapter(expected).json_schema()["pattern"]:
            raise ValueError(f"{name} has not the form that events say it has")
    return layout


@cache
def data_warehouse() -> OutboundLayout:
    """The GO files."""
    return outbound(_read("go_data_warehouse"))


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


def layout_of_file(kind: str) -> Layout | OutboundLayout | None:
    """The layout by which a file from ESR of this kind is read; none for a kind that nobody knows."""
    if kind in {"snapshot", "changes"}:
        return data_warehouse()
    return confirmation() if kind == "confirmation" else None


def all_layouts() -> list[Layout | OutboundLayout]:
    """Every layout, for pages and for the check at the start."""
    return [data_warehouse(), written("attendance"), written("absence"), confirmation(), snapshot_request()]
