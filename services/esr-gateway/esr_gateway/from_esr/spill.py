"""Rows on their way from a file to their people: dealt out over buckets on disk, so that all rows of a person come together.

The number of buckets grows with the file, so each fits into a few megabytes of memory, whatever the size of the file. Buckets lie
in files without a name, which the operating system removes with the last process that has them open: what is in them is people's
data, and neither an error nor a kill leaves it behind. Several processes may each fill a file, and read all of them.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

_BUCKET = 500_000  # bytes of the file for each bucket
_HELD = 4_000_000  # characters in memory before they are written
_REMEMBERED = 10_000  # people whose rows stand near each other
_CHARSET = "iso-8859-1"  # of the files, and of whatever is made of their rows


def buckets_for(size: int) -> int:
    """How many buckets a file of so many bytes is dealt out over."""
    return max(1, -(-size // _BUCKET))


@dataclass(frozen=True, slots=True)
class Filled:
    """A file that was filled, a layer at a time: where each layer begins, and how far into it each bucket's piece goes.

    Four bytes a piece: a large file has a million of them, and every hand knows all.
    """

    file: int
    buckets: int
    starts: Sequence[int]
    ends: array[int]

    def read(self, bucket: int) -> bytes:
        """What is in a bucket."""
        return b"".join(self._pieces(bucket))

    def _pieces(self, bucket: int) -> Iterator[bytes]:
        for layer, start in enumerate(self.starts):
            at = layer * self.buckets + bucket
            before = self.ends[at - 1] if bucket else 0
            if length := self.ends[at] - before:
                yield os.pread(self.file, length, start + before)


def lines_of(filled: Sequence[Filled], bucket: int) -> list[str]:
    """The lines of a bucket: those of the first file first, and each file's in the order in which they were added."""
    return b"".join(one.read(bucket) for one in filled).decode(_CHARSET).split("\n")[:-1]


class _Places(dict[str, Callable[[str], None]]):
    """Where a person's lines are added, by the person's id."""

    def __init__(self, places: Sequence[Callable[[str], None]]) -> None:
        super().__init__()
        self._places = places

    def __missing__(self, person_id: str) -> Callable[[str], None]:
        # The same in every process, which Python's own hash is not.
        place = self[person_id] = self._places[crc32(person_id.encode()) % len(self._places)]
        return place


class Spill:
    """Fills a file (a descriptor of an empty one) with lines by person."""

    def __init__(self, file: int, buckets: int) -> None:
        self.buckets = buckets
        self._file = file
        self._end = 0
        self._lines: list[list[str]] = [[] for _ in range(buckets)]
        self._places = _Places([some.append for some in self._lines])
        self._starts: list[int] = []
        self._ends = array("I")
        self._held = 0

    def add(self, people: Sequence[str], lines: Sequence[str]) -> None:
        """Add lines, each to the bucket of its person."""
        if self.buckets == 1:
            self._lines[0] += lines
        else:
            for add, line in zip(map(self._places.__getitem__, people), lines, strict=True):
                add(line)
            if len(self._places) > _REMEMBERED:
                self._places.clear()
        self._held += sum(map(len, lines))
        if self._held > _HELD:
            self._write()

    def add_to_all(self, line: str) -> None:
        """Add a line to every bucket."""
        for lines in self._lines:
            lines.append(line)
        self._held += len(line) * self.buckets

    def filled(self) -> Filled:
        """Write what is left, and tell where all is."""
        self._write()
        return Filled(self._file, self.buckets, self._starts, self._ends)

    def _write(self) -> None:
        start = self._end
        self._starts.append(start)
        for lines in self._lines:
            if lines:
                lines.append("")
                self._end += _write_all(self._file, "\n".join(lines).encode(_CHARSET), self._end)
                lines.clear()
            self._ends.append(self._end - start)
        self._held = 0


def _write_all(file: int, content: bytes, at: int) -> int:
    """A disk that is nearly full takes a part; the next attempt tells why."""
    written = 0
    while written < len(content):
        written += os.pwrite(file, content[written:] if written else content, at + written)
    return written
