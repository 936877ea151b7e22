"""Sends the files of a run: to a temporary name, size checked, renamed, seen in the listing. Each step is written down first.

A crash or a lost receipt before the rename was tried costs nothing: the temporary file is written again. After that only a
look can tell: the final name with the right size was sent; the temporary name still there was not. When neither is there,
ESR may have read the file already, and the state is `unknown`: nothing is paid twice by a machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from esr_gateway.archive import Archive
from esr_gateway.exchange.port import TEMPORARY, ExchangeRefused, ExchangeUnavailable, FileExchange
from esr_gateway.to_esr.run_files import note_sent, note_step, note_unknown
from esrlink import crash
from esrlink.clock import Clock
from esrlink.db import Database

Seen = Literal["sent", "not_renamed", "cannot_tell"]
_IN_DOUBT = (
    "The connection was lost while the file was renamed, and it is no longer in ESR's folder: "
    "ESR may have read it, or not."
)
_OTHER_SIZE = "ESR's folder holds a file of this name with another size."


class Uploader:
    """Sends written files of one trust over an open exchange. The caller holds the trust's lock."""

    def __init__(self, database: Database, archive: Archive, clock: Clock, exchange: FileExchange, folder: str) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock
        self._exchange = exchange
        self._folder = folder

    async def send(self, vpd: str, file: Any) -> str:
        """Bring one file (a row of `run_file`) as far as it will go, and return its state.

        Raises `ExchangeUnavailable` or `ExchangeRefused`; the file's state then says where to go on.
        """
        if file.state == "renaming":
            match await self._look(file):
                case "sent":
                    return await self._sent(vpd, file)
                case "cannot_tell":
                    return await self._unknown(vpd, file, _IN_DOUBT)
                case "not_renamed":
                    pass
        temporary = file.file_name + TEMPORARY
        await self._step(vpd, file, file.state, "uploading")
        async with self._archive.open(file.sha256) as path:
            await self._exchange.upload(self._folder, temporary, path)
        await self._step(vpd, file, "uploading", "renaming")
        crash.point("gateway.upload.before_rename")
        try:
            await self._exchange.rename(self._folder, temporary, file.file_name)
        except ExchangeRefused as refusal:
            return await self._after_refusal(vpd, file, refusal)
        crash.point("gateway.upload.after_rename")
        return await self._confirm(vpd, file)

    async def _confirm(self, vpd: str, file: Any) -> str:
        """The server said that it renamed. A file that ESR has taken away since then was sent, too; another size was not."""
        try:
            there = next((f for f in await self._list() if f.name == file.file_name), None)
        except (ExchangeUnavailable, ExchangeRefused):
            there = None  # the rename was acknowledged; the listing, which some servers refuse, would only confirm it
        if there is not None and there.size != file.size:
            return await self._unknown(vpd, file, _OTHER_SIZE)
        return await self._sent(vpd, file)

    async def _after_refusal(self, vpd: str, file: Any, refusal: ExchangeRefused) -> str:
        if await self._look(file) == "not_renamed":
            # The server refused and the temporary file is still there: nothing happened, and it may be tried again.
            await self._step(vpd, file, "renaming", "uploading", refusal.detail)
            raise refusal
        return await self._unknown(vpd, file, f"{refusal.detail} {_IN_DOUBT}")

    async def _look(self, file: Any) -> Seen:
        sizes = {f.name: f.size for f in await self._list()}
        if file.file_name in sizes:
            return "sent" if sizes[file.file_name] == file.size else "cannot_tell"
        return "not_renamed" if file.file_name + TEMPORARY in sizes else "cannot_tell"

    async def _list(self) -> Sequence[Any]:
        return await self._exchange.listing(self._folder)

    async def _step(self, vpd: str, file: Any, before: str, state: str, problem: str | None = None) -> None:
        async with self._database.write([vpd]) as tx:
            await note_step(tx, vpd, file.file_name, before, state, problem)

    async def _sent(self, vpd: str, file: Any) -> str:
        async with self._database.write([vpd]) as tx:
            await note_sent(tx, vpd, file.file_name, self._clock.now())
        crash.point("gateway.run.sent")
        return "sent"

    async def _unknown(self, vpd: str, file: Any, reason: str) -> str:
        async with self._database.write([vpd]) as tx:
            await note_unknown(tx, vpd, file.file_name, reason, self._clock.now())
        return "unknown"
