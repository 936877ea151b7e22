"""The `Archive` port. `tests/contract/archive` holds every implementation to it.

A file is in the archive whole or not at all, and the same bytes are kept once. Nothing is ever changed or removed in it.
Drafts are on a disk of our own, whatever the archive is: they are what is still on its way in.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from esrlink.errors import EsrLinkError, Unavailable


class ArchiveUnavailable(Unavailable):
    """The archive does not answer: the same may work later."""

    code = "archive_unavailable"


class NotArchived(EsrLinkError):
    """The archive does not hold these bytes, or holds others under their hash: somebody else was at it."""

    code, status, title = "not_archived", 500, "The archive does not hold the file"


@dataclass(frozen=True, slots=True)
class Edges:
    """How long a file is, and its first and last bytes."""

    size: int
    head: bytes
    tail: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: its hash and how many bytes it is."""

    sha256: str
    size: int


class Archive(Protocol):
    """Files under their hash. Every call ends within a bounded time, or raises `ArchiveUnavailable` or `NotArchived`."""

    def draft(self, name: str | None = None) -> Path:
        """A path on our disk to write to before `keep`. The same `name` gives the same path, so that it can be gone on with."""
        ...

    def sweep_drafts(self, older_than: timedelta) -> int:
        """Remove drafts that nobody has written to for so long; return how many."""
        ...

    async def keep(self, draft: Path) -> Kept:
        """Move a finished draft into the archive; when this returns, the bytes are durable."""
        ...

    async def put(self, content: bytes) -> str:
        """Keep these bytes and return their hash."""
        ...

    async def holds(self, sha256: str, size: int) -> bool:
        """Whether bytes of this hash and length are in the archive at this moment."""
        ...

    async def edges(self, sha256: str, length: int) -> Edges:
        """The first and the last `length` bytes, at the same cost for a file of any size."""
        ...

    def open(self, sha256: str) -> AbstractAsyncContextManager[Path]:
        """The bytes as a file on our disk, to be read only, and only inside the context."""
        ...
