"""What is wrong with a file or a row, in words: a file is quarantined as a whole, a row is set aside alone."""

from __future__ import annotations

from dataclasses import dataclass


class Quarantined(Exception):
    """The file as a whole cannot be taken; nothing of it was. `code` is for machines, `reason` one sentence for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was set aside. `row_number` counts the file's lines from 1, the header's.

    `raw` is the row as it came, with sensitive cells masked.
    """

    row_number: int
    record: str
    field: str
    code: str
    reason: str
    raw: str
