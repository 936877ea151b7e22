"""How a run is split into files: each line in exactly one, in the order given, within what ESR takes at a time. Pure.

A line never goes into a file before one that holds an earlier line of the same assignment, nor before the file with the line that
it follows: ESR reads files in the order of their numbers, and rows from the top.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from esr_gateway.trust_settings import LimitSettings


class Splitter:
    """Places the lines of one layout, one after the other, into files 0, 1, 2, ..."""

    def __init__(self, limits: LimitSettings) -> None:
        self._limits = limits
        self._rows: list[int] = []
        self._of_assignment: Counter[tuple[int, str]] = Counter()
        self._last: dict[str, int] = {}
        self._openings: dict[UUID, int] = {}
        self._first_with_room = 0

    @property
    def files(self) -> int:
        """How many files there are so far."""
        return len(self._rows)

    def rows(self, file: int) -> int:
        """How many rows a file has so far."""
        return self._rows[file]

    def place(self, assignment: str, *, opening: UUID | None = None, follows: UUID | None = None) -> tuple[int, int]:
        """The file of the next line and its row in it, where 1 is the first.

        `opening` names a line that others may follow, `follows` the one that this line must not stand before.
        """
        at = max(self._first_with_room, self._last.get(assignment, 0))
        if follows is not None:
            at = max(at, self._openings.get(follows, 0))
        while not self._has_room(at, assignment):
            at += 1
        if at == len(self._rows):
            self._rows.append(0)
        self._rows[at] += 1
        self._of_assignment[at, assignment] += 1
        self._last[assignment] = at
        if opening is not None:
            self._openings[opening] = at
        while self._first_with_room < len(self._rows) and self._is_full(self._first_with_room):
            self._first_with_room += 1
        return at, self._rows[at]

    def _is_full(self, file: int) -> bool:
        most = self._limits.rows_per_file
        return most is not None and self._rows[file] >= most

    def _has_room(self, file: int, assignment: str) -> bool:
        if file >= len(self._rows):
            return True
        most = self._limits.rows_per_assignment
        return not self._is_full(file) and (most is None or self._of_assignment[file, assignment] < most)
