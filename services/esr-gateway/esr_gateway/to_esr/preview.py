"""A look at an open run at any time: what it would carry now, what would be held and why, and its totals. Writes nothing.

It goes the way of the freeze itself (`gathering`). Only what comes between the look and the cut-off makes the run another.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from esr_gateway.layout import RowKind, written
from esr_gateway.outbound_layout import Provenance
from esr_gateway.to_esr.gathering import HeldBack, Placed, gather
from esr_gateway.to_esr.periods import find_period, open_periods
from esr_gateway.to_esr.totals import Tally, Total
from esr_gateway.to_esr.unusual import Unusual, Watch, history_of
from esr_gateway.trusts import Trust
from esrlink.db import ReadTx
from esrlink.errors import Conflict, NotFound

_SHOWN = 500


@dataclass(frozen=True, slots=True)
class PreviewedFile:
    """A file that the run would make."""

    layout: str
    provenance: Provenance
    lines: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would be if it were closed now. `lines` and `held` are the first ones; the counts are of all."""

    run_code: str
    pay_name: str
    cut_off: datetime
    pay_date: date
    at: datetime
    line_count: int
    held_count: int
    lines: Sequence[Placed]
    held: Sequence[HeldBack]
    files: Sequence[PreviewedFile]
    by_element: Sequence[Total]
    by_department: Sequence[Total]
    by_assignment: Sequence[Total]
    unusual: Sequence[Unusual]


async def preview(tx: ReadTx, trust: Trust, run_code: str, now: datetime, *, shown: int = _SHOWN) -> Preview:
    """The run as it would be now. Raises `NotFound` for a run that is not in the calendar, `Conflict` for one that is closed."""
    period, after = await _open_period(tx, trust.vpd, run_code)
    tally, watch = Tally(), Watch(trust.settings.unusual)
    lines: list[Placed] = []
    held: list[HeldBack] = []
    held_count = 0
    rows: dict[tuple[RowKind, int], int] = {}
    async with aclosing(gather(tx, trust, period.cut_off, after=after)) as blocks:
        async for block in blocks:
            watch.see(block)
            for placed in block.lines:
                tally.add(placed.line)
                rows[placed.line.kind, placed.file] = placed.row_number
            lines += block.lines[: shown - len(lines)]
            held += block.held[: shown - len(held)]
            held_count += len(block.held)
    history = await history_of(tx, trust.vpd, period.period_type, period.run)
    return Preview(
        run_code=run_code,
        pay_name=period.pay_name,
        cut_off=period.cut_off,
        pay_date=period.pay_date,
        at=now,
        line_count=tally.lines,
        held_count=held_count,
        lines=lines,
        held=held,
        files=[PreviewedFile(written(kind).title, written(kind).provenance, rows[kind, n]) for kind, n in sorted(rows)],
        by_element=tally.totals("element"),
        by_department=tally.totals("department"),
        by_assignment=tally.totals("assignment"),
        unusual=watch.found(tally, history),
    )


async def _open_period(tx: ReadTx, vpd: str, run_code: str) -> tuple[Any, datetime | None]:
    """The period, and the cut-off of the open one before it: what was approved until then goes there."""
    before: datetime | None = None
    for period in await open_periods(tx, vpd):
        if period.run_code == run_code:
            return period, before
        before = period.cut_off
    if await find_period(tx, vpd, run_code) is None:
        raise NotFound(f"The calendar has no run {run_code}.", field="run_code")
    raise Conflict(f"{run_code} is closed: look at the run itself.", field="run_code")
