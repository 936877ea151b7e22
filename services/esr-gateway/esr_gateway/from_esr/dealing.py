"""Deals the rows of a file out: those of people by person, and the rest, with what concerns several people, for the stage.

Pure but for the file that it reads and the one that it fills, so that several processes can each deal a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from esr_gateway.from_esr.documents import Documents, Instruction
from esr_gateway.from_esr.go_rows import Block, Counts, GoReader, Part, Row
from esr_gateway.from_esr.spill import Filled, Spill
from esr_gateway.from_esr.verdicts import RejectedRow
from esr_gateway.outbound_layout import PERSON, OutboundLayout

KEPT = 10_000
"""The most rows set aside that are kept word by word: whoever mends a file needs no more, and storage has an end."""
NUMBERED = "\x1f"
"""Stands between a line of a changes file and its row number: there, the last word on a row counts."""

_STEP = 12  # blocks read at a time, some 15 ms, before other work of the process gets its turn


@dataclass(frozen=True, slots=True)
class DealtPart:
    """A part of the file, what was in it, where it has gone, and rows that were set aside."""

    part: Part
    counts: Counts
    filled: Filled
    rejected: Sequence[RejectedRow]


@dataclass(frozen=True, slots=True)
class Dealt:
    """What was in some parts. `supervisors` are the ids of people whom assignments name as such; `samples` are an element entry
    and an absence with a reference, if there are any: what could prove that something has landed."""

    parts: Sequence[DealtPart]
    supervisors: frozenset[str]
    samples: dict[str, str]


class Dealer:
    """Deals parts, one after the other in the order of the file."""

    def __init__(self, layout: OutboundLayout, spill: Spill, *, is_snapshot: bool) -> None:
        self._rejected: list[RejectedRow] = []
        self._kept = 0
        self._parts: list[DealtPart] = []
        self._reader = GoReader(layout, self._reject)
        self._documents = Documents(layout)
        self._layout = layout
        self._spill = spill
        self._is_snapshot = is_snapshot
        self._number_at = layout.record[PERSON].index("Employee Number")
        self._supervisor_at = layout.record["AS"].index("Supervisor Person ID")
        self._of_people = layout.of_people
        self._reference_at = layout.record["AB"].index("3rd Party System Reference")
        self._supervisors: set[str] = set()
        self._samples: dict[str, str] = {}

    def deal(self, path: Path, part: Part) -> Iterator[str]:
        """Some rows at a time: the text to copy into the stage."""
        blocks = self._reader.part(path, part)
        for first in blocks:
            staged: list[str] = []
            # One after the other, and none is held: what stays in a processor's cache costs half.
            for one in chain((first,), islice(blocks, _STEP - 1)):
                staged += self._block(one) if isinstance(one, Block) else self._row(one)
            yield "".join(staged)
        self._parts.append(DealtPart(part, self._reader.counts, self._spill.filled(), self._rejected))
        self._rejected = []

    def dealt(self) -> Dealt:
        """What it was, when all is dealt."""
        return Dealt(self._parts, frozenset(self._supervisors), self._samples)

    def _reject(self, row: RejectedRow) -> None:
        if self._kept < KEPT:
            self._kept += 1
            self._rejected.append(row)

    def _row(self, row: Row) -> Sequence[str]:
        if row.op == "D" and self._is_snapshot and row.record in self._of_people:
            self._spill.add_to_all(self._documents.written("", Instruction("D", row.record, row.record_id)))
        return [_line(row.row_number, row.op, row.record, row.record_id, "", "", "", "")]

    def _block(self, block: Block) -> Sequence[str]:
        code = block.checks.code
        if code not in self._of_people:
            return [_line(*row) for row in block.rows()]
        people = block.columns[1]
        if code == "AS":
            self._supervisors.update(block.columns[self._supervisor_at])
        self._sample(block)
        if self._is_snapshot:
            self._spill.add(people, block.lines)
            if code != PERSON:
                return ()
            starts, ends = block.days(block.checks.from_at), block.days(block.checks.to_at)
            cells = zip(people, starts, ends, block.columns[self._number_at], strict=True)
            return [_line(0, "A", code, one, start, end, "", number) for one, start, end, number in cells]
        numbers = block.numbers()
        self._spill.add(people, [f"{line}{NUMBERED}{n}" for line, n in zip(block.lines, numbers, strict=True)])
        said = block.columns[self._number_at] if code == PERSON else [""] * len(numbers)
        return [
            _line(row.row_number, "A", code, row.record_id, row.effective_from, row.effective_to, person_id, words)
            for row, person_id, words in zip(block.rows(), people, said, strict=True)
        ]

    def _sample(self, block: Block) -> None:
        code = block.checks.code
        if code == "EL":
            self._samples.setdefault(code, block.lines[0])
        elif code == "AB" and code not in self._samples:
            references = block.columns[self._reference_at]
            shown = next((line for line, one in zip(block.lines, references, strict=True) if one), None)
            if shown is not None:
                self._samples[code] = shown


def _line(n: int, op: str, record: str, record_id: str, start: str, end: str, parent: str, line: str) -> str:
    return f"{n}\x1f{op}\x1f{record}\x1f{record_id}\x1f{start}\x1f{end}\x1f{parent}\x1f{line}\n"
