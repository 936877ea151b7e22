"""Rows on their way from a file to their people: dealt out over buckets on disk, so that all rows of a person come together.

Each bucket takes the people between two ids: so they come to the database in the order of its index, and rows that stand in that
order are dealt out many at a time. The number of buckets grows with the file, so each fits into a few megabytes of memory,
whatever the size of the file. Buckets lie in files without a name, which the operating system removes with the last process that
has them open: what is in them is people's data, and neither an error nor a kill leaves it behind. Several processes may each fill
a file, and read all of them.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import gt

_BUCKET = 500_000  # bytes of the file for each bucket
_HELD = 4_000_000  # characters in memory before they are written
# As many for each bucket of a large file, up to three times as many in all: else its pieces are too many.
_PIECE = 4_000
_CHARSET = "iso-8859-1"  # of the files, and of whatever is made of their rows


def buckets_for(size: int) -> int:
    """How many buckets a file of so many bytes is dealt out over."""
    return max(1, -(-size // _BUCKET))


def borders_of(sample: Sequence[str], buckets: int) -> list[str]:
    """The ids with which the buckets begin, but for the first: as many as asked for, or fewer, of about one size each.

    `sample` are ids as often as they stand in the file.
    """
    ordered = sorted(sample)
    return sorted({ordered[len(ordered) * n // buckets] for n in range(1, buckets)} if ordered else ())


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


class Spill:
    """Fills a file (a descriptor of an empty one) with lines by person. `borders` are those of the buckets (`borders_of`)."""

    def __init__(self, file: int, borders: Sequence[str]) -> None:
        self.buckets = len(borders) + 1
        self._file = file
        self._borders = borders
        self._end = 0
        self._lines: list[list[str]] = [[] for _ in range(self.buckets)]
        self._starts: list[int] = []
        self._ends = array("I")
        self._held = 0
        self._most = max(_HELD, min(_PIECE * self.buckets, 3 * _HELD))

    def add(self, people: Sequence[str], lines: Sequence[str]) -> None:
        """Add lines, each to the bucket of its person; those of one person stay in their order."""
        borders = self._borders
        if borders and any(map(gt, people, islice(people, 1, None))):
            order = sorted(range(len(people)), key=people.__getitem__)
            people, lines = [people[n] for n in order], [lines[n] for n in order]
        at = 0
        while at < len(lines):
            bucket = bisect_right(borders, people[at])
            end = bisect_left(people, borders[bucket], at) if bucket < len(borders) else len(lines)
            self._lines[bucket] += lines[at:end]
            at = end
        self._held += sum(map(len, lines))
        if self._held > self._most:
            self._write()

    def add_to_all(self, line: str) -> None:
        """Add a line to every bucket."""
        for lines in self._lines:
            lines.append(line)
        self._held += len(line) * self.buckets

    def filled(self) -> Filled:
        """Write what is left, and tell where all is that was added since somebody asked last."""
        self._write()
        filled = Filled(self._file, self.buckets, self._starts, self._ends)
        self._starts, self._ends = [], array("I")
        return filled

    def _write(self) -> None:
        start = self._end
        self._starts.append(start)
        for lines in self._lines:
            if lines:
                lines.append("")
                self._end += write_all(self._file, "\n".join(lines).encode(_CHARSET), self._end)
                lines.clear()
            self._ends.append(self._end - start)
        self._held = 0


def write_all(file: int, content: bytes | memoryview, at: int) -> int:
    """Write all to a place of a file; return how much it was. A nearly full disk takes a part; the next attempt tells why."""
    written = 0
    while written < len(content):
        written += os.pwrite(file, content[written:] if written else content, at + written)
    return written
