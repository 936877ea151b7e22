"""From a file to the database: reference records and what concerns several people go into a temporary table, `stage`.

All of it happens in the import's transaction. PostgreSQL refuses COPY into a table under row-level security, so the stage is
a temporary table, and what goes on from there is an INSERT that the policy checks. The rows of people, which are nearly all,
do not go through it: they are dealt out by person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from sqlalchemy import text

from esr_gateway.from_esr.dealing import KEPT, Dealt, DealtPart
from esr_gateway.from_esr.go_rows import check_whole, rows_before
from esr_gateway.from_esr.hands import Crew
from esr_gateway.from_esr.spill import Filled
from esr_gateway.from_esr.verdicts import RejectedRow
from esr_gateway.outbound_layout import OutboundLayout
from esrlink.db import WriteTx

_STAGE = """
CREATE TEMP TABLE stage (
    n bigint NOT NULL, op "char" NOT NULL, record text NOT NULL, record_id text NOT NULL,
    effective_from text NOT NULL, effective_to text NOT NULL, parent_id text NOT NULL, line text NOT NULL
) ON COMMIT DROP
"""
# The reader lets no control character through, so these three can stand for separator, quote and null.
_COPY = r"COPY stage FROM STDIN (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x1e', ESCAPE E'\x1e', NULL E'\x1d')"


@dataclass(frozen=True, slots=True)
class Staged:
    """What was read of the whole file; see `Dealt`."""

    rows: int
    set_aside: int
    unread: int
    rejected: Sequence[RejectedRow]
    supervisors: set[str]
    samples: Sequence[str]
    filled: Sequence[Filled]


async def stage_rows(
    tx: WriteTx, layout: OutboundLayout, crew: Crew, trailer_count: int, progress: Callable[[int], None]
) -> Staged:
    """Have the file read into the stage and the spills.

    `progress` is told the bytes read so far. Raises `Quarantined` as the reader does.
    """
    await tx.execute(text(_STAGE))
    connection = await tx.driver()
    read = 0
    async with connection.cursor() as cursor, cursor.copy(_COPY) as copy, aclosing(crew.deal()) as texts:
        async for rows, done in texts:
            if rows:
                await copy.write(rows)
            read += done
            progress(read)
    dealt: list[Dealt] = [await hand.call("dealt") for hand in crew.hands]
    parts = sorted((part for one in dealt for part in one.parts), key=lambda one: one.part.start)
    counts = [one.counts for one in parts]
    check_whole(layout, counts, trailer_count)
    await tx.execute(text("ANALYZE stage"))
    return Staged(
        rows=sum(one.rows for one in counts),
        set_aside=sum(one.set_aside for one in counts),
        unread=sum(one.unread for one in counts),
        rejected=_rejected(parts)[:KEPT],
        supervisors=set().union(*(one.supervisors for one in dealt)),
        samples=list({code: line for one in dealt for code, line in one.samples.items()}.values()),
        filled=[one.filled for one in parts],
    )


def _rejected(parts: Sequence[DealtPart]) -> list[RejectedRow]:
    """The rows set aside, each by its number in the whole file."""
    places = rows_before([one.counts for one in parts])
    return [
        replace(row, row_number=row.row_number - one.part.start + before)
        for one, before in zip(parts, places, strict=True)
        for row in one.rejected
    ]
