"""The `FileExchange` port: the folder pair that a trust shares with ESR. `tests/contract/exchange` holds every adapter to it.

Nothing here decides anything: what is complete, what comes next and what is sent again is decided by those who call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from esr_gateway.trust_settings import ExchangeSettings
from esrlink.errors import EsrLinkError, Unavailable

TEMPORARY = ".tmp"
STILL_WRITTEN = ("._TXFR", TEMPORARY, ".part", ".filepart")
"""Ends of names of files that somebody is still writing."""


class ExchangeUnavailable(Unavailable):
    """The server does not answer, or the connection was lost: the same may work later."""

    code = "exchange_unavailable"


class ExchangeRefused(EsrLinkError):
    """The server refuses: another host key, a login that is not valid, a permission. It will not get better by itself."""

    code, status, title = "exchange_refused", 502, "The SFTP server refuses"


class NoRoom(ExchangeUnavailable):
    """Our own disk took no more of what ESR sends: a file was not fetched, or not whole. Nothing is lost at ESR's side."""

    code, title = "no_room", "Our own disk is full"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in a folder of the exchange. `modified` is in seconds since 1970, by the server's clock."""

    name: str
    size: int
    modified: int


class FileExchange(Protocol):
    """An open connection to one trust's exchange. Every call ends within a bounded time, or raises."""

    async def listing(self, folder: str) -> Sequence[RemoteFile]:
        """The files in `folder`."""
        ...

    async def tail(self, folder: str, name: str, length: int) -> bytes:
        """The last `length` bytes of a file."""
        ...

    async def download(self, folder: str, name: str, to: Path, *, from_byte: int = 0) -> int:
        """Write a file's bytes from `from_byte` on to `to`, behind as many bytes of it; return how long `to` is then.

        What has come before the connection is lost stays in `to`. Raises `NoRoom` when our own disk takes no more.
        """
        ...

    async def upload(self, folder: str, name: str, source: Path, *, from_byte: int = 0) -> None:
        """Write the bytes of `source` to `name`, and check the size.

        From the first byte, over what is there; or from `from_byte` on, behind as many bytes that are there already.
        """
        ...

    async def size_of(self, folder: str, name: str) -> int | None:
        """How many bytes the server holds under this name; none when there is no such file."""
        ...

    async def sha256_of(self, folder: str, name: str) -> str | None:
        """The SHA-256, in hex, of what the server holds: as it reckons itself where it can, else of what is read back.

        None where the server neither reckons nor lets us read the file, as in a folder that is only for putting files.
        """
        ...

    async def remove(self, folder: str, name: str) -> None:
        """Remove a file. One that is not there any more is no trouble."""
        ...

    async def rename(self, folder: str, old: str, new: str) -> None:
        """Rename in one step; raises `ExchangeRefused` when the server says that it did not."""
        ...


OpenExchange = Callable[[ExchangeSettings], AbstractAsyncContextManager[FileExchange]]
"""Connects to the exchange of these settings. Raises `ExchangeUnavailable` or `ExchangeRefused`."""
