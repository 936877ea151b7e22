"""Who must be looked at: the file's documents against the kept ones, digest against digest, in one pass over the trust's people.

Looking people up one by one costs more than reading all of them once, and whoever is as before is then done with.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import text

from esr_gateway.from_esr.documents import (
    MARK,
    Documents,
    digest_of,
    document_of,
    without_deleted,
    without_touches,
)
from esr_gateway.from_esr.people import Before
from esr_gateway.from_esr.spill import Spill
from esr_gateway.from_esr.staging import NUMBERED
from esr_gateway.layout import OutboundLayout
from esrlink.db import WriteTx

_LOOK = "-"  # no digest: whoever has it is looked at

_SEEN = """
CREATE TEMP TABLE seen (bucket integer NOT NULL, person_id text COLLATE "C" NOT NULL, digest text NOT NULL) ON COMMIT DROP
"""
_COPY = r"COPY seen FROM STDIN (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x1e', ESCAPE E'\x1e', NULL E'\x1d')"
_DIFFERING = """
CREATE TEMP TABLE differing ON COMMIT DROP AS
SELECT s.bucket, s.person_id, p.employee_number, p.family_name, p.given_name, p.revision, p.picture_hash, p.is_gone,
       p.works_until, s.digest = :look AS needs_document
  FROM seen s LEFT JOIN person p ON p.vpd = :vpd AND p.person_id = s.person_id
 WHERE p.digest IS DISTINCT FROM s.digest
"""
_KNOWN = """
SELECT d.person_id, d.employee_number, d.family_name, d.given_name, d.revision, d.picture_hash, d.is_gone, d.works_until,
       p.document
  FROM differing d LEFT JOIN person p ON p.vpd = %(vpd)s AND p.person_id = d.person_id
                                     AND (d.needs_document OR %(with_documents)s)
 WHERE d.bucket = %(bucket)s
"""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a bucket by person, rows and instructions in the order of the file, and those who are instructed."""

    of: dict[str, list[str]]
    instructed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of a file, each as the lines of its people."""

    spill: Spill
    layout: OutboundLayout
    is_snapshot: bool

    def read(self, bucket: int) -> Lines:
        """A bucket."""
        lines, documents = self.spill.read(bucket), Documents(self.layout)
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
            digest = _LOOK
            if self.is_snapshot:
                if person_id not in found.instructed:
                    digest = digest_of(document_of(lines))
                elif not without_touches(lines):
                    continue  # not shown: gone, which is found out when all is read
            asked.append(f"{bucket}\x1f{person_id}\x1f{digest}\n")
        return "".join(asked)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares one file's people with those of the trust."""

    tx: WriteTx
    vpd: str
    buckets: Buckets

    async def compare(self) -> list[int]:
        """Compare everybody; return the buckets in which somebody must be looked at."""
        await self.tx.execute(text(_SEEN))
        driver = await self.tx.driver()
        async with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for bucket in range(self.buckets.spill.buckets):
                await copy.write(await asyncio.to_thread(self.buckets.digests, bucket))
        await self.tx.execute(text("ANALYZE seen"))
        await self.tx.execute(text(_DIFFERING), {"vpd": self.vpd, "look": _LOOK})
        await self.tx.execute(text("CREATE INDEX ON differing (bucket)"))
        found = await self.tx.execute(text("SELECT DISTINCT bucket FROM differing ORDER BY bucket"))
        return list(found.scalars())

    async def known(self, bucket: int, *, with_documents: bool) -> dict[str, Before | None]:
        """Those of a bucket's people who must be looked at, as kept until now; nothing for who is new."""
        driver = await self.tx.driver()
        async with driver.cursor() as cursor:
            await cursor.execute(_KNOWN, {"vpd": self.vpd, "bucket": bucket, "with_documents": with_documents})
            return {row[0]: Before(*row) if row[4] is not None else None for row in await cursor.fetchall()}
