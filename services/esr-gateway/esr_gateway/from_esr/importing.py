"""Imports one GO file: a single transaction from the first row to the last event, so a crash in the middle leaves nothing.

The order of the checks is the order of their cost: name and frame (two small reads), succession (one row), then the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from esr_gateway.archive import Archive
from esr_gateway.from_esr import braking, files
from esr_gateway.from_esr.applying import Application
from esr_gateway.from_esr.bad_rows import note_bad_rows
from esr_gateway.from_esr.go_frame import EDGE, GoFrame, frame_of
from esr_gateway.from_esr.landing import note_landings
from esr_gateway.from_esr.missing import note_missing
from esr_gateway.from_esr.people import Moment
from esr_gateway.from_esr.reference import last_painted
from esr_gateway.from_esr.succession import after, decide
from esr_gateway.from_esr.verdicts import Held, Quarantined, Verdict
from esr_gateway.outbound_layout import OutboundLayout
from esr_gateway.trust_settings import BrakeSettings
from esr_gateway.trusts import find_trust
from esrlink import crash
from esrlink.clock import Clock
from esrlink.contracts import FileQuarantined, FileReceived
from esrlink.db import Database, WriteTx
from esrlink.db.transient import is_transient
from esrlink.errors import NotFound

log = structlog.get_logger()


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

    async def frame(self, vpd: str, found: Any) -> GoFrame:
        """The frame of an archived file. Raises `Quarantined`."""
        return frame_of(self.layout, await self.archive.edges(found.sha256, EDGE), found.name, vpd)

    async def take(self, vpd: str, found: Any, frame: GoFrame) -> str:
        """Import `found` (a row of `file`), or hold it, and return the state that it has reached."""
        try:
            async with self.database.write([vpd]) as tx:
                return await self._take(tx, vpd, found, frame)
        except (Verdict, DBAPIError, ValueError) as problem:
            return await put_aside(self.database, vpd, found, problem, self.clock.now())

    async def _take(self, tx: WriteTx, vpd: str, found: Any, frame: GoFrame) -> str:
        now = self.clock.now()
        if await files.has_other_content(tx, vpd, found):
            raise Quarantined("other_content", "A file of this name with other content came before.")
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
        remark = {"code": decision.code, "reason": decision.reason} if decision.code else {}
        await files.settle(tx, vpd, found.file_id, "imported", now, **header, **figures, **remark)
        await files.move_position(tx, vpd, after(position, frame))
        await note_missing(tx, vpd, now)
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
        application = Application(
            self.layout,
            self.archive.draft().parent,
            self.statement_timeout,
            self.progress.bytes_read,
            self.progress.people,
        )
        moment = Moment.of(vpd, frame.this_run, found.name, now, not_before=await last_painted(tx, vpd))
        # Somebody has looked at a file that the brake had held, and released it.
        limits = None if found.code in braking.CODES else await self._limits(tx, vpd)
        async with self.archive.open(found.sha256) as path:
            applied = await application.apply(tx, path, frame, moment, limits)
        await files.keep_rejected(tx, vpd, found.file_id, applied.staged.rejected)
        await note_bad_rows(tx, vpd, found, now)
        await note_landings(tx, self.layout, vpd, now)
        return applied.figures

    async def _limits(self, tx: WriteTx, vpd: str) -> BrakeSettings:
        """The trust's own, or what is usual for one that is not set up yet: a file can be imported by hand before it is."""
        try:
            return (await find_trust(tx, vpd)).settings.brake
        except NotFound:
            return BrakeSettings()


async def put_aside(database: Database, vpd: str, found: Any, problem: Exception, now: datetime) -> str:
    """Quarantine or hold a file of any kind, say so, and return its state. Raises a `problem` that may pass.

    What a file makes a database or a model refuse is a fault of ours; the file is held, so that it holds no other.
    """
    if isinstance(problem, Verdict):
        verdict = problem
    elif is_transient(problem):
        raise problem
    else:
        kind = type(getattr(problem, "orig", None) or problem).__name__
        log.error("file.not_stored", vpd=vpd, file_id=str(found.file_id), error=kind)
        verdict = Held(
            "cannot_be_stored",
            f"This release of ESR Link cannot store what the file says ({kind}). Nothing of it was taken. "
            "Release it to try again once that is mended.",
        )
    async with database.write([vpd]) as tx:
        values = {"brake": verdict.figures} if isinstance(verdict, braking.Braked) else {}
        await files.settle(
            tx, vpd, found.file_id, verdict.state, now, code=verdict.code, reason=verdict.reason, **values
        )
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
    return verdict.state
