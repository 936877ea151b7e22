"""From a trust's `Out/` to its people: take each complete file once, archive it, and bring every open file to where it ends.

Taking and deciding are two steps with the archive between them. A crash after the first leaves an archived file that is
`received`; whoever comes next, at the start or at the next poll, takes it up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from esr_gateway.archive import Archive, NotArchived
from esr_gateway.exchange.port import FileExchange
from esr_gateway.from_esr import files
from esr_gateway.from_esr.confirmation_file import is_complete
from esr_gateway.from_esr.confirming import Confirmer
from esr_gateway.from_esr.fetching import Fetcher
from esr_gateway.from_esr.file_issues import note_files
from esr_gateway.from_esr.go_frame import GoFrame, has_trailer
from esr_gateway.from_esr.importing import Importer, put_aside
from esr_gateway.from_esr.succession import order
from esr_gateway.from_esr.verdicts import Quarantined
from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.ids import NewId
from esrlink.observability.tracing import new_trace

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Receiver:
    """Receives files of any trust. The caller holds the trust's lock."""

    database: Database
    archive: Archive
    importer: Importer
    confirmer: Confirmer
    clock: Clock
    new_id: NewId

    @property
    def fetcher(self) -> Fetcher:
        """Fetches files for this receiver."""
        return Fetcher(self.database, self.archive, self.clock, self.new_id, self._kind, self._is_complete)

    async def fetch(self, vpd: str, exchange: FileExchange, folder: str) -> list[UUID]:
        """Archive every file of the folder that is complete and new; see `Fetcher.fetch`."""
        return await self.fetcher.fetch(vpd, exchange, folder)

    async def archive_file(self, vpd: str, name: str, draft: Path) -> UUID:
        """Keep a file's bytes (`draft` is moved) and note that it came; return its id."""
        return await self.fetcher.archive_file(vpd, name, draft)

    async def work_through(self, vpd: str) -> list[UUID]:
        """Bring every open file to where it ends, in the order of what they tell; return those that moved."""
        moved: dict[UUID, None] = {}
        while True:
            async with self.database.read([vpd]) as tx:
                waiting = await files.open_files(tx, vpd)
            framed, decided = await self._framed(vpd, waiting)
            for found, frame in framed:
                state = await _traced(vpd, found, self.importer.take(vpd, found, frame))
                if state != found.state:
                    decided.append(found.file_id)
            moved |= dict.fromkeys(decided)
            # A file that was taken may let another go that was held: look again, until nothing moves.
            if not decided:
                await self._tell(vpd, list(moved))
                return list(moved)

    async def _tell(self, vpd: str, moved: Sequence[UUID]) -> None:
        """Say what a person should know of the files: what is held, what is quarantined, what is missing."""
        async with self.database.write([vpd]) as tx:
            await note_files(tx, vpd, moved, self.clock.now())

    async def _framed(self, vpd: str, waiting: Sequence[Any]) -> tuple[list[tuple[Any, GoFrame]], list[UUID]]:
        """GO files with their frames, in order; all others are dealt with at once: confirmations, and what is neither."""
        framed: list[tuple[Any, GoFrame]] = []
        decided: list[UUID] = []
        for found in waiting:
            if self.confirmer.is_one(found.name, vpd):
                await _traced(vpd, found, self.confirmer.take(vpd, found))
                decided.append(found.file_id)
                continue
            try:
                framed.append((found, await self.importer.frame(vpd, found)))
            except (Quarantined, NotArchived) as verdict:
                await _traced(vpd, found, put_aside(self.database, vpd, found, verdict, self.clock.now()))
                decided.append(found.file_id)
        return sorted(framed, key=lambda pair: order(pair[1])), decided

    def _kind(self, vpd: str, name: str) -> str:
        if self.confirmer.is_one(name, vpd):
            return "confirmation"
        for code, kind in self.importer.layout.kinds.items():
            if f"_{code}_" in name:
                return kind
        return "unknown"

    def _is_complete(self, vpd: str, name: str, tail: bytes) -> bool:
        if self.confirmer.is_one(name, vpd):
            return is_complete(self.confirmer.layout, tail)
        return has_trailer(self.importer.layout, tail)


async def _traced(vpd: str, found: Any, deciding: Awaitable[str]) -> str:
    """What `deciding` makes of the file, under a trace of its own: its events carry it, and the log says whose it is."""
    with new_trace():
        state = await deciding
        if state != found.state:
            log.info("file.decided", vpd=vpd, file_id=str(found.file_id), state=state)
    return state
