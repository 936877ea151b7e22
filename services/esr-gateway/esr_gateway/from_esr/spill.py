"""Rows on their way from a file to their people: dealt out over buckets on disk, so that all rows of a person come together.

The number of buckets grows with the file, so each fits into a few megabytes of memory, whatever the size of the file. All of
them lie in one file without a name, which the operating system removes with the last who has it open: what is in it is people's
data, and neither an error nor a kill leaves it behind.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from esr_gateway.archive.drafts import on_our_disk

_BUCKET = 2_500_000  # bytes of the file for each bucket
_HELD = 8_000_000  # characters in memory before they are written
_CHARSET = "iso-8859-1"  # of the files, and of whatever is made of their rows


class Spill:
    """Lines by person. `folder` is where a file may be made; `size` are the bytes to come, roughly."""

    def __init__(self, folder: Path, size: int) -> None:
        self.buckets = max(1, -(-size // _BUCKET))
        with on_our_disk():
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `__exit__`
        self._lines: list[list[str]] = [[] for _ in range(self.buckets)]
        # Where each bucket's pieces begin in the file, and how long they are, one after the other.
        self._pieces = [array("Q") for _ in range(self.buckets)]
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, people: Sequence[str], lines: Sequence[str]) -> None:
        """Add lines, each to the bucket of its person."""
        buckets, places = self.buckets, [lines_of.append for lines_of in self._lines]
        for person_id, line in zip(people, lines, strict=True):
            places[hash(person_id) % buckets](line)
        self._held += sum(map(len, lines))
        if self._held > _HELD:
            self.flush()

    def add_to_all(self, line: str) -> None:
        """Add a line to every bucket."""
        for lines in self._lines:
            lines.append(line)
        self._held += len(line) * self.buckets

    def flush(self) -> None:
        """Write what is held to the file."""
        with on_our_disk():
            at = self._file.seek(0, 2)
            for lines, pieces in zip(self._lines, self._pieces, strict=True):
                if lines:
                    lines.append("")
                    written = self._file.write("\n".join(lines).encode(_CHARSET))
                    pieces.extend((at, written))
                    at += written
                    lines.clear()
            self._file.flush()
        self._held = 0

    def read(self, bucket: int) -> list[str]:
        """The lines of a bucket, in the order in which they were added. Everything must have been flushed."""
        pieces = self._pieces[bucket]
        content = bytearray()
        for at, length in zip(pieces[::2], pieces[1::2], strict=True):
            self._file.seek(at)
            content += self._file.read(length)
        return content.decode(_CHARSET).split("\n")[:-1]
