"""The exchange over SFTP, by asyncssh. The server's key is pinned: any other is refused before a password is sent.

Times are bounded: connecting, signing in and each step on their own; a transfer by every block, so a large file may take
its time while a dead connection may not.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import structlog

from esr_gateway.archive.drafts import DISK_TROUBLE
from esr_gateway.exchange.connecting import connection, explained
from esr_gateway.exchange.port import (
    ExchangeUnavailable,
    FileExchange,
    NoRoom,
    OpenExchange,
    RemoteFile,
)
from esr_gateway.exchange.server_hash import sha256_by_server
from esr_gateway.trust_settings import ExchangeSettings

log = structlog.get_logger()

_BLOCK = 1 << 18
T = TypeVar("T")


class SftpExchange:
    """An open SFTP session."""

    def __init__(self, opened: asyncssh.SSHClientConnection, client: asyncssh.SFTPClient, timeout: timedelta) -> None:
        self._connection = opened
        self._client = client
        self._seconds = timeout.total_seconds()

    async def listing(self, folder: str) -> Sequence[RemoteFile]:
        """The plain files in `folder`, by name. A name that cannot be shown is nobody's we wait for, and holds no other."""
        with explained("list the folder"):
            entries = await self._within(self._client.readdir(folder.encode()))  # as bytes: any name can be listed
        found = []
        for entry in entries:
            attrs = entry.attrs
            if attrs.permissions is not None and not stat.S_ISREG(attrs.permissions):
                continue
            name = _bytes(entry.filename).decode("utf-8", "replace")
            if "\N{REPLACEMENT CHARACTER}" in name or "/" in name or not name.isprintable():
                log.warning("exchange.odd_name", folder=folder)
            elif name not in {".", ".."}:
                found.append(RemoteFile(name, attrs.size or 0, int(attrs.mtime or 0)))
        return sorted(found, key=lambda file: file.name)

    async def tail(self, folder: str, name: str, length: int) -> bytes:
        """The last bytes of a file."""
        with explained("read a file"):
            async with self._opened(f"{folder}/{name}", "rb") as file:
                size = (await self._within(file.stat())).size or 0
                return _bytes(await self._within(file.read(length, offset=max(0, size - length))))

    async def download(self, folder: str, name: str, to: Path, *, from_byte: int = 0) -> int:
        """Fetch a file, or the rest of it."""
        size = from_byte
        with explained("read a file"), _our_disk(), to.open("r+b" if from_byte else "wb") as target:
            target.seek(from_byte)
            async with self._opened(f"{folder}/{name}", "rb") as file:
                while True:
                    block = _bytes(await self._within(file.read(_BLOCK, offset=size)))
                    if not block:
                        return size
                    target.write(block)
                    size += len(block)

    async def upload(self, folder: str, name: str, source: Path, *, from_byte: int = 0) -> None:
        """Put a file, or the rest of it, and check that the server has all of it."""
        path = f"{folder}/{name}"
        with explained("write a file"), source.open("rb") as content:
            size = content.seek(0, os.SEEK_END)
            content.seek(from_byte)
            offset = from_byte
            async with self._opened(path, "r+b" if from_byte else "wb") as file:
                while block := content.read(_BLOCK):
                    await self._within(file.write(block, offset=offset))
                    offset += len(block)
        there = await self.size_of(folder, name)
        if there != size:
            raise ExchangeUnavailable(f"The server holds {there or 0} bytes of a file of {size}.")

    async def size_of(self, folder: str, name: str) -> int | None:
        """The size, as the server says."""
        with explained("look at a file"):
            try:
                return (await self._within(self._client.stat(f"{folder}/{name}"))).size
            except asyncssh.SFTPNoSuchFile:
                return None

    async def sha256_of(self, folder: str, name: str) -> str | None:
        """The hash, by the server's own reckoning or by reading the file back."""
        path = f"{folder}/{name}"
        with explained("read a file back"):
            reckoned = await self._within(sha256_by_server(self._client, path))
            if reckoned is not None:
                return reckoned
            digest = sha256()
            try:
                async with self._opened(path, "rb") as file:
                    while block := _bytes(await self._within(file.read(_BLOCK))):
                        digest.update(block)
                return digest.hexdigest()
            except asyncssh.SFTPPermissionDenied:
                return None

    async def remove(self, folder: str, name: str) -> None:
        """Remove a file."""
        with explained("remove a file"):
            try:
                await self._within(self._client.remove(f"{folder}/{name}"))
            except asyncssh.SFTPNoSuchFile:
                return

    async def rename(self, folder: str, old: str, new: str) -> None:
        """Rename, in one step."""
        with explained("rename a file"):
            await self._within(self._client.rename(f"{folder}/{old}", f"{folder}/{new}"))

    @asynccontextmanager
    async def _opened(self, path: str, mode: str) -> AsyncIterator[asyncssh.SFTPClientFile]:
        file = await self._within(self._open(path, mode))
        try:
            yield file
        except BaseException:
            with suppress(asyncssh.Error, OSError, TimeoutError):
                await self._within(file.close())
            raise
        await self._within(file.close())

    async def _open(self, path: str, mode: str) -> asyncssh.SFTPClientFile:
        return await self._client.open(path, mode)

    async def _within(self, step: Coroutine[Any, Any, T]) -> T:
        """Do one step, or give the connection up: asyncssh tidies up after a cancelled step by asking the server once more,
        and a server that has fallen silent does not answer that either."""
        task = asyncio.ensure_future(step)
        task.add_done_callback(_looked_at)
        try:
            await asyncio.wait({task}, timeout=self._seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not task.done():
            self._connection.abort()
            task.cancel()
            raise TimeoutError
        return task.result()


def sftp_exchange(timeout: timedelta) -> OpenExchange:
    """Opens SFTP sessions, each step of which ends within `timeout`."""

    @asynccontextmanager
    async def open_exchange(settings: ExchangeSettings) -> AsyncIterator[FileExchange]:
        async with connection(settings, timeout) as opened:
            yield await session_over(opened, timeout)

    return open_exchange


async def session_over(opened: asyncssh.SSHClientConnection, timeout: timedelta) -> SftpExchange:
    """Start an SFTP session over a connection."""
    with explained("start SFTP"):
        async with asyncio.timeout(timeout.total_seconds()):
            return SftpExchange(opened, await opened.start_sftp_client(), timeout)


def _looked_at(task: asyncio.Task[Any]) -> None:
    """Nobody waits for a step that was given up, and its end is no news."""
    if not task.cancelled():
        task.exception()


def _bytes(read: str | bytes) -> bytes:
    """asyncssh's type is that of text and binary alike; ours is binary."""
    assert isinstance(read, bytes)  # noqa: S101 - as above
    return read


@contextmanager
def _our_disk() -> Iterator[None]:
    """What our own disk does not take is not the server's fault."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        raise NoRoom(
            f"Our own disk took no more of the file ({os.strerror(error.errno or 0)}). Make room in the archive's "
            "folder; the next look goes on where this one stopped."
        ) from None
