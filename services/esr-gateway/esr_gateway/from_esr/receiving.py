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
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.archive import Archive
from esr_gateway.exchange.port import STILL_WRITTEN, ExchangeRefused, FileExchange, RemoteFile
from esr_gateway.from_esr import files
from esr_gateway.from_esr.confirmation_file import is_complete
from esr_gateway.from_esr.confirming import Confirmer
from esr_gateway.from_esr.go_frame import GoFrame, has_trailer
from esr_gateway.from_esr.importing import Importer, put_aside
from esr_gateway.from_esr.succession import order
from esr_gateway.from_esr.verdicts import Quarantined
from esr_gateway.tables import remote_file
from esrlink import crash
from esrlink.clock import Clock
from esrlink.db import Database, WriteTx
from esrlink.ids import NewId
from esrlink.observability.tracing import new_trace

log = structlog.get_logger()

_TAIL = 4096


@dataclass(frozen=True, slots=True)
class Receiver:
    """Receives files of any trust. The caller holds the trust's lock."""

    database: Database
    archive: Archive
    importer: Importer
    confirmer: Confirmer
    clock: Clock
    new_id: NewId

    async def fetch(self, vpd: str, exchange: FileExchange, folder: str) -> list[UUID]:
        """Archive every file of the folder that is complete and new; return their ids, in the order of their names.

        Raises `ExchangeUnavailable` at once, and `ExchangeRefused` when all others are fetched: a file that may not be read
        holds no other.
        """
        fetched: list[UUID] = []
        refusal: ExchangeRefused | None = None
        for remote in await exchange.listing(folder):
            if remote.name.startswith(".") or remote.name.endswith(STILL_WRITTEN):
                continue
            try:
                if await self._is_next(vpd, exchange, folder, remote):
                    fetched += await self._download(vpd, exchange, folder, remote)
            except ExchangeRefused as problem:
                refusal = refusal or problem
        if refusal:
            raise refusal
        return fetched

    async def _download(self, vpd: str, exchange: FileExchange, folder: str, remote: RemoteFile) -> list[UUID]:
        draft = self.archive.draft()
        try:
            if await exchange.download(folder, remote.name, draft) != remote.size:
                return []  # it was exchanged for another while it came: the next look takes that one
            return [await self.archive_file(vpd, remote.name, draft, remote)]
        finally:
            draft.unlink(missing_ok=True)  # half a file holds people's data as well as a whole one

    async def archive_file(self, vpd: str, name: str, draft: Path, remote: RemoteFile | None = None) -> UUID:
        """Keep a file's bytes (`draft` is moved) and note that it came; return its id."""
        kept = await self.archive.keep(draft)
        async with self.database.write([vpd]) as tx:
            arrival = await files.receive(
                tx,
                vpd,
                file_id=self.new_id(),
                name=name,
                sha256=kept.sha256,
                size=kept.size,
                kind=self._kind(vpd, name),
                now=self.clock.now(),
            )
            if remote is not None:
                await self._remember(tx, vpd, remote, is_taken=True)
        crash.point("gateway.file.archived")
        return arrival.file_id

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
                return list(moved)

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
            except Quarantined as verdict:
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

    async def _is_next(self, vpd: str, exchange: FileExchange, folder: str, remote: RemoteFile) -> bool:
        """Whether to download: not what was taken already, and not what is still being written.

        A trailer says that a file is complete. One without a trailer is waited for; when it is the same at the next look, it
        is not going to grow, and it is taken so that it can be quarantined with its reason.
        """
        async with self.database.write([vpd]) as tx:
            known = await tx.one_or_none(
                select(remote_file).where(remote_file.c.vpd == vpd, remote_file.c.name == remote.name)
            )
            is_same = known is not None and (known.size, known.modified) == (remote.size, remote.modified)
            if known is not None and is_same and known.is_taken:
                return False
            if not is_same:
                await self._remember(tx, vpd, remote, is_taken=False)
        return is_same or self._is_complete(vpd, remote, await exchange.tail(folder, remote.name, _TAIL))

    def _is_complete(self, vpd: str, remote: RemoteFile, tail: bytes) -> bool:
        if self.confirmer.is_one(remote.name, vpd):
            return is_complete(self.confirmer.layout, tail)
        return has_trailer(self.importer.layout, tail)

    async def _remember(self, tx: WriteTx, vpd: str, remote: RemoteFile, *, is_taken: bool) -> None:
        values = {
            "size": remote.size,
            "modified": remote.modified,
            "is_taken": is_taken,
            "looked_at": self.clock.now(),
        }
        statement = upsert(remote_file).values(vpd=vpd, name=remote.name, **values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["vpd", "name"], set_=values))


async def _traced(vpd: str, found: Any, deciding: Awaitable[str]) -> str:
    """What `deciding` makes of the file, under a trace of its own: its events carry it, and the log says whose it is."""
    with new_trace():
        state = await deciding
        if state != found.state:
            log.info("file.decided", vpd=vpd, file_id=str(found.file_id), state=state)
    return state
