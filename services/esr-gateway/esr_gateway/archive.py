"""The archive: the bytes of every file, in and out, under their SHA-256, so that what was sent or read can be shown for ever.

A file is in the archive whole or not at all: it is written beside, flushed to disk, and renamed. The same bytes are kept once.
It holds the sensitive cells that no table has, so the folder is readable by the service alone.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from uuid import uuid4

_BLOCK = 1 << 20


class Archive:
    """Files under their hash in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash are, if they are."""
        return self._folder / sha256[:2] / sha256

    def size(self, sha256: str) -> int:
        """How many bytes they are."""
        return self.path(sha256).stat().st_size

    def draft(self) -> Path:
        """A path in the archive's own file system to write to before `keep`."""
        drafts = self._folder / "drafts"
        drafts.mkdir(parents=True, exist_ok=True, mode=0o700)
        return drafts / uuid4().hex

    def keep(self, draft: Path) -> str:
        """Move a finished draft into the archive and return its hash; when this returns, the bytes are durable."""
        digest = hashlib.sha256()
        with draft.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
            os.fsync(file.fileno())
        sha256 = digest.hexdigest()
        place = self.path(sha256)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.chmod(0o600)
        draft.replace(place)
        _flush_folder(place.parent)
        return sha256

    def put(self, content: bytes) -> str:
        """Keep these bytes and return their hash."""
        draft = self.draft()
        draft.write_bytes(content)
        return self.keep(draft)


def _flush_folder(folder: Path) -> None:
    """Make a rename durable: it is an entry of the folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
