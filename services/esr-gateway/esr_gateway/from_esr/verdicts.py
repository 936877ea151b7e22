"""What is wrong with a file or a row, in words: a file is quarantined or held as a whole, a row is set aside alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class Verdict(Exception):
    """The file as a whole is not taken; nothing of it was. `code` is for machines, `reason` is sentences for people."""

    state: ClassVar[str]

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason

    def __reduce__(self) -> tuple[type[Verdict], tuple[str, str]]:
        """It may be given in another process."""
        return type(self), (self.code, self.reason)


class Quarantined(Verdict):
    """The file is wrong: it can never be taken."""

    state = "quarantined"


class Held(Verdict):
    """The file may be right, but a person must look at it first; then it can be released."""

    state = "held"


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
