"""A file's rows as they come together again: bucket by bucket, person by person. Pure but for reading what was spilled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from esr_gateway.from_esr.dealing import NUMBERED
from esr_gateway.from_esr.documents import (
    MARK,
    Documents,
    digest_of,
    document_of,
    without_deleted,
    without_touches,
)
from esr_gateway.from_esr.spill import Filled, lines_of
from esr_gateway.outbound_layout import OutboundLayout

LOOK = "-"
"""No digest: whoever has it is looked at."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a bucket by person, rows and instructions in the order of the file, and those who are instructed."""

    of: dict[str, list[str]]
    instructed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of a file, each as the lines of its people."""

    filled: Sequence[Filled]
    layout: OutboundLayout
    is_snapshot: bool

    def read(self, bucket: int) -> Lines:
        """A bucket."""
        lines, documents = lines_of(self.filled, bucket), Documents(self.layout)
        instructions = [line for line in lines if line[0] == MARK]
        if not self.is_snapshot:
            numbered = sorted((line.rsplit(NUMBERED, 1) for line in lines), key=lambda pair: int(pair[1]))
            lines = [line for line, _ in numbered]
        elif instructions:
            lines = without_deleted(lines, documents)
        by_person: dict[str, list[str]] = defaultdict(list)
        delimiter = self.layout.delimiter
        for line in lines:
            by_person[line[4 : line.find(delimiter, 4)]].append(line)  # as `Documents.person_id` does, a million times
        return Lines(by_person, frozenset(map(documents.person_id, instructions)))

    def digests(self, bucket: int) -> str:
        """What to copy of a bucket's people. A changes file never says all of a person, so everybody in it is looked at."""
        found, asked = self.read(bucket), []
        for person_id, lines in found.of.items():
            digest = LOOK
            if self.is_snapshot:
                if person_id not in found.instructed:
                    digest = digest_of(document_of(lines).encode())
                elif not without_touches(lines):
                    continue  # not shown: gone, which is found out when all is read
            asked.append(f"{bucket}\x1f{person_id}\x1f{digest}\n")
        return "".join(asked)
