"""The files of a run while they grow: their lines staged for the database, their rows written beside, block by block.

Each file draws its own sequence number when it is finished, in the order of the files; then its bytes go into the archive.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from esr_gateway.archive.port import Archive
from esr_gateway.layout import RowKind, written
from esr_gateway.tables import run_file
from esr_gateway.to_esr.gathering import Placed
from esr_gateway.to_esr.pay_file import frame_of, rows_as_bytes
from esrlink.contracts import PayRun
from esrlink.db import WriteTx

_STAGE = text("""
CREATE TEMP TABLE drafted (
    kind text NOT NULL, file integer NOT NULL, row_number integer NOT NULL, submittal_id uuid NOT NULL,
    version integer NOT NULL, employee_number text NOT NULL, assignment_number text NOT NULL, action text NOT NULL,
    name text NOT NULL, reference text NOT NULL, starts date NOT NULL, ends date, figures text[] NOT NULL,
    units text NOT NULL, amount text, product text, department text, change text NOT NULL, corrects uuid
) ON COMMIT DROP
""")
# What a file carries is printable, so these can stand for separator, quote and null, and nothing need be quoted.
_COPY = r"COPY drafted FROM STDIN (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x1e', ESCAPE E'\x1e', NULL E'\x1d')"
_NOTHING = "\x1d"
# PostgreSQL refuses COPY into a table under row-level security; what goes on from the stage is an INSERT that it checks.
_KEEP = text("""
INSERT INTO line (vpd, file_name, row_number, submittal_id, version, employee_number, assignment_number, action, name,
                  reference, starts, ends, figures, units, amount, product, department, change, corrects)
SELECT :vpd, f.file_name, d.row_number, d.submittal_id, d.version, d.employee_number, d.assignment_number, d.action, d.name,
       d.reference, d.starts, d.ends, d.figures, d.units, d.amount, d.product, d.department, d.change, d.corrects
  FROM drafted d
  JOIN unnest(CAST(:kinds AS text[]), CAST(:files AS int[]), CAST(:names AS text[])) AS f (kind, file, file_name)
    ON f.kind = d.kind AND f.file = d.file
""")
_FREEZE = text("""
UPDATE instruction i SET state = 'frozen', run_code = :run_code, code = NULL, reason = NULL
  FROM drafted d
 WHERE i.vpd = :vpd AND i.submittal_id = d.submittal_id AND i.version = d.version AND i.state IN ('waiting', 'held')
""")
_NEXT = text("""
INSERT INTO sequence (vpd, layout, last) VALUES (:vpd, :layout, 1)
ON CONFLICT (vpd, layout) DO UPDATE SET last = sequence.last + 1 RETURNING last
""")


class Drafts:
    """The files of one run, as far as they have come. Close it in any case: it removes what was not archived."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._bodies: dict[tuple[RowKind, int], Path] = {}
        self._rows: dict[tuple[RowKind, int], int] = {}

    async def begin(self, tx: WriteTx) -> None:
        """Make the stage."""
        await tx.execute(_STAGE)

    async def add(self, tx: WriteTx, lines: Sequence[Placed]) -> None:
        """Stage these lines and write their rows."""
        driver = await tx.driver()
        async with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            await copy.write("".join(map(_staged, lines)))
        rows: dict[tuple[RowKind, int], list[str]] = {}
        for one in lines:
            rows.setdefault((one.line.kind, one.file), []).append(one.row)
        for key, some in rows.items():
            if key not in self._bodies:
                self._bodies[key] = self._archive.draft()
            with self._bodies[key].open("ab") as body:
                body.write(rows_as_bytes(written(key[0]), some))
            self._rows[key] = self._rows.get(key, 0) + len(some)

    async def finish(
        self, tx: WriteTx, *, vpd: str, run_id: UUID, run: PayRun, supplier: str, now: datetime
    ) -> list[dict[str, Any]]:
        """Number, close and archive the files; return the values of their rows, which are not in the database yet."""
        files = []
        for key in sorted(self._bodies):
            kind, number = key
            layout = written(kind)
            sequence = int(await tx.scalar(_NEXT, {"vpd": vpd, "layout": layout.name}))
            lines = self._rows[key]
            frame = frame_of(layout, vpd=vpd, supplier=supplier, run=run, sequence=sequence, created=now, lines=lines)
            whole = self._archive.draft()
            with whole.open("wb") as out, self._bodies[key].open("rb") as body:
                out.write(frame.header)
                shutil.copyfileobj(body, out)
                out.write(frame.trailer)
            kept = await self._archive.keep(whole)
            files.append(
                {
                    "vpd": vpd,
                    "file_name": frame.name,
                    "run_id": run_id,
                    "layout": layout.name,
                    "provenance": layout.provenance,
                    "sequence": sequence,
                    "sha256": kept.sha256,
                    "size": kept.size,
                    "lines": lines,
                    "state": "written",
                    "kind": kind,
                    "number": number,
                }
            )
        return files

    async def keep(self, tx: WriteTx, vpd: str, run_code: str, files: Sequence[dict[str, Any]]) -> None:
        """Write the files and their lines down, and freeze their instructions. The run's own row is there already."""
        if not files:
            return
        rows = [{name: value for name, value in file.items() if name in run_file.c} for file in files]
        await tx.execute(insert(run_file), rows)
        placed = {
            "vpd": vpd,
            "kinds": [file["kind"] for file in files],
            "files": [file["number"] for file in files],
            "names": [file["file_name"] for file in files],
        }
        kept = (await tx.execute(_KEEP, placed)).rowcount
        frozen = (await tx.execute(_FREEZE, {"vpd": vpd, "run_code": run_code})).rowcount
        if not kept == frozen == sum(self._rows.values()):
            raise RuntimeError("a run's lines, its files' rows and its instructions are not the same number")

    async def end(self, tx: WriteTx) -> None:
        """Take the stage down: another run may follow in the same transaction."""
        await tx.execute(text("DROP TABLE drafted"))

    def close(self) -> None:
        """Remove the bodies."""
        for body in self._bodies.values():
            body.unlink(missing_ok=True)


def _staged(placed: Placed) -> str:
    """The line as one row of COPY."""
    one = placed.line
    cells = (
        one.kind,
        str(placed.file),
        str(placed.row_number),
        str(one.submittal_id),
        str(one.version),
        one.employee_number,
        one.assignment_number,
        one.action,
        one.name,
        one.reference,
        one.starts.isoformat(),
        one.ends.isoformat() if one.ends else _NOTHING,
        f"{{{','.join(one.figures)}}}",  # plain figures: digits, a point, a minus
        f"{one.units:f}",
        _NOTHING if one.amount is None else f"{one.amount:f}",
        one.product,
        one.department,
        one.change,
        str(one.corrects) if one.corrects else _NOTHING,
    )
    return "\x1f".join(cells) + "\n"
