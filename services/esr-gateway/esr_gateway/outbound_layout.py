"""The layout of the files that ESR writes about its people, made ready for their rows. `layout` loads and checks it.

Plain, and apart from the models that check it: a process that only reads rows starts in a third of the time without them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Provenance = Literal["published", "reported", "assumed"]
PERSON = "PR"
"""The record of a person, to whom the rows of most other records belong."""

_NOTHING_ELSE = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Record:
    """One record type of an outbound file. `columns` are the names of columns 1 and on; an empty name is unused."""

    __pydantic_config__ = _NOTHING_ELSE

    title: str
    id: str
    required: tuple[str, ...]
    columns: tuple[str, ...]
    parent: str | None = None
    effective_from: str | None = None
    effective_to: str | None = None
    patterns: dict[str, str] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    timestamps: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
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

    @property
    def width(self) -> int:
        """How many columns a row has, the record's code included."""
        return len(self.columns) + 1

    def index(self, name: str) -> int:
        """The place of a column in a row, where 0 is the record's code."""
        return self.columns.index(name) + 1


@dataclass(frozen=True, slots=True)
class OutboundLayout:
    """Files that ESR writes about its people, each row with a code of two letters and what to do with it."""

    __pydantic_config__ = _NOTHING_ELSE

    name: str
    title: str
    provenance: Provenance
    source: str
    charset: Literal["ascii", "iso-8859-1"]
    file_name: str
    delimiter: str
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

    def __post_init__(self) -> None:
        if len(self.delimiter) != 1:
            raise ValueError("the delimiter is one character")
        if not {"vpd", "kind", "day", "sequence"} <= set(re.compile(self.file_name).groupindex):
            raise ValueError("the file name needs the groups vpd, kind, day and sequence")
        if any(len(code) != 2 for code in self.record):
            raise ValueError("a record's code has two letters")
        if PERSON not in self.record:
            raise ValueError("a file without people is none of these")
        # Rows are told apart by whose they are a million at a time: only one place to look at makes that quick.
        if astray := [code for code in self.of_people if self.record[code].columns[0] != self.record[PERSON].id]:
            raise ValueError(f"rows of {sorted(astray)} do not begin with the id of their person")

    @property
    def of_people(self) -> frozenset[str]:
        """The records whose rows belong to a person: the person's own, and those that name one as their parent."""
        person = self.record[PERSON].id
        return frozenset(code for code, record in self.record.items() if code == PERSON or record.parent == person)
