"""Who must be looked at: the file's documents against the kept ones, digest against digest, in one pass over the trust's people.

Looking people up one by one costs more than reading all of them once, and whoever is as before is then done with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import text

from esr_gateway.from_esr.buckets import LOOK
from esr_gateway.from_esr.people import Before
from esrlink.db import WriteTx

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
class Comparison:
    """Compares one file's people with those of the trust."""

    tx: WriteTx
    vpd: str

    async def compare(self, digests: AsyncIterator[str]) -> list[int]:
        """Compare everybody; return the buckets in which somebody must be looked at. `digests` come by bucket, in any order."""
        await self.tx.execute(text(_SEEN))
        driver = await self.tx.driver()
        async with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            async for some in digests:
                await copy.write(some)
        await self.tx.execute(text("ANALYZE seen"))
        await self.tx.execute(text(_DIFFERING), {"vpd": self.vpd, "look": LOOK})
        await self.tx.execute(text("CREATE INDEX ON differing (bucket)"))
        found = await self.tx.execute(text("SELECT DISTINCT bucket FROM differing ORDER BY bucket"))
        return list(found.scalars())

    async def known(self, bucket: int, *, with_documents: bool) -> dict[str, Before | None]:
        """Those of a bucket's people who must be looked at, as kept until now; nothing for who is new."""
        driver = await self.tx.driver()
        async with driver.cursor() as cursor:
            await cursor.execute(_KNOWN, {"vpd": self.vpd, "bucket": bucket, "with_documents": with_documents})
            return {row[0]: Before(*row) if row[4] is not None else None for row in await cursor.fetchall()}
