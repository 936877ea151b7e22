"""From a file to the database: reference records and what concerns several people go into a temporary table, `stage`.

All of it happens in the import's transaction. PostgreSQL refuses COPY into a table under row-level security, so the stage is
a temporary table, and what goes on from there is an INSERT that the policy checks. The rows of people, which are nearly all,
do not go through it: they are dealt out by person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from sqlalchemy import text

from esr_gateway.from_esr.dealing import KEPT, Dealt
from esr_gateway.from_esr.go_rows import check_whole
from esr_gateway.from_esr.hands import Crew
from esr_gateway.from_esr.spill import Filled
from esr_gateway.from_esr.verdicts import RejectedRow
from esr_gateway.layout import OutboundLayout
from esrlink.db import WriteTx

_STAGE = """
CREATE TEMP TABLE stage (
    n integer NOT NULL, op "char" NOT NULL, record text NOT NULL, record_id text NOT NULL,
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
    read = [0] * len(crew.hands)
    async with connection.cursor() as cursor, cursor.copy(_COPY) as copy, aclosing(crew.deal()) as texts:
        async for hand, (rows, so_far) in texts:
            await copy.write(rows)
            read[hand] = so_far
            progress(sum(read))
    dealt: list[Dealt] = [await hand.call("dealt") for hand in crew.hands]
    check_whole(layout, [one.counts for one in dealt], trailer_count)
    await tx.execute(text("ANALYZE stage"))
    return Staged(
        rows=sum(one.counts.rows for one in dealt),
        set_aside=sum(one.counts.set_aside for one in dealt),
        unread=sum(one.counts.unread for one in dealt),
        rejected=[row for one in dealt for row in one.rejected][:KEPT],
        supervisors=set().union(*(one.supervisors for one in dealt)),
        samples=list({code: line for one in dealt for code, line in one.samples.items()}.values()),
        filled=[one.filled for one in dealt],
    )
