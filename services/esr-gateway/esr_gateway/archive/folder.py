"""The archive in a folder: a file is written beside, flushed to disk, and renamed into its place.

It holds the sensitive cells that no table has, so the folder is readable by the service alone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from esr_gateway.archive.drafts import Drafts, keep_bytes, measure, on_our_disk
from esr_gateway.archive.port import Edges, Kept, NotArchived


class FolderArchive:
    """Files under their hash in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts = Drafts(folder / "drafts")

    def draft(self, name: str | None = None) -> Path:
        """A path in the archive's own file system."""
        return self._drafts.path(name)

    def sweep_drafts(self, older_than: timedelta) -> int:
        """Remove old drafts."""
        return self._drafts.sweep(older_than)

    async def keep(self, draft: Path) -> Kept:
        """Move a draft to its place."""
        with on_our_disk():
            return await asyncio.to_thread(self._keep, draft)

    async def put(self, content: bytes) -> str:
        """Keep bytes."""
        return await keep_bytes(self, content)

    async def holds(self, sha256: str, size: int) -> bool:
        """Whether the file is there with that length."""
        try:
            return self._place(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    async def edges(self, sha256: str, length: int) -> Edges:
        """Two small reads."""
        try:
            with self._place(sha256).open("rb") as file:
                head = file.read(length)
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - length))
                return Edges(size, head, file.read(length))
        except FileNotFoundError:
            raise _missing(sha256) from None

    @asynccontextmanager
    async def open(self, sha256: str) -> AsyncIterator[Path]:
        """The file itself."""
        place = self._place(sha256)
        if not place.is_file():
            raise _missing(sha256)
        yield place

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _keep(self, draft: Path) -> Kept:
        kept = measure(draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        place = self._place(kept.sha256)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.chmod(0o600)
        draft.replace(place)
        _flush_folder(place.parent)
        return kept


def _missing(sha256: str) -> NotArchived:
    return NotArchived(f"The archive's folder has no file {sha256}. Put it back from the backup of that folder.")


def _flush_folder(folder: Path) -> None:
    """Make a rename durable: it is an entry of the folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
