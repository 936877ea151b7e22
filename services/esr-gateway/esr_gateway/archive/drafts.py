"""Drafts: files on their way into the archive, in a folder of our own disk that the service alone can read."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from esr_gateway.archive.port import Archive, ArchiveUnavailable, Kept

_BLOCK = 1 << 20
DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""What says that a disk, and not a program, is at fault."""


class Drafts:
    """The drafts of one archive."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str | None = None) -> Path:
        """Where to write. A named draft is under the hash of its name: a name may be anything."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._folder / (hashlib.sha256(name.encode()).hexdigest()[:32] if name else uuid4().hex)

    def sweep(self, older_than: timedelta) -> int:
        """Remove what nobody has written to for so long: half a file holds people's data as well as a whole one."""
        if not self._folder.is_dir():
            return 0
        # By the clock of the machine, which wrote the files' times, and not by the service's, which may be moved.
        oldest = time.time() - older_than.total_seconds()
        removed = 0
        for path in self._folder.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue  # another replica was first
        return removed


@contextmanager
def on_our_disk() -> Iterator[None]:
    """A disk of ours that takes no more may take more later, once somebody has made room: it ends no process."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        reason = os.strerror(error.errno or 0)
        raise ArchiveUnavailable(f"The archive's disk took no more ({reason}). Make room on it.") from None


async def keep_bytes(archive: Archive, content: bytes) -> str:
    """Keep what is in memory, by way of a draft, in any archive; return its SHA-256."""
    draft = archive.draft()
    try:
        with on_our_disk():
            await asyncio.to_thread(draft.write_bytes, content)
        return (await archive.keep(draft)).sha256
    finally:
        draft.unlink(missing_ok=True)


def measure(path: Path) -> Kept:
    """The SHA-256 of a file, in hex, and its length."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return Kept(digest.hexdigest(), size)
