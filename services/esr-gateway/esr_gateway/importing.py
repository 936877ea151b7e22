"""Imports one GO file: a single transaction from the first row to the last event, so a crash in the middle leaves nothing.

The order of the checks is the order of their cost: name and frame (two small reads), succession (one row), then the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from esr_gateway import files
from esr_gateway.archive import Archive
from esr_gateway.go_frame import GoFrame, read_frame
from esr_gateway.landing import note_landings
from esr_gateway.layout import OutboundLayout
from esr_gateway.people import Moment, publish_changes
from esr_gateway.staging import merge, rows_without_parent, stage_rows
from esr_gateway.succession import after, decide
from esr_gateway.verdicts import Quarantined
from esrlink import crash
from esrlink.clock import Clock
from esrlink.contracts import FileQuarantined, FileReceived
from esrlink.db import Database, WriteTx

# Set against set, not row by row: before the first statistics of a trust's rows are taken, the planner thinks that there are
# few of them, and a file of 100,000 rows would take minutes instead of seconds.
_LARGE = 5_000


@dataclass(frozen=True, slots=True)
class Progress:
    """Who wants to know how far an import is: bytes read, then people looked at."""

    bytes_read: Callable[[int], None] = field(default=lambda _: None)
    people: Callable[[int], None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes archived GO files into effect."""

    database: Database
    archive: Archive
    layout: OutboundLayout
    clock: Clock
    statement_timeout: timedelta
    progress: Progress = Progress()

    def frame(self, vpd: str, found: Any) -> GoFrame:
        """The frame of an archived file. Raises `Quarantined`."""
        return read_frame(self.layout, self.archive.path(found.sha256), found.name, vpd)

    async def take(self, vpd: str, found: Any, frame: GoFrame) -> str:
        """Import `found` (a row of `file`), or hold it, and return the state that it has reached."""
        try:
            async with self.database.write([vpd]) as tx:
                return await self._take(tx, vpd, found, frame)
        except Quarantined as verdict:
            return await self.quarantine(vpd, found, verdict)

    async def quarantine(self, vpd: str, found: Any, verdict: Quarantined) -> str:
        """Hold a file with its reason; nothing of it is taken."""
        async with self.database.write([vpd]) as tx:
            await quarantine(tx, vpd, found, verdict, self.clock.now())
        return "quarantined"

    async def _take(self, tx: WriteTx, vpd: str, found: Any, frame: GoFrame) -> str:
        now = self.clock.now()
        if await files.has_other_content(tx, vpd, found.name, found.sha256):
            raise Quarantined("other_content", "A file of this name with other content was taken before.")
        position = await files.position_of(tx, vpd)
        decision = decide(position, frame)
        header = {
            "sequence": frame.name.sequence,
            "created_by_esr": frame.created,
            "previous_run": frame.previous_run,
            "this_run": frame.this_run,
        }
        if decision.verdict == "refuse":
            raise Quarantined(decision.code, decision.reason)
        if decision.verdict in {"wait", "covered"}:
            state = "waiting_for_gap" if decision.verdict == "wait" else "duplicate"
            await files.settle(tx, vpd, found.file_id, state, now, code=decision.code, reason=decision.reason, **header)
            if state == "duplicate":
                await files.move_position(tx, vpd, after(position, frame))
            return state
        figures = await self._apply(tx, vpd, found, frame, now)
        await files.settle(tx, vpd, found.file_id, "imported", now, **header, **figures)
        await files.move_position(tx, vpd, after(position, frame))
        tx.emit(
            FileReceived(
                vpd=vpd,
                file_id=found.file_id,
                file_name=found.name,
                sha256=found.sha256,
                kind=frame.name.kind,
                sequence=frame.name.sequence,
                rows=figures["rows"],
                rows_set_aside=figures["rows_set_aside"],
                people_changed=figures["people_changed"] + figures["people_gone"],
            )
        )
        crash.point("gateway.import.before_commit")
        return "imported"

    async def _apply(self, tx: WriteTx, vpd: str, found: Any, frame: GoFrame, now: datetime) -> dict[str, int]:
        milliseconds = int(self.statement_timeout.total_seconds() * 1000)
        await tx.execute(text("SELECT set_config('statement_timeout', :t, true)"), {"t": str(milliseconds)})
        path = self.archive.path(found.sha256)
        reader, rejected = await stage_rows(tx, self.layout, path, frame.trailer_count, self.progress.bytes_read)
        if reader.counts.rows > _LARGE:
            await tx.execute(text("SELECT set_config('enable_nestloop', 'off', true)"))
        await merge(tx, vpd, is_snapshot=frame.name.kind == "snapshot")
        orphans = await rows_without_parent(tx, vpd)
        await files.keep_rejected(tx, vpd, found.file_id, rejected)
        await note_landings(tx, self.layout, vpd, now)
        moment = Moment(vpd, frame.this_run, found.name, now)
        published = await publish_changes(tx, self.layout, moment, self.progress.people)
        return {
            "rows": reader.counts.rows,
            "rows_set_aside": reader.counts.set_aside,
            "rows_unread": reader.counts.unread,
            "rows_without_parent": orphans,
            "people_changed": published.changed,
            "people_gone": published.gone,
        }


async def quarantine(tx: WriteTx, vpd: str, found: Any, verdict: Quarantined, now: datetime) -> None:
    """Hold a file of any kind within the open transaction, and say so."""
    await files.settle(tx, vpd, found.file_id, "quarantined", now, code=verdict.code, reason=verdict.reason)
    tx.emit(
        FileQuarantined(
            vpd=vpd,
            file_id=found.file_id,
            file_name=found.name,
            sha256=found.sha256,
            code=verdict.code,
            reason=verdict.reason,
        )
    )
