"""From a file to the database and the spill: reference records and what concerns several people go into a temporary table.

All of it happens in the import's transaction. PostgreSQL refuses COPY into a table under row-level security, so the stage is
a temporary table, and what goes on from there is an INSERT that the policy checks. The rows of people, which are nearly all,
do not go through it: they are dealt out by person (`spill`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from esr_gateway.from_esr.documents import Instruction, documents
from esr_gateway.from_esr.go_rows import Block, GoReader, Row
from esr_gateway.from_esr.spill import Spill
from esr_gateway.from_esr.verdicts import RejectedRow
from esr_gateway.layout import PERSON, OutboundLayout
from esrlink.db import WriteTx

KEPT = 10_000
"""The most rows set aside that are kept word by word: whoever mends a file needs no more, and storage has an end."""
NUMBERED = "\x1f"
"""Stands between a line of a changes file and its row number: there, the last word on a row counts."""

_STEP = 40  # blocks read at a time, some 50 ms, before other work of the process gets its turn

_STAGE = """
CREATE TEMP TABLE stage (
    n integer NOT NULL, op "char" NOT NULL, record text NOT NULL, record_id text NOT NULL,
    effective_from text NOT NULL, effective_to text NOT NULL, parent_id text NOT NULL, line text NOT NULL
) ON COMMIT DROP
"""
# The reader lets no control character through, so these three can stand for separator, quote and null.
_COPY = r"COPY stage FROM STDIN (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x1e', ESCAPE E'\x1e', NULL E'\x1d')"


@dataclass(slots=True)
class Staged:
    """What was read. `supervisors` are the ids of people whom assignments name as such; `samples` are an element entry and an
    absence with a reference, if there are any: what could prove that something has landed."""

    reader: GoReader
    rejected: list[RejectedRow] = field(default_factory=list)
    supervisors: set[str] = field(default_factory=set)
    samples: Sequence[str] = ()


async def stage_rows(
    tx: WriteTx,
    layout: OutboundLayout,
    path: Path,
    trailer_count: int,
    spill: Spill,
    *,
    is_snapshot: bool,
    progress: Callable[[int], None],
) -> Staged:
    """Read the file into the stage and the spill; keep the first 10,000 rows that were set aside (the reader counts them all).

    `progress` is told the bytes read so far. Raises `Quarantined` as the reader does.
    """
    rejected: list[RejectedRow] = []

    def keep(row: RejectedRow) -> None:
        if len(rejected) < KEPT:
            rejected.append(row)

    reader = GoReader(layout, keep)
    dealer = _Dealer(layout, spill, is_snapshot=is_snapshot)
    blocks = reader.blocks(path, trailer_count)
    await tx.execute(text(_STAGE))
    connection = await tx.driver()
    async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        while (rows := await asyncio.to_thread(dealer.deal, blocks)) is not None:
            await copy.write(rows)
            progress(reader.counts.bytes_read)
    await asyncio.to_thread(spill.flush)
    await tx.execute(text("ANALYZE stage"))
    return Staged(reader, rejected, dealer.supervisors, list(dealer.samples.values()))


class _Dealer:
    """Deals rows out: those of people to the spill, and what the stage needs as the text to copy."""

    def __init__(self, layout: OutboundLayout, spill: Spill, *, is_snapshot: bool) -> None:
        self._layout = layout
        self._spill = spill
        self._is_snapshot = is_snapshot
        self._number_at = layout.record[PERSON].index("Employee Number")
        self._supervisor_at = layout.record["AS"].index("Supervisor Person ID")
        self._of_people = layout.of_people
        self._reference_at = layout.record["AB"].index("3rd Party System Reference")
        self.supervisors: set[str] = set()
        self.samples: dict[str, str] = {}

    def deal(self, blocks: Iterator[Block | Row]) -> str | None:
        """Some blocks; none when there are no more."""
        staged: list[str] = []
        read = 0
        for one in islice(blocks, _STEP):
            read += 1
            if isinstance(one, Block):
                staged += self._block(one)
            else:
                staged.append(_line(one.row_number, one.op, one.record, one.record_id, "", "", "", ""))
                if one.op == "D" and self._is_snapshot and one.record in self._of_people:
                    self._spill.add_to_all(documents().written("", Instruction("D", one.record, one.record_id)))
        return "".join(staged) if read else None

    def _block(self, block: Block) -> Sequence[str]:
        code = block.checks.code
        if code not in self._of_people:
            return [_line(*row) for row in block.rows()]
        people = block.columns[1]
        if code == "AS":
            self.supervisors.update(block.columns[self._supervisor_at])
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
            self.samples.setdefault(code, block.lines[0])
        elif code == "AB" and code not in self.samples:
            references = block.columns[self._reference_at]
            shown = next((line for line, one in zip(block.lines, references, strict=True) if one), None)
            if shown is not None:
                self.samples[code] = shown


def _line(n: int, op: str, record: str, record_id: str, start: str, end: str, parent: str, line: str) -> str:
    return f"{n}\x1f{op}\x1f{record}\x1f{record_id}\x1f{start}\x1f{end}\x1f{parent}\x1f{line}\n"
