"""The `FileExchange` port: the folder pair that a trust shares with ESR. `tests/contract/exchange` may hold any adapter to it.

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

    async def download(self, folder: str, name: str, to: Path) -> int:
        """Write a file's bytes to `to`; return how many."""
        ...

    async def upload(self, folder: str, name: str, source: Path) -> None:
        """Write the bytes of `source` to `name`, over what is there, and check the size."""
        ...

    async def rename(self, folder: str, old: str, new: str) -> None:
        """Rename in one step; raises `ExchangeRefused` when the server says that it did not."""
        ...


OpenExchange = Callable[[ExchangeSettings], AbstractAsyncContextManager[FileExchange]]
"""Connects to the exchange of these settings. Raises `ExchangeUnavailable` or `ExchangeRefused`."""
