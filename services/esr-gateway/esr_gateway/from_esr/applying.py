"""Takes the rows of one file into effect, within the import's transaction: reference records, people, and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from esr_gateway.archive.drafts import on_our_disk
from esr_gateway.from_esr import instructing, shown
from esr_gateway.from_esr.braking import Touched, brake
from esr_gateway.from_esr.buckets import Buckets
from esr_gateway.from_esr.go_frame import GoFrame
from esr_gateway.from_esr.hands import Crew, crew_for
from esr_gateway.from_esr.orphans import note_orphans
from esr_gateway.from_esr.painting import Painting, Setting
from esr_gateway.from_esr.people import Moment
from esr_gateway.from_esr.profile_events import profile_events
from esr_gateway.from_esr.publishing import Publisher
from esr_gateway.from_esr.reference import merge_reference, remember_day, surroundings
from esr_gateway.from_esr.staging import Staged, stage_rows
from esr_gateway.from_esr.supervising import Supervisors
from esr_gateway.from_esr.taking import Taken, Taker
from esr_gateway.outbound_layout import OutboundLayout
from esr_gateway.trust_settings import BrakeSettings
from esrlink.db import WriteTx

_LARGE = 5_000
_KNOWN = text("""
SELECT count(*) AS people, count(*) FILTER (WHERE NOT is_gone AND employee_number IS NOT NULL) AS known
  FROM person WHERE vpd = :vpd
""")


@dataclass(frozen=True, slots=True)
class Applied:
    """What was read, and the figures of a file that was taken."""

    staged: Staged
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Application:
    """How files are applied. `limits` are none for a file that somebody has looked at and released."""

    layout: OutboundLayout
    folder: Path
    statement_timeout: timedelta
    read: Callable[[int], None]
    people: Callable[[int], None]

    async def apply(
        self, tx: WriteTx, path: Path, frame: GoFrame, moment: Moment, limits: BrakeSettings | None
    ) -> Applied:
        """The file in `path`. Raises `Quarantined` for a count that is off, and `Held` by the brake."""
        await self._set_up(tx)
        is_snapshot = frame.name.kind == "snapshot"
        with on_our_disk():
            async with crew_for(self.layout, path, self.folder, is_snapshot=is_snapshot) as crew:
                staged = await stage_rows(tx, self.layout, crew, frame.trailer_count, self.read)
                # Set against set, not row by row: the planner believes that a new table has few rows.
                if staged.rows > _LARGE:
                    await tx.execute(text("SET LOCAL enable_nestloop = off"))
                without_position = await merge_reference(tx, self.layout, moment.vpd, is_snapshot=is_snapshot)
                await tx.execute(text("SET LOCAL enable_nestloop = on"))
                counted = (await tx.execute(_KNOWN, {"vpd": moment.vpd})).one()
                taker = await self._taker(
                    tx, moment, staged, crew, is_snapshot=is_snapshot, is_first=not counted.people
                )
                taken = await (taker.take() if counted.people else taker.take_first())
        if is_snapshot and counted.people:
            await taker.publisher.leave_absent()
        removed, sample = await taker.publisher.leaving()
        if limits is not None:
            brake(_touched(counted.known, removed, taken, sample), limits)
        gone = await taker.publisher.say_farewell()
        await remember_day(tx, moment.vpd, moment.day)
        await note_orphans(tx, moment.vpd, moment.now)
        figures = {
            "rows": staged.rows,
            "rows_set_aside": staged.set_aside,
            "rows_unread": staged.unread,
            "rows_without_parent": without_position + taken.without_parent,
            "people_changed": taken.published,
            "people_gone": gone,
        }
        return Applied(staged, figures)

    async def _set_up(self, tx: WriteTx) -> None:
        milliseconds = int(self.statement_timeout.total_seconds() * 1000)
        # Compiling a statement costs more than any of these takes; of temporary tables a rough idea is enough.
        await tx.execute(
            text(
                "SELECT set_config('statement_timeout', :t, true), set_config('jit', 'off', true),"
                " set_config('default_statistics_target', '20', true)"
            ),
            {"t": str(milliseconds)},
        )

    async def _taker(
        self, tx: WriteTx, moment: Moment, staged: Staged, crew: Crew, *, is_snapshot: bool, is_first: bool
    ) -> Taker:
        vpd, day = moment.vpd, moment.day
        awaits_proof = await shown.is_awaited(tx, vpd)
        await shown.prepare(tx, () if awaits_proof else staged.samples)
        if is_first:
            # Nobody's number is asked for but a supervisor's.
            if staged.supervisors - {""}:
                await instructing.number_people(tx, day)
        else:
            has_rejected = staged.set_aside > 0
            await instructing.instruct(
                tx, self.layout, vpd, crew.spill, is_snapshot=is_snapshot, has_rejected=has_rejected, day=day
            )
        filled = [*staged.filled, await asyncio.to_thread(crew.spill.filled)]
        await crew.gather(filled)
        around = await surroundings(tx, self.layout, vpd)
        supervisors = Supervisors(
            self.layout, around, partial(instructing.supervisor_numbers, tx, vpd, is_snapshot=is_snapshot)
        )
        await supervisors.find(staged.supervisors)
        ranks = await instructing.ranks(tx)
        setting = Setting(moment, around, profile_events(moment), ranks, is_snapshot, awaits_proof)
        painting = Painting(self.layout, setting)
        publisher = Publisher(tx, vpd, painting)
        await publisher.prepare()
        return Taker(
            tx=tx,
            vpd=vpd,
            crew=crew,
            buckets=Buckets(filled, self.layout, is_snapshot),
            setting=setting,
            painting=painting,
            publisher=publisher,
            supervise=supervisors.of_stored,
            progress=self.people,
        )


def _touched(known: int, removed: int, taken: Taken, sample: list[Any]) -> Touched:
    return Touched(known, removed, taken.ended, taken.changed + removed, [*sample, *taken.sample])
