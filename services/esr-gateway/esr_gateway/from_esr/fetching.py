"""Fetches what is new in a trust's `Out/`: each complete file once, into the archive, wherever the connection was lost before.

A download that broke off leaves a draft under a name made of trust, file, size and time; the next look goes on behind it. A
file that has changed since has another name, so nothing is ever put together from two files.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.archive import Archive
from esr_gateway.exchange.port import STILL_WRITTEN, ExchangeRefused, FileExchange, RemoteFile
from esr_gateway.from_esr import files
from esr_gateway.tables import remote_file
from esrlink import crash
from esrlink.clock import Clock
from esrlink.db import Database, WriteTx
from esrlink.ids import NewId

_TAIL = 4096
# Long enough for a server that is away over a long weekend; half a file of people's data is not kept for longer.
_DRAFTS_LAST = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches files of any trust. The caller holds the trust's lock.

    `kind_of` tells a file's kind from VPD and name, `is_complete` whether its last bytes are the end of such a file.
    """

    database: Database
    archive: Archive
    clock: Clock
    new_id: NewId
    kind_of: Callable[[str, str], str]
    is_complete: Callable[[str, str, bytes], bool]

    async def fetch(self, vpd: str, exchange: FileExchange, folder: str) -> list[UUID]:
        """Archive every file of the folder that is complete and new; return their ids, in the order of their names.

        Raises `ExchangeUnavailable` at once, and `ExchangeRefused` when all others are fetched: a file that may not be read
        holds no other.
        """
        fetched: list[UUID] = []
        refusal: ExchangeRefused | None = None
        self.archive.sweep_drafts(_DRAFTS_LAST)
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
                kind=self.kind_of(vpd, name),
                now=self.clock.now(),
            )
            if remote is not None:
                await self._remember(tx, vpd, remote, is_taken=True)
        crash.point("gateway.file.archived")
        return arrival.file_id

    async def _download(self, vpd: str, exchange: FileExchange, folder: str, remote: RemoteFile) -> list[UUID]:
        draft = self.archive.draft(f"{vpd}/{folder}/{remote.name}/{remote.size}/{remote.modified}")
        try:
            length = await exchange.download(folder, remote.name, draft, from_byte=_come_so_far(draft, remote.size))
        except ExchangeRefused:
            draft.unlink(missing_ok=True)  # nobody goes on with it
            raise
        if length != remote.size:
            draft.unlink(missing_ok=True)
            return []  # it was exchanged for another while it came: the next look takes that one
        return [await self.archive_file(vpd, remote.name, draft, remote)]

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
        return is_same or self.is_complete(vpd, remote.name, await exchange.tail(folder, remote.name, _TAIL))

    async def _remember(self, tx: WriteTx, vpd: str, remote: RemoteFile, *, is_taken: bool) -> None:
        now = self.clock.now()
        values = {
            "size": remote.size,
            "modified": remote.modified,
            "is_taken": is_taken,
            "looked_at": now,
            "taken_at": now if is_taken else None,
            "removed_at": None,
        }
        statement = upsert(remote_file).values(vpd=vpd, name=remote.name, **values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["vpd", "name"], set_=values))


def _come_so_far(draft: Path, size: int) -> int:
    """How many bytes of a draft can be gone on behind.

    After the machine itself went down, a file may be as long as it was and end in bytes that never reached the disk.
    """
    try:
        found = draft.stat()
    except FileNotFoundError:
        return 0
    return found.st_size if found.st_size <= size and found.st_mtime > machine_started() else 0


def machine_started() -> float:
    """When the machine started, in seconds since 1970, or later: its steady clock counts from then, sleep left out."""
    return time.time() - time.monotonic()
