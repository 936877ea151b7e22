"""Sends the files of a run: to a temporary name, checked, renamed, seen in the listing. Each step is written down first.

A connection that is lost while the file goes up costs nothing: what is there is kept where its bytes are ours, and the rest
follows. After the rename was tried only a look can tell: the final name with our bytes was sent; the temporary name still
there was not. When neither is there, ESR may have read the file already, and the state is `unknown`: nothing is paid twice by
a machine. So is a file that ESR's folders speak of before we have sent it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from esr_gateway.archive import Archive
from esr_gateway.exchange.port import TEMPORARY, ExchangeRefused, ExchangeUnavailable, FileExchange
from esr_gateway.tables import file as received_file
from esr_gateway.tables import run_file
from esr_gateway.to_esr.run_files import note_sent, note_step, note_trouble, note_unknown
from esr_gateway.to_esr.used_names import used_names
from esrlink import crash
from esrlink.clock import Clock
from esrlink.db import Database

Seen = Literal["sent", "not_renamed", "cannot_tell"]
_BLOCK = 1 << 20
_IN_DOUBT = (
    "The connection was lost while the file was renamed, and it is no longer in ESR's folder: "
    "ESR may have read it, or not."
)
_OTHER_CONTENT = "ESR's folder holds a file of this name with other content."


class Uploader:
    """Sends written files of one trust over an open exchange. The caller holds the trust's lock."""

    def __init__(
        self,
        database: Database,
        archive: Archive,
        clock: Clock,
        exchange: FileExchange,
        *,
        in_folder: str,
        out_folder: str,
    ) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock
        self._exchange = exchange
        self._folder = in_folder
        self._out_folder = out_folder

    async def send_all(self, vpd: str, files: Sequence[Any]) -> None:
        """Send files (rows of `run_file`) in their order.

        One that is refused or in doubt holds the later ones of its own kind, whose sequence it would break, and no others.
        Raises `ExchangeUnavailable` at once, and `ExchangeRefused` when the others are sent.
        """
        stopped: dict[str, ExchangeRefused | None] = {}
        for file in files:
            if file.layout in stopped:
                continue
            try:
                if await self.send(vpd, file) == "unknown":
                    stopped[file.layout] = None
            except ExchangeRefused as refusal:
                stopped[file.layout] = refusal
        if refusal_ := next((one for one in stopped.values() if one), None):
            raise refusal_

    async def send(self, vpd: str, file: Any) -> str:
        """Bring one file as far as it will go, and return its state.

        Raises `ExchangeUnavailable` or `ExchangeRefused`; the file's state then says where to go on.
        """
        try:
            return await self._send(vpd, file)
        except (ExchangeUnavailable, ExchangeRefused) as trouble:
            async with self._database.write([vpd]) as tx:
                await note_trouble(tx, vpd, file.file_name, trouble.detail, self._clock.now())
            raise

    async def _send(self, vpd: str, file: Any) -> str:
        if file.state == "renaming":
            match await self._look(file):
                case "sent":
                    return await self._sent(vpd, file)
                case "cannot_tell":
                    return await self._unknown(vpd, file, "renaming", _IN_DOUBT)
                case "not_renamed":
                    pass
        elif (seen := await self._seen_before(vpd, file)) is not None:
            return await self._sent(vpd, file) if seen == "" else await self._unknown(vpd, file, file.state, seen)
        temporary = file.file_name + TEMPORARY
        await self._step(vpd, file, file.state, "uploading")
        async with self._archive.open(file.sha256) as path:
            await self._upload(temporary, path, file.size)
        checked_by = await self._check(temporary, file.sha256)
        await self._step(vpd, file, "uploading", "renaming", checked_by=checked_by)
        crash.point("gateway.upload.before_rename")
        try:
            await self._exchange.rename(self._folder, temporary, file.file_name)
        except ExchangeRefused as refusal:
            return await self._after_refusal(vpd, file, refusal)
        crash.point("gateway.upload.after_rename")
        return await self._confirm(vpd, file, checked_by)

    async def _upload(self, name: str, path: Path, size: int) -> None:
        """Put the file, or what is missing of it: an earlier attempt may have brought the first part."""
        start = await self._exchange.size_of(self._folder, name) or 0
        if not 0 < start <= size or await self._hash(name) != _hash_of_first(path, start):
            start = 0
        try:
            await self._exchange.upload(self._folder, name, path, from_byte=start)
        except ExchangeRefused:
            if start == 0:
                raise
            # Some servers let nobody write behind what is there.
            await self._exchange.upload(self._folder, name, path)

    async def _check(self, name: str, sha256: str) -> str:
        """How the server's copy was checked; its size was, by `upload`. Raises `ExchangeUnavailable` if it is another."""
        hash_there = await self._hash(name)
        if hash_there is None:
            return "size"
        if hash_there != sha256:
            raise ExchangeUnavailable("The server holds other bytes than those that were sent; they are sent again.")
        return "sha256"

    async def _hash(self, name: str) -> str | None:
        try:
            return await self._exchange.sha256_of(self._folder, name)
        except ExchangeRefused:
            return None

    async def _confirm(self, vpd: str, file: Any, checked_by: str) -> str:
        """The server said that it renamed. A file that ESR has taken away since then was sent, too; another size was not."""
        try:
            there = (await self._sizes()).get(file.file_name)
        except (ExchangeUnavailable, ExchangeRefused):
            there = None  # the rename was acknowledged; the listing, which some servers refuse, would only confirm it
        if there is None:
            return await self._sent(vpd, file, checked_by)
        if there != file.size:
            return await self._unknown(vpd, file, "renaming", _OTHER_CONTENT)
        return await self._sent(vpd, file, f"{checked_by}, listing")

    async def _after_refusal(self, vpd: str, file: Any, refusal: ExchangeRefused) -> str:
        match await self._look(file):
            case "not_renamed":
                # The server refused and the temporary file is still there: nothing happened, and it may be tried again.
                await self._step(vpd, file, "renaming", "uploading", refusal.detail)
                raise refusal
            case "sent":
                return await self._sent(vpd, file)
            case "cannot_tell":
                return await self._unknown(vpd, file, "renaming", f"{refusal.detail} {_IN_DOUBT}")

    async def _look(self, file: Any) -> Seen:
        sizes = await self._sizes()
        if file.file_name in sizes:
            return "sent" if await self._is_ours(file, sizes) else "cannot_tell"
        return "not_renamed" if file.file_name + TEMPORARY in sizes else "cannot_tell"

    async def _is_ours(self, file: Any, sizes: Mapping[str, int]) -> bool:
        """Whether the final name has our bytes; where the server lets nobody read them, our number of bytes."""
        if sizes[file.file_name] != file.size:
            return False
        return await self._hash(file.file_name) in {None, file.sha256}

    async def _seen_before(self, vpd: str, file: Any) -> str | None:
        """Whether ESR's folders speak of a file that we did not rename yet: "" when it is there as it should be, or a reason."""
        try:
            sizes = await self._sizes()
        except ExchangeRefused:
            sizes = {}  # a folder that is only for putting files
        if file.file_name in sizes:
            return "" if await self._is_ours(file, sizes) else _OTHER_CONTENT
        if file.state != "written" or file.doubts:
            return None  # it was looked at when it was first sent; or two people have looked
        try:
            answers = [one.name for one in await self._exchange.listing(self._out_folder)]
        except ExchangeRefused:
            answers = []
        async with self._database.read([vpd]) as tx:
            known = {row.file_name for row in await tx.all(select(run_file.c.file_name).where(run_file.c.vpd == vpd))}
            taken = await tx.all(
                select(received_file.c.name).where(received_file.c.vpd == vpd, received_file.c.kind == "confirmation")
            )
        used = used_names(file.file_name, {*sizes, *answers, *(row.name for row in taken)}, known)
        if not used:
            return None
        return (
            f"It is to be sent for the first time, and ESR's folders show {used[0]} already: this database may be an older copy "
            "that was restored, and the file may have been sent before."
        )

    async def _sizes(self) -> Mapping[str, int]:
        return {one.name: one.size for one in await self._exchange.listing(self._folder)}

    async def _step(
        self, vpd: str, file: Any, before: str, state: str, problem: str | None = None, **values: Any
    ) -> None:
        async with self._database.write([vpd]) as tx:
            await note_step(tx, vpd, file.file_name, before, state, problem, **values)

    async def _sent(self, vpd: str, file: Any, checked_by: str | None = None) -> str:
        async with self._database.write([vpd]) as tx:
            await note_sent(tx, vpd, file.file_name, self._clock.now(), checked_by=checked_by)
        crash.point("gateway.run.sent")
        return "sent"

    async def _unknown(self, vpd: str, file: Any, before: str, reason: str) -> str:
        async with self._database.write([vpd]) as tx:
            await note_unknown(tx, vpd, file.file_name, reason, self._clock.now(), before=before)
        return "unknown"


def _hash_of_first(path: Path, length: int) -> str:
    digest, left = hashlib.sha256(), length
    with path.open("rb") as content:
        while left and (block := content.read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()
