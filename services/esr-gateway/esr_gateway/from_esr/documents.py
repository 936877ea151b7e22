"""A person as one document: all rows that ESR has of them, and what a file makes of it. Pure.

The document is the rows as ESR wrote them, in the order of their bytes: equal rows give an equal text, whatever order they
came in, so one digest tells whether anything about a person has changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, NamedTuple

from esr_gateway.outbound_layout import OutboundLayout

# The reader lets no control character through, so none is in a row.
SEPARATOR = "\x1e"
MARK = "\x1d"
"""Begins what is no row but an instruction."""

Op = Literal["D", "M", "K", "T"]


class Key(NamedTuple):
    """What makes a row one row: a later one with the same key takes its place."""

    record: str
    record_id: str
    effective_from: str


class Instruction(NamedTuple):
    """What is to become of stored rows of a record id, other than being replaced by the next row.

    `D` they are deleted; `M` the row now belongs to somebody else; `K` they stay although a snapshot does not show them, because
    their row was set aside; `T` nothing, but the person is looked at, because what a row points at has changed.
    """

    op: Op
    record: str = ""
    record_id: str = ""
    effective_from: str = ""
    effective_to: str = ""


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a row's record id and its first and last day are; 0 where it has none. `depth` is as far as must be cut."""

    record: str
    record_id: int
    start: int
    end: int
    depth: int


def rows_of(document: str) -> list[str]:
    """The rows of a document."""
    return document.split(SEPARATOR) if document else []


def document_of(rows: Iterable[str]) -> str:
    """The document of these rows."""
    return SEPARATOR.join(sorted(rows))


def digest_of(document: bytes) -> str:
    """BLAKE2b of the document in UTF-8, in hex."""
    return blake2b(document, digest_size=16).hexdigest()


class Documents:
    """What a layout's rows say of themselves, and how files change documents."""

    def __init__(self, layout: OutboundLayout) -> None:
        self.delimiter = layout.delimiter
        self._places: dict[str, _Places] = {}
        for code in layout.of_people:
            record = layout.record[code]
            names = (record.id, record.effective_from, record.effective_to)
            record_id, start, end = (record.index(name) if name else 0 for name in names)
            self._places[code] = _Places(code, record_id, start, end, depth=max(record_id, start, end) + 1)

    def key(self, row: str) -> Key:
        """The key of a row."""
        places = self._places[row[:2]]
        cells = row.split(self.delimiter, places.depth)
        return Key(places.record, cells[places.record_id], cells[places.start][:8] if places.start else "")

    def end(self, row: str) -> str:
        """The last day of a row, yyyymmdd; empty where it has none."""
        places = self._places[row[:2]]
        return row.split(self.delimiter, places.depth)[places.end][:8] if places.end else ""

    def written(self, person_id: str, instruction: Instruction) -> str:
        """An instruction as a line among the rows of a person: the person's id stands where it stands in a row."""
        return self.delimiter.join((f"{MARK}{instruction.op}{MARK}", person_id, *instruction[1:]))

    def person_id(self, line: str) -> str:
        """Whose row or instruction it is."""
        return line[4 : line.find(self.delimiter, 4)]

    def after_snapshot(self, lines: Sequence[str], stored: Sequence[str] = ()) -> list[str]:
        """The rows that a snapshot leaves: those it shows, of a row shown twice the last, and stored ones that are to be kept."""
        shown, kept, removed, _ = self._read(lines)
        rest = {key: row for row in stored if (key := self.key(row)) and key[:2] in kept and key[:2] not in removed}
        return [*(row for key, row in rest.items() if key not in shown), *shown.values()]

    def after_changes(self, lines: Sequence[str], stored: Sequence[str]) -> list[str]:
        """The rows that a changes file leaves of the stored ones. The last word on a row counts.

        Dated rows of one id never overlap: a new row displaces the stored ones that begin within it.
        """
        shown, _, removed, moved = self._read(lines)
        spans: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for key, end in [*((key, self.end(row)) for key, row in shown.items()), *moved]:
            spans[key[:2]].append((key.effective_from, end))
        gone = {key for key, _ in moved}
        rest: dict[Key, str] = {}
        for row in stored:
            key = self.key(row)
            begins_within = any(start < key.effective_from <= end for start, end in spans.get(key[:2], ()))
            if not (key in shown or key in gone or key[:2] in removed or begins_within):
                rest[key] = row
        return [*rest.values(), *shown.values()]

    def _read(
        self, lines: Sequence[str]
    ) -> tuple[dict[Key, str], set[tuple[str, str]], set[tuple[str, str]], list[tuple[Key, str]]]:
        """Rows by key, ids to keep, ids to delete, and keys that moved to somebody else with their last days."""
        shown: dict[Key, str] = {}
        kept: set[tuple[str, str]] = set()
        removed: set[tuple[str, str]] = set()
        moved: list[tuple[Key, str]] = []
        for line in lines:
            if line[0] != MARK:
                shown[self.key(line)] = line
                continue
            op, _, record, record_id, start, end = line.split(self.delimiter)
            if op[1] == "D":
                removed.add((record, record_id))
                shown = {key: row for key, row in shown.items() if key[:2] != (record, record_id)}
            elif op[1] == "M":
                moved.append((Key(record, record_id, start), end))
                shown.pop(moved[-1][0], None)
            elif op[1] == "K":
                kept.add((record, record_id))
        return shown, kept, removed, moved


def count_rows(lines: Sequence[str]) -> int:
    """How many of the lines of a person are rows."""
    return sum(line[0] != MARK for line in lines)


def without_touches(lines: Sequence[str]) -> list[str]:
    """The lines without the instruction to look at the person, which changes nothing by itself."""
    return [line for line in lines if not line.startswith(f"{MARK}T")]


def without_deleted(lines: Sequence[str], documents: Documents) -> list[str]:
    """The lines of a snapshot's bucket without the rows that a later line deletes, whoever has them."""
    deleted: dict[tuple[str, ...], int] = {}
    for at, line in enumerate(lines):
        if line.startswith(f"{MARK}D"):
            deleted[tuple(line.split(documents.delimiter)[2:4])] = at
    left = []
    for at, line in enumerate(lines):
        if line.startswith(f"{MARK}K"):
            if tuple(line.split(documents.delimiter)[2:4]) not in deleted:
                left.append(line)
        elif line[0] == MARK:
            if line[1] != "D":
                left.append(line)
        elif deleted.get(documents.key(line)[:2], -1) < at:
            left.append(line)
    return left
